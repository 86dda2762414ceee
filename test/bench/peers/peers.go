// Package peers holds what the service is measured against: small Fiber programs of the kind that
// people write by hand. They check what they are sent, use the driver as it comes, and do
// nothing that the service does beyond that: no idempotency, no events, no history.
package peers

import (
	"context"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"
)

// A Kind is a way to write such a program.
type Kind string

const (
	OneInsert   Kind = "one-insert"     // The order, in one insert; read from there by its id.
	TwoInserts  Kind = "two-inserts"    // The order, then its view, as the Node.js original does.
	Transaction Kind = "transaction"    // Both, in one transaction.
	Batched     Kind = "batched-insert" // A limit: one bulk write at a time, and no checks.
	BatchedAll  Kind = "batched-all"    // A limit: so it writes all three documents of the service.
	BatchedView Kind = "batched-view"   // The same, which answers when the view is there.
	Bare        Kind = "bare-fiber"     // A limit: it answers and keeps nothing.

	// The order, in one insert, which a broker is then told of. A crash between the two loses what
	// was to be told: nothing tells it later.
	PublishKafka    Kind = "insert-publish-kafka"
	PublishRabbitMQ Kind = "insert-publish-rabbitmq"
)

// A Place is where a peer keeps its orders, and the topic of the broker that it tells of them.
type Place struct{ MongoDB, Broker, Topic string }

// Serve answers on the port of this machine until the process is killed. A Bare one needs no place;
// for the others the collections and indexes of the service must be there.
func Serve(ctx context.Context, kind Kind, at Place, port int) error {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/health", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"ok": true}) })
	var save saver
	if kind != Bare {
		store, err := connect(ctx, at.MongoDB)
		if err != nil {
			return err
		}
		if save, err = store.saver(ctx, kind, at); err != nil {
			return err
		}
		app.Get("/queries/orders/:id", store.findOne(kind))
		app.Get("/queries/orders", store.list50)
	}
	app.Post("/commands/orders", create(save))
	return app.Listen(fmt.Sprintf("127.0.0.1:%d", port))
}

// A saver returns once the order is durable, and its view saved if it has one to answer for.
type saver func(context.Context, order) error

// create answers 201, or 400 if the body makes no sense.
func create(save saver) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var r request
		if err := c.BodyParser(&r); err != nil {
			return fiber.NewError(fiber.StatusBadRequest, err.Error())
		}
		if err := r.validate(); err != nil {
			return fiber.NewError(fiber.StatusBadRequest, err.Error())
		}
		o := r.order()
		if save != nil {
			if err := save(c.UserContext(), o); err != nil {
				return err
			}
		}
		return c.Status(fiber.StatusCreated).JSON(receiptFor(o))
	}
}

// A store is the database of a peer. Unless provisional, it writes durably: to the journals of most
// members of the replica set.
type store struct {
	client              *mongo.Client
	writes, reads, rows *mongo.Collection
}

func connect(ctx context.Context, uri string) (*store, error) {
	journal := true
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(uri).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal}))
	if err != nil {
		return nil, err
	}
	parsed, err := connstring.Parse(uri)
	if err != nil {
		return nil, err
	}
	db := client.Database(parsed.Database)
	return &store{
		client: client, writes: db.Collection("order_writes"),
		reads: db.Collection("order_reads"), rows: db.Collection("customer_orders"),
	}, client.Ping(ctx, nil)
}

func (s *store) saver(ctx context.Context, kind Kind, at Place) (saver, error) {
	switch kind {
	case OneInsert:
		return s.oneInsert, nil
	case TwoInserts:
		return s.twoInserts, nil
	case Transaction:
		return s.transaction, nil
	case Batched:
		return s.batched(ctx), nil
	case BatchedAll, BatchedView:
		return s.batchedAll(ctx, kind == BatchedView), nil
	case PublishKafka:
		tell, err := tellKafka(ctx, at)
		return s.insertAndTell(tell), err
	case PublishRabbitMQ:
		tell, err := tellRabbitMQ(at)
		return s.insertAndTell(tell), err
	default:
		return nil, fmt.Errorf("%q is no kind of peer", kind)
	}
}

func (s *store) oneInsert(ctx context.Context, o order) error {
	_, err := s.writes.InsertOne(ctx, o)
	return err
}

func (s *store) twoInserts(ctx context.Context, o order) error {
	if _, err := s.writes.InsertOne(ctx, o); err != nil {
		return err
	}
	_, err := s.reads.InsertOne(ctx, o.view())
	return err
}

func (s *store) transaction(ctx context.Context, o order) error {
	session, err := s.client.StartSession()
	if err != nil {
		return err
	}
	defer session.EndSession(ctx)
	_, err = session.WithTransaction(ctx, func(tx mongo.SessionContext) (any, error) {
		return nil, s.twoInserts(tx, o)
	})
	return err
}

// findOne reads from wherever the kind of peer has its orders.
func (s *store) findOne(kind Kind) fiber.Handler {
	if kind == OneInsert || kind == Batched {
		return find[order](s.writes)
	}
	return find[view](s.reads)
}

func find[D any](from *mongo.Collection) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var found D
		err := from.FindOne(c.UserContext(), bson.M{"_id": c.Params("id")}).Decode(&found)
		if errors.Is(err, mongo.ErrNoDocuments) {
			return fiber.ErrNotFound
		}
		if err != nil {
			return err
		}
		return c.JSON(fiber.Map{"order": found})
	}
}

// list50 shows the newest orders of a user.
func (s *store) list50(c *fiber.Ctx) error {
	cursor, err := s.reads.Find(c.UserContext(), bson.M{"userId": c.Query("userId")},
		options.Find().SetSort(bson.D{{Key: "createdAt", Value: -1}, {Key: "_id", Value: -1}}).
			SetLimit(50))
	if err != nil {
		return err
	}
	var found []view
	if err := cursor.All(c.UserContext(), &found); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"count": len(found), "orders": found})
}
