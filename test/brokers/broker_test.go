package brokers_test

import "testing"

// A broker is one whose faults are tried.
type broker struct {
	name   string
	server interface {
		Kill()
		Start()
		Freeze()
		Thaw()
	}
	proxy *proxy                         // Between the broker and the programs.
	fresh func(t *testing.T) topic       // Returns the name of a new one, which is not made.
	fill  func(*testing.T) (free func()) // Fills its disk.
}

// A topic is one of a broker, as others than the service see it.
type topic interface {
	relay() string // The name of the subscription of those who tell it.
	env() []string // How the program finds it.
	// messages returns all that it has, each place's in order; none if it is not there.
	messages(*testing.T) ([]message, error)
	remove(*testing.T)
	// remake removes it, and makes one of the same name at once that is somebody else's.
	remake(*testing.T)
	// divide adds partitions, so that an order may be in another one; it skips the test where there
	// are none.
	divide(*testing.T)
}
