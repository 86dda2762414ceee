package wire

// A note is what a request carries along for the access log.
type note int

const (
	Failure note = iota // The error behind an answer that is our fault.
	Lasting             // Set for a stream, which notes itself when it ends.
	Base                // The base path, which clients have before that of the request.
)
