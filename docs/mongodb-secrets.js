// What docker-compose.yml has MongoDB, RabbitMQ, Grafana and their users know of each other, each in
// a volume of its own: a key, passwords, and URIs. It makes what is missing, and changes nothing.
const fs = require("fs")
const crypto = require("crypto")

const put = (file, text, owner) => {
  if (fs.existsSync(file)) return
  fs.writeFileSync(`${file}.new`, text, { mode: 0o400 })
  fs.chownSync(`${file}.new`, owner, owner)
  fs.renameSync(`${file}.new`, file)
}
const password = () => crypto.randomBytes(24).toString("hex")
const uri = (user, database) => `mongodb://${user}:${password()}` +
  `@mongo:27017/${database}?replicaSet=rs0&authSource=admin`

const mongodb = 999 // As the image of MongoDB has it,
const rabbitmq = 999 // that of RabbitMQ,
const grafana = 472 // that of Grafana,
const orders = 65532 // and that of the service.
put("/secrets/mongo/key", crypto.randomBytes(48).toString("base64"), mongodb)
put("/secrets/mongo/uri", uri("root", "admin"), mongodb)
put("/secrets/grafana/password", password(), grafana)
const others = ["mongo", "rabbitmq", "grafana"]
for (const user of fs.readdirSync("/secrets").filter(name => !others.includes(name))) {
  put(`/secrets/${user}/uri`, uri(`orders-${user}`, "cqrs_demo"), orders)
}

// RabbitMQ takes the user from its configuration when it starts for the first time.
const broker = "/secrets/rabbitmq/user.conf"
put(broker, `default_user = orders
default_pass = ${password()}
default_user_tags.administrator = true
log.console = true
disk_free_limit.absolute = 1GB
`, rabbitmq)
const [, known] = /^default_pass = (.*)$/m.exec(fs.readFileSync(broker, "utf8"))
put("/secrets/relay/amqp", `amqp://orders:${known}@rabbitmq:5672/`, orders)
