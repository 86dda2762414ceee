package access

// A Scope is what a caller may be allowed to do. A token names its scopes.
type Scope string

// The scopes. Each of Read, Write and Manage includes those before it; Admin includes none.
const (
	Read   Scope = "orders:read"   // See own orders.
	Write  Scope = "orders:write"  // Also create, change, confirm and cancel own orders.
	Manage Scope = "orders:manage" // See all orders, and carry out every command on them.
	Admin  Scope = "orders:admin"  // Operate the service; this shows no orders.
)

// What a rule may need besides a scope.
const (
	Nothing  Scope = ""          // Everybody may do it.
	AnyToken Scope = "any token" // Every caller with an accepted token may do it.
)

// A Rule says what a caller needs for an operation.
type Rule struct {
	Operation string // The operation's id in the API's document; for a command also its name.
	Needs     Scope
}

// Elsewhere stands for whatever the API does not have, or another process serves.
const Elsewhere = "other"

// Table has one rule for each operation. An operation without a rule does not start.
var Table = []Rule{
	{"create", Write},
	{"changeItems", Write},
	{"confirm", Write},
	{"cancel", Write},
	{"authorizePayment", Manage},
	{"capturePayment", Manage},
	{"voidPayment", Manage},
	{"refundPayment", Manage},
	{"shipItems", Manage},
	{"deliverShipment", Manage},
	{"complete", Manage},
	{"hold", Manage},
	{"release", Manage},

	{"orders", Read},
	{"order", Read},
	{"history", Read},
	{"streamOrders", Read},
	{"streamOrder", Read},
	{"summary", Read},

	{"projections", Admin},
	{"subscriptions", Admin},
	{"metrics", Admin},
	{"profiles", Admin}, // Of the process, on the admin port alone.
	{"health", Nothing},
	{"live", Nothing},
	{"ready", Nothing},
	{"docs", Nothing},     // The pages for people.
	{"document", Nothing}, // The descriptions of the API, of messages, and of events.
	{Elsewhere, AnyToken},
}
