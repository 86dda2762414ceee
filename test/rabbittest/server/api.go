package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/test/process"
)

const askTimeout = time.Minute

// An API is the one by which RabbitMQ is managed.
type API struct {
	URL            string
	User, Password string
}

// Managed returns the API of a RabbitMQ that was started here.
func Managed(p Ports) API {
	return API{URL: "http://" + process.Address(p.Management), User: "guest", Password: "guest"}
}

// AwaitReady waits until the RabbitMQ can be used, by AMQP at a URL and by its API.
func (a API) AwaitReady(ctx context.Context, url string) error {
	return process.Poll(ctx, func() error {
		if err := a.do(ctx, http.MethodGet, "overview", nil, nil); err != nil {
			return err
		}
		connection, err := amqp.Dial(url)
		if err != nil {
			return err
		}
		return connection.Close()
	})
}

// URL leads to the virtual host that every RabbitMQ has, at an address.
func URL(address string) string { return "amqp://guest:guest@" + address + "/" }

// AddHost makes a virtual host in which the API's user may do everything.
func (a API) AddHost(name string) error {
	host := url.PathEscape(name)
	if err := a.ask(http.MethodPut, "vhosts/"+host, map[string]any{}, nil); err != nil {
		return err
	}
	return a.ask(http.MethodPut, "permissions/"+host+"/"+url.PathEscape(a.User),
		map[string]string{"configure": ".*", "write": ".*", "read": ".*"}, nil)
}

// DeleteHost deletes a virtual host with all that is in it.
func (a API) DeleteHost(name string) error {
	return a.ask(http.MethodDelete, "vhosts/"+url.PathEscape(name), nil, nil)
}

// CloseConnections closes all of a RabbitMQ and returns how many there were.
func (a API) CloseConnections() (closed int, err error) {
	var open []struct{ Name string }
	if err := a.ask(http.MethodGet, "connections?columns=name", nil, &open); err != nil {
		return 0, err
	}
	for _, connection := range open {
		path := "connections/" + url.PathEscape(connection.Name)
		switch err := a.ask(http.MethodDelete, path, nil, nil); {
		case errors.Is(err, os.ErrNotExist): // It was closed a moment ago.
		case err != nil:
			return closed, err
		default:
			closed++
		}
	}
	return closed, nil
}

func (a API) ask(method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	return a.do(ctx, method, path, body, answer)
}

func (a API) do(ctx context.Context, method, path string, body, answer any) error {
	content := []byte{}
	if body != nil {
		content, _ = json.Marshal(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, a.URL+"/api/"+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	r.SetBasicAuth(a.User, a.Password)
	r.Close = true // No connection stays, so tests that look for leaks find none.
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	switch {
	case err != nil:
		return err
	case w.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%s %s: %w", method, path, os.ErrNotExist)
	case w.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("%s %s: %s %s", method, path, w.Status, text)
	case answer == nil:
		return nil
	}
	return json.Unmarshal(text, answer)
}

// Eval calls a function of the node of a process, as "rabbit_disk_monitor set_disk_free_limit [0]".
func Eval(p *process.Process, ports Ports, call string) error {
	cookie, err := os.ReadFile(filepath.Join(p.Dir, ".erlang.cookie"))
	if err != nil {
		return err
	}
	program, err := erlCall(p.Env)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, program, "-address", process.Address(ports.Erlang),
		"-c", string(cookie), "-a", call)
	command.Env = append(os.Environ(), p.Env...)
	out, err := command.CombinedOutput()
	if err == nil && strings.Contains(string(out), "EXIT") {
		err = errors.New("it fails")
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", call, err, out)
	}
	return nil
}

// erlCall finds the program erl_call, by the PATH in env first.
func erlCall(env []string) (string, error) {
	for _, variable := range env {
		path, ok := strings.CutPrefix(variable, "PATH=")
		if !ok {
			continue
		}
		program := filepath.Join(strings.Split(path, ":")[0], "erl_call")
		if _, err := os.Stat(program); err == nil {
			return program, nil
		}
	}
	return exec.LookPath("erl_call")
}
