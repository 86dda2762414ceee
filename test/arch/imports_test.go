// Package arch keeps dependencies pointing inwards and files readable.
package arch

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "orders"

// allowed lists the imports of each folder, besides itself and the standard library.
// A folder that is missing here may import nothing at all.
var allowed = map[string][]string{
	"domain":     {},
	"ports":      {"domain"},
	"app/access": {"ports"}, "app/audit": {"ports"},
	"app/command": {
		"domain", "ports", "app/access", "github.com/go-json-experiment/json",
		"golang.org/x/sync/semaphore",
	},
	"app/projection": {
		"domain", "ports", "app/subscribe", "golang.org/x/sync/errgroup", "golang.org/x/time/rate",
	},
	"app/live":        {"domain", "ports"},
	"app/inlet":       {"domain", "ports", "app/access", "app/command"},
	"app/sharedfeed":  {"ports"},
	"app/subscribe":   {"domain", "ports"},
	"app/relay":       {"domain", "ports", "app/subscribe"},
	"app/brokerfeed":  {"domain", "ports", "app/relay", "golang.org/x/sync/errgroup"},
	"adapters/memory": {"domain", "ports"},
	"adapters/stderr": {},
	"adapters/rabbitmq": {
		"domain", "ports", "app/inlet", "adapters/message", "github.com/rabbitmq/amqp091-go",
	},
	"adapters/kafka": {
		"domain", "ports", "app/inlet", "adapters/message", "github.com/twmb/franz-go",
	},
	"adapters/oidc": {
		"ports", "github.com/MicahParks/jwkset", "github.com/go-json-experiment/json",
		"github.com/golang-jwt/jwt/v5",
	},
	"adapters/mongo/document": {"domain", "ports", "go.mongodb.org/mongo-driver"},
	"adapters/mongo/client":   {"ports", "go.mongodb.org/mongo-driver"},
	"adapters/mongo/internal": {
		"domain", "ports", "adapters/mongo", "test/contract", "test/mongotest",
		"go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/pipeline": {"go.mongodb.org/mongo-driver"},
	"adapters/mongo/subscription": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
		"adapters/mongo/pipeline", "go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/audit": {
		"ports", "adapters/mongo/client", "adapters/mongo/document", "adapters/mongo/migrate",
		"go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/slots": {"ports"},
	"adapters/mongo/migrate": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
		"go.mongodb.org/mongo-driver", "github.com/golang-migrate/migrate/v4",
		"golang.org/x/sync/errgroup",
	},
	"adapters/mongo/journal": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
		"adapters/mongo/migrate", "adapters/mongo/slots", "go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/changestream": {
		"ports", "adapters/mongo/client", "go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/feed": {
		"domain", "ports", "adapters/mongo/changestream", "adapters/mongo/client",
		"adapters/mongo/document", "adapters/mongo/journal", "go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/readmodel": {
		"domain", "ports", "adapters/mongo/changestream", "adapters/mongo/client",
		"adapters/mongo/document", "adapters/mongo/migrate", "adapters/mongo/pipeline",
		"adapters/mongo/subscription", "go.mongodb.org/mongo-driver", "golang.org/x/sync/errgroup",
	},
	"adapters/mongo/orders": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
		"adapters/mongo/migrate", "adapters/mongo/readmodel", "adapters/mongo/slots",
		"go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/startup": {
		"ports", "adapters/mongo/client", "adapters/mongo/migrate", "adapters/mongo/journal",
		"adapters/mongo/feed", "adapters/mongo/readmodel", "adapters/mongo/subscription",
		"adapters/mongo/orders", "go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/customer": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
		"adapters/mongo/migrate", "adapters/mongo/readmodel", "adapters/mongo/startup",
		"go.mongodb.org/mongo-driver",
	},
	"adapters/mongo": {
		"domain", "ports", "go.mongodb.org/mongo-driver", "golang.org/x/sync/errgroup",
	},
	"adapters/http": {
		"domain", "ports", "app/access", "app/command", "github.com/gofiber/fiber/v2",
		"github.com/valyala/fasthttp", "github.com/danielgtaylor/huma/v2",
		"github.com/swaggest/swgui",
	},
	"adapters/message":      {"domain", "ports", "github.com/go-json-experiment/json"},
	"adapters/http/framing": {}, "adapters/http/certificate": {},
	"adapters/http/socket": {"adapters/http/framing", "github.com/valyala/fasthttp"},

	"adapters/http/ratelimit": {"golang.org/x/time/rate"},
	"adapters/http/wire": {
		"domain", "ports", "app/access", "app/command", "adapters/message",
		"github.com/gofiber/fiber/v2", "github.com/valyala/fasthttp",
		"github.com/danielgtaylor/huma/v2", "github.com/go-json-experiment/json",
	},
	"adapters/http/order": {
		"domain", "ports", "app/access", "app/command", "adapters/http/wire", "adapters/message",
		"github.com/gofiber/fiber/v2", "github.com/danielgtaylor/huma/v2",
		"github.com/go-json-experiment/json",
	},
	"adapters/http/customer": {
		"domain", "ports", "app/access", "adapters/http/wire", "github.com/danielgtaylor/huma/v2",
		"github.com/go-json-experiment/json",
	},
	"adapters/http/stream": {
		"domain", "ports", "app/access", "adapters/http/wire", "github.com/gofiber/fiber/v2",
		"github.com/danielgtaylor/huma/v2",
	},
	"adapters/http/service": {
		"domain", "ports", "adapters/http/wire", "github.com/gofiber/fiber/v2",
		"github.com/danielgtaylor/huma/v2",
	},
	"service": {
		"domain", "ports", "app", "adapters", "github.com/schollz/progressbar/v3",
		"golang.org/x/term", "github.com/go-json-experiment/json",
	},
}

var wiring = []string{"go.uber.org/fx", "go.uber.org/dig"}

// impure is what the domain may not import even from the standard library: whatever has a
// clock, a random source, a context, a log, or an outside world.
var impure = []string{
	"context", "crypto/rand", "database", "io", "log", "math/rand", "net", "os", "syscall", "time",
}

func TestImportsPointInwards(t *testing.T) {
	walk(t, func(name string) {
		if strings.HasPrefix(name, "test/") || !strings.Contains(name, "/") {
			return // Tests and main see everything.
		}
		for _, imported := range imports(t, name) {
			if !mayImport(name, imported) {
				t.Errorf("%s may not import %s: %s", name, imported, cure(name, imported))
			}
		}
	})
}

// The test itself can fail: these imports must be forbidden.
func TestForbiddenImportsAreNoticed(t *testing.T) {
	for file, imported := range map[string]string{
		"domain/order/planted.go":    "orders/ports",
		"domain/order/clock.go":      "time",
		"ports/planted.go":           "orders/adapters/memory",
		"app/access/planted.go":      "orders/domain/order",
		"app/command/planted.go":     "orders/adapters/mongo",
		"app/projection/planted.go":  "go.mongodb.org/mongo-driver/mongo",
		"adapters/memory/planted.go": "orders/adapters/mongo",
		"newcomer/planted.go":        "orders/ports",

		"adapters/oidc/planted.go":          "orders/app/access",
		"adapters/http/planted.go":          "orders/adapters/memory",
		"adapters/message/planted.go":       "github.com/gofiber/fiber/v2",
		"adapters/message/a.go":             "orders/adapters/http/wire",
		"adapters/http/wire/planted.go":     "orders/adapters/http/order",
		"adapters/http/wire/a.go":           "orders/adapters/http/framing",
		"adapters/http/stream/planted.go":   "orders/adapters/http/order",
		"adapters/http/stream/a.go":         "orders/app/command",
		"adapters/http/service/planted.go":  "orders/adapters/http/stream",
		"adapters/http/order/planted.go":    "orders/adapters/http/stream",
		"adapters/http/order/a.go":          "orders/adapters/http",
		"adapters/http/customer/planted.go": "orders/app/command",
		"adapters/http/socket/a.go":         "orders/adapters/http",
	} {
		if mayImport(file, imported) {
			t.Errorf("%s may import %s", file, imported)
		}
	}
}

func mayImport(file, imported string) bool {
	if within(imported, wiring) {
		return strings.HasPrefix(file, "service/") || filepath.Base(file) == "module.go"
	}
	layer := layerOf(file)
	if first, _, _ := strings.Cut(imported, "/"); first != module && !strings.Contains(first, ".") {
		return layer != "domain" || !within(imported, impure)
	}
	return within(strings.TrimPrefix(imported, module+"/"), append(allowed[layer], layer))
}

// cure explains how to remove or allow a forbidden import.
func cure(file, imported string) string {
	layer := layerOf(file)
	switch {
	case within(imported, wiring):
		return "move what needs Fx to a module.go, and let constructors be usable without it"
	case layer == "domain" && !strings.Contains(imported, "."):
		return "the domain is pure: let the caller pass what it needs as a value"
	case layer == "":
		return "add a row for its folder to `allowed` in test/arch/imports_test.go"
	}
	return fmt.Sprintf("turn the dependency around (a port that the importing side names), or, "+
		"if the arrow is meant, add %q to the row %q of `allowed` in test/arch/imports_test.go",
		strings.TrimPrefix(imported, module+"/"), layer)
}

// within reports whether path is one of folders or below one.
func within(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return folder != "" && (path == folder || strings.HasPrefix(path, folder+"/"))
	})
}

// layerOf returns the longest key of allowed that is a folder of file.
func layerOf(file string) (layer string) {
	for folder := range allowed {
		if strings.HasPrefix(file, folder+"/") && len(folder) > len(layer) {
			layer = folder
		}
	}
	return layer
}
