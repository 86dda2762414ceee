// Command openapi prints the API's description as a service without settings serves it.
//
//	go run ./test/openapi 1.2.3 >docs/openapi.json
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	stdhttp "net/http"
	"os"

	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/service"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./test/openapi VERSION")
		os.Exit(2)
	}
	if err := write(context.Background(), os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

// write starts a service of this version on a free port, and writes what it serves to out.
func write(ctx context.Context, out io.Writer, version string) error {
	var server *http.Server
	config := service.Config{WriteStore: service.Memory, ReadStore: service.Memory}
	app := fx.New(fx.NopLogger, fx.Populate(&server),
		service.Module(config, version, slog.New(slog.DiscardHandler)))
	if err := app.Start(ctx); err != nil {
		return err
	}
	text, err := document(ctx, "http://"+server.Addr().String())
	if err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil {
		return err
	}
	return app.Stop(ctx)
}

// document is the description that the service at base serves, a line for each value, since people
// compare it with the one of the next release.
func document(ctx context.Context, base string) ([]byte, error) {
	ask, err := stdhttp.NewRequestWithContext(ctx, "GET", base+"/openapi.json", nil)
	if err != nil {
		return nil, err
	}
	answer, err := stdhttp.DefaultClient.Do(ask)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	if err := json.Indent(&lines, text, "", "  "); err != nil {
		return nil, fmt.Errorf("GET /openapi.json: %w", err)
	}
	lines.WriteByte('\n')
	return lines.Bytes(), nil
}
