// What docker-compose.yml has MongoDB and its users know of each other, each in a volume of its
// own: a key, and URIs with passwords. It makes what is missing, and changes nothing.
const fs = require("fs")
const crypto = require("crypto")

const put = (file, text, owner) => {
  if (fs.existsSync(file)) return
  fs.writeFileSync(`${file}.new`, text, { mode: 0o400 })
  fs.chownSync(`${file}.new`, owner, owner)
  fs.renameSync(`${file}.new`, file)
}
const uri = (user, database) => `mongodb://${user}:${crypto.randomBytes(24).toString("hex")}` +
  `@mongo:27017/${database}?replicaSet=rs0&authSource=admin`

const mongodb = 999 // As the image of MongoDB has it,
const orders = 65532 // and that of the service.
put("/secrets/mongo/key", crypto.randomBytes(48).toString("base64"), mongodb)
put("/secrets/mongo/uri", uri("root", "admin"), mongodb)
for (const user of fs.readdirSync("/secrets").filter(name => name !== "mongo")) {
  put(`/secrets/${user}/uri`, uri(`orders-${user}`, "cqrs_demo"), orders)
}
