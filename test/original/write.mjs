// Writes orders as the Node.js original does: with Mongoose, by models of its names and schemas.
//
//   node write.mjs mongodb://… COUNT
//
// It prints what it wrote, an order a line of JSON. Every third is cancelled a moment later, every
// second has a key, and one has the key null.
import mongoose from "mongoose";
import { nanoid } from "nanoid";

const [uri, count] = process.argv.slice(2);
await mongoose.connect(uri);

const Write = mongoose.model("OrderWrite", new mongoose.Schema({
  orderId: { type: String, required: true, unique: true },
  userId: { type: String, required: true },
  items: [{ _id: false, sku: String, qty: Number, price: Number }],
  totalAmount: Number,
  status: { type: String, enum: ["CREATED", "CANCELLED"], default: "CREATED" },
  idemKey: { type: String, unique: true, sparse: true },
}, { timestamps: true }));
const Read = mongoose.model("OrderRead", new mongoose.Schema({
  orderId: { type: String, required: true, unique: true },
  userId: String, status: String, totalAmount: Number, itemCount: Number, previewSkus: [String],
}, { timestamps: true }));
await Promise.all([Write.init(), Read.init()]);

for (let n = 0; n < Number(count); n++) {
  const items = [
    { sku: "sku_mouse", qty: 1 + n % 3, price: 599 },
    { sku: `sku_${n}`, qty: 3, price: 0.1 }, // 3 times that is no 0.3 as a double.
  ];
  const order = {
    orderId: "ord_" + nanoid(10), userId: `user_${n % 7}`, items,
    totalAmount: items.reduce((sum, i) => sum + i.qty * i.price, 0),
  };
  if (n % 2 === 1) order.idemKey = `key-${n}`;
  if (n === 0) order.idemKey = null;
  const made = await Write.create(order);
  await Read.create({
    ...order, status: made.status, itemCount: items.length, previewSkus: items.map((i) => i.sku),
  });
  if (n % 3 === 2) {
    made.status = "CANCELLED";
    await made.save();
    await Read.updateOne({ orderId: made.orderId }, { status: "CANCELLED" });
  }
  console.log(JSON.stringify(made));
}
await mongoose.disconnect();
