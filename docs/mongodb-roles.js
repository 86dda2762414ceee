// mongosh "mongodb://root@…/admin" docs/mongodb-roles.js
// It makes the roles, and may run again.
const write = process.env.WRITE_DATABASE ?? "cqrs_demo" // That of MONGODB_URI,
const read = process.env.READ_DATABASE ?? write // and that of MONGODB_READ_URI.
const generations = 20 // After as many rebuilds of a read model, raise it and run this again.

const on = (db, names, ...actions) =>
  names.map(collection => ({ resource: { db, collection }, actions }))
const numbered = name => [
  name, ...[...Array(generations - 1).keys()].map(n => `${name}_${n + 2}`),
]
const orders = numbered("order_reads")
const views = [...orders, ...numbered("customer_orders")]

// What every process looks at when it starts.
const startOfWrites = [
  ...on(write, [""], "listCollections"),
  ...on(write, ["order_writes"], "find", "listIndexes"),
  ...on(write, ["order_writes_migrations"], "find"),
]
const start = [
  ...startOfWrites,
  ...on(read, [""], "listCollections"),
  ...on(read, views, "find", "listIndexes"),
  ...on(read, ["order_reads_migrations", "customer_orders_migrations", "projections"], "find"),
]
// How far the read models are, and brokers are told, and what is parked.
const follow = [
  ...on(write, ["order_writes"], "changeStream"),
  ...on(write, ["order_subscriptions", "order_subscription_parked"], "find"), // With PUBLISH.
  ...on(read, ["projection_parked"], "find"),
]
// That it is at work, and which keys were imported.
const attend = [
  ...on(write, ["order_presence"], "find", "insert", "update"),
  ...on(write, ["imported_keys"], "find"),
]
const tell = [
  ...on(write, ["order_subscriptions"], "insert", "update"),
  ...on(write, ["order_subscription_parked"], "insert", "update", "remove"),
]
// What only metrics tell: how full the disks are, and who leads.
const measure = [
  ...on(write, [""], "dbStats"), ...on(read, [""], "dbStats"),
  ...on(read, ["projection_leases"], "find"),
]
const migrate = (db, names) => [
  ...on(db, [""], "listCollections"),
  ...on(db, names, "find", "listIndexes", "createIndex"),
  ...on(db, names.map(name => `${name}_migrations`), "find", "insert", "dropCollection"),
]

const roles = {
  ordersCommand: [...start, ...attend, ...on(write, ["order_writes"], "insert")],
  ordersQuery: [...start, ...follow, ...on(read, orders, "changeStream")],
  ordersProjector: [
    ...start, ...follow,
    ...on(read, views, "insert", "update", "createIndex"),
    ...on(read, ["projections"], "insert", "update", "listIndexes"),
    ...on(read, ["projection_leases", "projection_parked"],
      "insert", "update", "remove", "listIndexes"),
  ],
  ordersRelay: [
    ...start, ...tell,
    ...on(write, ["order_writes"], "changeStream"),
    ...on(write, ["order_subscriptions", "order_subscription_parked"], "find"),
  ],
  ordersMetrics: measure,
  ordersOperator: [
    ...start, ...follow, ...tell,
    ...on(write, ["orders_audit"], "find", "insert"),
    ...on(read, views, "insert", "update", "remove", "createIndex", "dropCollection"),
    ...on(read, ["projections"], "insert", "update"),
    ...on(read, ["projection_parked"], "insert", "update", "remove"),
  ],
  ordersImport: [
    ...startOfWrites, ...attend,
    ...on(write, ["order_writes", "imported_keys"], "insert"), // The latter with the original's keys.
    ...on(write, ["orders_audit"], "insert"),
  ],
  ordersMigrate: [
    ...on(write, ["orders_audit"], "insert"),
    ...migrate(write, ["order_writes"]),
    ...migrate(read, ["order_reads", "customer_orders"]),
    ...on(read, ["projections"], "find"), // Which generation is live: it gets new indexes, too.
    ...on(read, views, "listIndexes", "createIndex"),
    ...on(read, ["order_reads", "customer_orders"], "dropIndex"), // For `migrate down`.
  ],
}

const admin = db.getSiblingDB("admin")
for (const [role, privileges] of Object.entries(roles)) {
  if (admin.getRole(role)) admin.updateRole(role, { privileges, roles: [] })
  else admin.createRole({ role, privileges, roles: [] })
}
