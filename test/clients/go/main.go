// Command caller plays the lives of two orders with the client that oapi-codegen generates. It
// compiles only if the types are as a caller needs them.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"caller/client"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: caller http://localhost:3000")
	}
	api, err := client.NewClientWithResponses(os.Args[1])
	must(err)
	c := caller{api, context.Background(), fmt.Sprintf("go-%d", time.Now().UnixNano())}

	id := c.create()
	c.tryDry(id)
	c.changeItems(id)
	c.hold(id)
	c.pay(id)
	c.send(id)
	c.refund(id)
	cancelled := c.cancelAnother()

	c.readHistory(id, cancelled)
	c.list(id, cancelled)
	c.summary()
	c.beRefused(cancelled)
	fmt.Println("Go: the client played the lives of two orders")
}

// A caller is one user, who is new.
type caller struct {
	api  *client.ClientWithResponses
	ctx  context.Context
	user string
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func equal[T comparable](what string, got, want T) {
	if got != want {
		log.Fatalf("%s: %v, want %v", what, got, want)
	}
}

// amount compares what a client must get as a float64. As a float32 it does not compile.
func amount(what string, got, want float64) { equal(what, got, want) }

// answered returns a typed answer, or ends with the text of another one.
func answered[T any](what string, typed *T, text []byte) T {
	if typed == nil {
		log.Fatalf("%s: %s", what, text)
	}
	return *typed
}
