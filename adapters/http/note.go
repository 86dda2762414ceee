package http

// A note is what a request carries along for the access log.
type note int

const (
	failure note = iota // The error behind an answer that is our fault.
	lasting             // Set for a stream, which notes itself when it ends.
	base                // The path that clients have before that of the request.
)
