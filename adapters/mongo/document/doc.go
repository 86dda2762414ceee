// Package document reads and writes BSON by hand, field by field. The driver's reflection took a
// tenth of the processor time of the service, and more than a third of a list's.
//
// One function says what a document holds, and serves both to write and to read it:
//
//	func shipmentFields(f *document.Fields, s *order.Shipment) {
//		f.Text("id", &s.ID)
//		document.List(f, "items", &s.Items, itemFields)
//		f.OptionalFlag("delivered", &s.Delivered)
//	}
//
// The writer stores the fields in this order. The reader expects them in this order, too, and is
// fastest then; but it finds them wherever they are, and passes over those that it does not know.
// What is null counts as missing, and a whole number may be of any type, for people and tools
// change documents. An error names the field, as "events.0.data.amount.currency: it is missing".
//
// # When a form gets a new schema number
//
// Every field is there in every document of a form, unless it is optional: an optional one is
// left out while it is empty, and is empty when it is read then. So a form that was released may
// gain an optional field and keeps its number: documents that were stored before are read as they
// always were, and a program of before passes over what it does not know.
//
// A new number, with a function of its own beside the old one, takes whatever the old function
// would misread or refuse: a field that has to be there, one that goes, gets another name or
// type, or means something else; and an optional one that a program of before must not overlook.
package document
