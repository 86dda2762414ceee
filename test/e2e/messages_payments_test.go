package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"orders/test/rabbittest"
)

// The example records each capture once, however often its provider tells of it.
func TestTheExampleOfAPaymentService(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	b := rabbitAt(rabbittest.URL(t))
	p := start(t, b.settings()...)
	b.on(t, "the service receives commands", exists("orders.commands"))
	id := p.create(t).id()
	address, said := startExample(t, b.url)
	notice := `{"order":"` + id + `","paymentId":"pay_1","captureId":"cap_1","amount":1198.00}`
	for range 2 {
		eventually(t, "the example takes the notice", func() bool {
			a, _ := newClient("http://"+address).post(t.Context(), "/captured", notice)
			return a == http.StatusOK
		})
	}
	eventually(t, "both are answered", func() bool {
		return strings.Contains(said.String(), `"outcome":"done"`) &&
			strings.Contains(said.String(), `"outcome":"replayed"`)
	})
	shown := p.must(t, 200, "GET", "/queries/orders/"+id+"?minVersion=2", "")
	shown.want(t, `"PAID"`, "order", "paymentStatus")
	shown.want(t, `2`, "order", "version")
}

// startExample starts the example, and returns its address and what it says.
func startExample(t *testing.T, url string) (address string, says *output) {
	t.Helper()
	file, said := filepath.Join(t.TempDir(), "payments"), &output{}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", file, "orders/examples/payments")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address = fmt.Sprint("127.0.0.1:", freePort(t))
	payments := exec.CommandContext(context.Background(), file)
	payments.Env = append(os.Environ(), "AMQP_URL="+url, "ADDRESS="+address)
	payments.Stderr = said
	if err := payments.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = payments.Process.Kill()
		_ = payments.Wait()
	})
	return address, said
}

// post returns the status of the answer of a server that is not the service.
func (c client) post(ctx context.Context, path, body string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, "POST", c.base+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}
