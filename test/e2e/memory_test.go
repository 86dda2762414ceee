package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"orders/test/mongotest"
)

const mib = 1 << 20

// A siege is what impatient and idle clients do at once to a process that holds large orders.
type siege struct {
	*process
	large   []string // Orders of 500 lines with long SKUs,
	changed string   // one of which was changed 200 times.
	ended   context.Context
	running sync.WaitGroup

	mu      sync.Mutex
	answers map[int]int // How often each status came.
}

const (
	largeOrders, changes = 250, 200
	siegeTime            = 20 * time.Second
)

// largeItems are 500 lines with SKUs of 128 characters of four bytes.
func largeItems(n int) string {
	var b strings.Builder
	for line := range 500 {
		number := []rune(fmt.Sprintf("%06d", 500*n+line))
		fmt.Fprintf(&b, `,{"sku":"%s%s","qty":1,"price":1}`,
			string(number), strings.Repeat("😀", 128-len(number)))
	}
	return `"items":[` + b.String()[1:] + `]`
}

// TestMemoryIsBoundedInMongoDB measures what the operating system says.
func TestMemoryIsBoundedInMongoDB(t *testing.T) {
	s := besieged(t, "MONGODB_URI="+mongotest.URI(t))
	s.hold(t, 700*mib)
}

// TestMemoryIsBoundedBesideTheOrders counts from what the orders take in memory.
func TestMemoryIsBoundedBesideTheOrders(t *testing.T) {
	s := besieged(t)
	time.Sleep(time.Minute)
	idle := s.memory(t, "VmRSS")
	t.Logf("the orders take %d MiB", idle/mib)
	s.hold(t, idle+500*mib)
}

// TestMemoryIsBoundedBehindAQuery projects, rebuilds and verifies what came while nobody did.
func TestMemoryIsBoundedBehindAQuery(t *testing.T) {
	uri := "MONGODB_URI=" + mongotest.URI(t)
	s := besieged(t, uri, "ROLES=command")
	s.kill()
	later := start(t, uri)
	changed := s.changed + "?minVersion=" + strconv.Itoa(1+changes)
	for _, id := range []string{changed, s.large[largeOrders-1]} {
		for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
			a, err := later.send(t.Context(), "GET", "/queries/orders/"+id, "")
			if err == nil && a.status == http.StatusOK {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("it does not catch up: %v, %v", a.json, err)
			}
		}
	}
	peak := later.memory(t, "VmHWM")
	t.Logf("the peak of catching up is %d MiB", peak/mib)
	if peak >= 700*mib {
		t.Errorf("the peak of catching up is %d MiB", peak/mib)
	}
	for _, args := range [][]string{
		{"projection", "rebuild", "orders"}, {"projection", "verify"},
	} {
		p := launch(t, "", []string{uri}, args...)
		peak := p.peak()
		p.ends(t, 0, "")
		t.Logf("the peak of %v is %d MiB", args, peak/mib)
		if peak == 0 && runtime.GOOS == "linux" || peak >= 700*mib {
			t.Errorf("the peak of %v is %d MiB", args, peak/mib)
		}
	}
}

// peak is the most memory that a process has had, but for its last moments. What the system says at
// its end counts the process that started it, too.
func (p *process) peak() (peak int) {
	for {
		select {
		case <-p.exited:
			return peak
		case <-time.After(20 * time.Millisecond):
			now, _ := p.memoryNow("VmHWM") // None once it has ended.
			peak = max(peak, now)
		}
	}
}

func besieged(t *testing.T, env ...string) *siege {
	t.Helper()
	s := &siege{process: start(t, env...), answers: map[int]int{}}
	place := func(n, status int, path, user string) answer {
		return s.must(t, status, "POST", "/commands/orders"+path, `{`+user+largeItems(n)+`}`,
			"Prefer: respond-async")
	}
	for n := range largeOrders {
		s.large = append(s.large, place(n, http.StatusCreated, "", `"userId":"large",`).id())
	}
	s.changed = s.large[0]
	for n := range changes {
		place(n+1, http.StatusOK, "/"+s.changed+"/items", "")
	}
	return s
}

// memory reads a line of the process's status, in bytes.
func (p *process) memory(t *testing.T, name string) int {
	t.Helper()
	n, err := p.memoryNow(name)
	if err != nil {
		t.Skip(err)
	}
	return n
}

func (p *process) memoryNow(name string) (bytes int, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	kib := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(text)
	if kib == nil {
		return 0, fmt.Errorf("there is no %s", name)
	}
	n, err := strconv.Atoi(string(kib[1]))
	return n << 10, err
}

// hold wants the peak below most bytes, and small orders answered meanwhile.
func (s *siege) hold(t *testing.T, most int) {
	t.Helper()
	reset := fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid)
	if err := os.WriteFile(reset, []byte("5"), 0); err != nil { // The peak begins anew.
		t.Skip(err)
	}
	var stop context.CancelFunc
	s.ended, stop = context.WithTimeout(t.Context(), siegeTime)
	defer stop()
	s.attack(t)
	for s.ended.Err() == nil {
		a := s.create(t)
		s.must(t, http.StatusOK, "GET", "/queries/orders/"+a.id()+"?minVersion=1", "")
	}
	s.running.Wait()
	t.Logf("answers by status: %v", s.answers)
	for status := range s.answers {
		if status != http.StatusOK && status != http.StatusServiceUnavailable {
			t.Errorf("an answer has the status %d", status)
		}
	}
	peak := s.memory(t, "VmHWM")
	t.Logf("the peak is %d MiB of at most %d", peak/mib, most/mib)
	if peak >= most {
		t.Errorf("the peak is %d MiB, want less than %d", peak/mib, most/mib)
	}
}

// attack begins all of it.
func (s *siege) attack(t *testing.T) {
	t.Helper()
	list, history := "/queries/orders?limit=250", "/queries/orders/"+s.changed+"/history"
	for range 40 {
		s.ignore(t, list)
	}
	one := "/queries/orders/" + s.large[1]
	for n, path := range []string{
		list, list, list + "&userId=large", history, history, history + "?limit=3",
		one, one, "/queries/orders/" + s.changed + "?atVersion=150",
	} {
		for range 16 - n {
			s.running.Go(func() { s.repeat("GET", path, "") })
		}
	}
	for n := range 8 {
		s.running.Go(func() {
			s.repeat("POST", "/commands/orders/"+s.large[2+n]+"/items", `{`+largeItems(n)+`}`)
		})
	}
	for range 40 {
		s.ignore(t, one)
		s.ignore(t, "/queries/orders/stream")
		s.ignore(t, one+"/stream")
	}
}

// ignore asks many times on one connection, and reads nothing.
func (s *siege) ignore(t *testing.T, path string) {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", "127.0.0.1:"+strconv.Itoa(s.port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = io.WriteString(c, strings.Repeat("GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n", 20))
	if err != nil {
		t.Fatal(err)
	}
}

// repeat asks and reads, again and again.
func (s *siege) repeat(method, path, body string) {
	for s.ended.Err() == nil {
		req, err := http.NewRequestWithContext(s.ended, method, s.base+path,
			strings.NewReader(body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := s.http.Do(req)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		s.mu.Lock()
		s.answers[res.StatusCode]++
		s.mu.Unlock()
	}
}
