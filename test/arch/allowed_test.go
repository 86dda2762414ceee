package arch

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
	"app/backup": {
		"domain", "ports", "app/command", "golang.org/x/sync/errgroup", "golang.org/x/time/rate",
	},
	"app/original": {
		"domain", "ports", "app/command", "golang.org/x/sync/errgroup", "golang.org/x/time/rate",
	},
	"app/presence":   {"ports"},
	"app/live":       {"domain", "ports"},
	"app/inlet":      {"domain", "ports", "app/access", "app/command"},
	"app/sharedfeed": {"ports"},
	"app/subscribe":  {"domain", "ports"},
	"app/relay":      {"domain", "ports", "app/subscribe"},
	"app/brokerfeed": {
		"domain", "ports", "app/relay", "app/subscribe", "golang.org/x/sync/errgroup",
	},
	"adapters/memory": {"domain", "ports"},
	"adapters/backupfile": {
		"domain", "ports", "app/backup", "github.com/go-json-experiment/json",
	},
	"adapters/stderr": {},
	"adapters/metrics": {
		"ports", "app/command", "app/subscribe", "github.com/prometheus/client_golang",
		"github.com/prometheus/common",
	},
	"examples": {"github.com/rabbitmq/amqp091-go"},
	"adapters/kafka": {
		"domain", "ports", "app/inlet", "adapters/message", "github.com/twmb/franz-go",
		"golang.org/x/sync/semaphore",
	},
	"adapters/rabbitmq": {
		"domain", "ports", "app/inlet", "adapters/message", "github.com/rabbitmq/amqp091-go",
	},
	"adapters/tracing": {
		"domain", "ports", "app/command", "app/inlet", "app/subscribe", "adapters/http",
		"adapters/mongo/journal", "github.com/valyala/fasthttp", "go.mongodb.org/mongo-driver",
		"github.com/go-logr/logr", "go.opentelemetry.io",
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
	"adapters/mongo/presence": {
		"ports", "adapters/mongo/client", "adapters/mongo/document", "adapters/mongo/pipeline",
		"go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/imported": {
		"ports", "adapters/mongo/client", "adapters/mongo/document", "go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/mongoose": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
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
		"adapters/mongo/subscription",
		"go.mongodb.org/mongo-driver", "golang.org/x/sync/errgroup",
	},
	"adapters/mongo/orders": {
		"domain", "ports", "adapters/mongo/client", "adapters/mongo/document",
		"adapters/mongo/migrate", "adapters/mongo/readmodel", "adapters/mongo/slots",
		"go.mongodb.org/mongo-driver",
	},
	"adapters/mongo/startup": {
		"ports", "adapters/mongo/client", "adapters/mongo/migrate", "adapters/mongo/journal",
		"adapters/mongo/feed", "adapters/mongo/readmodel", "adapters/mongo/subscription",
		"adapters/mongo/orders", "adapters/mongo/presence", "adapters/mongo/imported",
		"go.mongodb.org/mongo-driver",
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
		"domain", "ports", "app/access", "app/command", "adapters/message",
		"github.com/gofiber/fiber/v2",
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
		"github.com/gofiber/fiber/v2",
		"github.com/danielgtaylor/huma/v2", "github.com/go-json-experiment/json",
	},
	"adapters/http/asyncapi": {
		"domain", "app/inlet", "adapters/http/order", "adapters/http/wire", "adapters/message",
		"github.com/danielgtaylor/huma/v2",
	},
	"adapters/http/customer": {
		"domain", "ports", "app/access", "adapters/http/wire",
		"github.com/danielgtaylor/huma/v2", "github.com/go-json-experiment/json",
	},
	"adapters/http/stream": {
		"domain", "ports", "app/access", "adapters/http/wire",
		"github.com/gofiber/fiber/v2", "github.com/danielgtaylor/huma/v2",
	},
	"adapters/http/profile": {"adapters/http/wire", "github.com/gofiber/fiber/v2"},
	"adapters/http/service": {
		"domain", "ports", "adapters/http/wire",
		"github.com/gofiber/fiber/v2", "github.com/danielgtaylor/huma/v2",
	},
	"service": {
		"domain", "ports", "app", "adapters",
		"github.com/schollz/progressbar/v3", "golang.org/x/term",
		"github.com/go-json-experiment/json",
	},
}
