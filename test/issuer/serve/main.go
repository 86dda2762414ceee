// Command serve is an OpenID provider on this machine, for trying AUTH=jwt. It prints what a shell
// can source: the settings of a service that trusts it, and a variable with a token for each
// argument, a subject and its scopes.
//
//	go run ./test/issuer/serve --port=4000 'ann orders:write' 'staff orders:manage orders:admin'
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"

	"orders/test/issuer"
)

// nameless is what the name of a shell's variable cannot have.
var nameless = regexp.MustCompile(`\W`)

func main() {
	port := flag.Int("port", 4000, "Port on 127.0.0.1.")
	lasts := flag.Duration("lasts", time.Hour, "How long the tokens are good.")
	flag.Parse()
	i, err := issuer.Serve(fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer i.Close()
	fmt.Printf("export AUTH=jwt AUTH_ISSUER=%s AUTH_AUDIENCE=%s\n", i.URL, issuer.Audience)
	for _, who := range flag.Args() {
		subject, scopes, _ := strings.Cut(who, " ")
		claims := i.Claims(subject, scopes)
		claims["exp"] = time.Now().Add(*lasts).Unix()
		name := nameless.ReplaceAllString(subject, "_")
		fmt.Printf("TOKEN_%s=%s\n", name, i.TokenWith(claims, nil))
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	<-interrupted
}
