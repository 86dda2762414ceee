// Whether the MongoDB of docker-compose.yml takes writes. The first time it makes the replica set,
// and the user root, as nobody but this machine may while there is no user.
const password = new URL(require("fs").readFileSync("/data/configdb/uri", "utf8")).password
const admin = connect("mongodb://127.0.0.1/admin?directConnection=true")
if (!admin.hello().setName) {
  admin.adminCommand({
    replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] },
  })
}
for (let i = 0; i < 50 && !admin.hello().isWritablePrimary; i++) sleep(100)
const isPrimary = admin.hello().isWritablePrimary
if (isPrimary) {
  try {
    admin.auth("root", password)
  } catch {
    admin.createUser({ user: "root", pwd: password, roles: ["root"] })
  }
}
quit(isPrimary ? 0 : 1)
