// The users of docker-compose.yml, each with the roles that it needs.
const passwordIn = uri => new URL(require("fs").readFileSync(uri, "utf8")).password
db = connect(require("fs").readFileSync("/secrets/mongo/uri", "utf8"))
load("/mongodb-roles")
for (const [user, has] of Object.entries({
  api: ["ordersCommand", "ordersQuery", "ordersProjector", "ordersMetrics"],
  command: ["ordersCommand", "ordersMetrics"],
  query: ["ordersQuery", "ordersMetrics"],
  projector: ["ordersProjector", "ordersMetrics"],
  relay: ["ordersRelay", "ordersMetrics"],
  operator: ["ordersMigrate", "ordersOperator", "ordersImport"],
  express: ["readWriteAnyDatabase", "clusterMonitor"],
})) {
  const named = db.getSiblingDB("admin").getUser(`orders-${user}`)
  const known = { pwd: passwordIn(`/secrets/${user}/uri`), roles: has }
  if (named) db.getSiblingDB("admin").updateUser(`orders-${user}`, known)
  else db.getSiblingDB("admin").createUser({ user: `orders-${user}`, ...known })
}
