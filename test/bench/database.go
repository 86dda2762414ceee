package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/service"
	"orders/test/bench/machine"
	"orders/test/mongotest/server"
	"orders/test/process"
)

const mongodStart = time.Minute

// A database is the MongoDB server that all contenders use, each with databases of its own.
type database struct {
	uri     string // With %s for the name of a database.
	process *machine.Process
	client  *driver.Client
	id      int // The server's process, if it runs here; else 0.
	version string
}

// openDatabase uses the server of a URI, or starts one that keeps its data in dir.
func openDatabase(ctx context.Context, uri, dir string) (*database, error) {
	d := &database{uri: pattern(uri)}
	if uri == "" {
		if err := d.start(ctx, dir); err != nil {
			d.close()
			return nil, fmt.Errorf("start mongod: %w", err)
		}
	}
	if err := d.connect(ctx); err != nil {
		d.close()
		return nil, fmt.Errorf("connect to MongoDB: %w", err)
	}
	return d, nil
}

// pattern puts %s where a URI has the name of its database.
func pattern(uri string) string {
	base, query, _ := strings.Cut(strings.ReplaceAll(uri, "%", "%%"), "?")
	scheme, hosts, _ := strings.Cut(base, "://")
	hosts, _, _ = strings.Cut(hosts, "/")
	return scheme + "://" + hosts + "/%s?" + query
}

func (d *database) start(ctx context.Context, dir string) error {
	binary, err := server.Find()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	port := process.FreePort()
	args := append([]string{
		"--dbpath", dir, "--bind_ip", process.Host, "--port", strconv.Itoa(port),
		"--nounixsocket", "--quiet",
		"--logpath", filepath.Join(dir, "mongod.log"),
	}, server.ReplicaSetArgs()...)
	d.process, err = machine.Start(machine.Program{File: binary, Args: args, Dir: dir})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, mongodStart)
	defer cancel()
	address := process.Address(port)
	if err := process.AwaitListening(ctx, address, d.process.Exited); err != nil {
		return err
	}
	d.uri = "mongodb://" + address + "/%s?replicaSet=" + server.SetName
	return server.Initiate(ctx, address)
}

func (d *database) connect(ctx context.Context) (err error) {
	d.client, err = driver.Connect(ctx, options.Client().ApplyURI(d.uriOf("admin")))
	if err != nil {
		return err
	}
	var status struct {
		PID     int    `bson:"pid"`
		Version string `bson:"version"`
	}
	command := bson.D{{Key: "serverStatus", Value: 1}}
	if err := d.client.Database("admin").RunCommand(ctx, command).Decode(&status); err != nil {
		return err
	}
	d.version = status.Version
	name, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(status.PID), "comm"))
	if strings.HasPrefix(string(name), "mongod") { // Else it runs on another machine.
		d.id = status.PID
	}
	return nil
}

func (d *database) close() {
	if d.client != nil {
		_ = d.client.Disconnect(context.Background()) // The process is ended all the same.
	}
	if d.process != nil {
		d.process.Kill() // Its data is removed.
	}
}

func (d *database) uriOf(name string) string { return fmt.Sprintf(d.uri, name) }

// A fresh database has the collections and indexes of the service, and nothing in them.
type fresh struct {
	*driver.Database
	uri string
}

// fresh makes a database, which is to be dropped.
func (d *database) fresh(ctx context.Context) (*fresh, error) {
	f := d.unmigrated()
	return f, service.MigrateUp(ctx, service.Config{MongoURI: f.uri})
}

// unmigrated is a database without collections and indexes.
func (d *database) unmigrated() *fresh {
	name := "bench_" + rand.Text()
	return &fresh{d.client.Database(name), d.uriOf(name)}
}

// with connects as the service does.
func (f *fresh) with(ctx context.Context, do func(*client.Database) error) error {
	db, err := client.Connect(ctx, f.uri)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(context.WithoutCancel(ctx)) }()
	return do(db)
}

// drop also works once ctx has ended.
func (f *fresh) drop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	_ = f.Drop(ctx) // The next one has another name.
}

// bytesOnDisk returns the size of data and indexes after a checkpoint.
func (f *fresh) bytesOnDisk(ctx context.Context) (float64, error) {
	sync := bson.D{{Key: "fsync", Value: 1}}
	if err := f.Client().Database("admin").RunCommand(ctx, sync).Err(); err != nil {
		return 0, err
	}
	var stats struct {
		Total float64 `bson:"totalSize"`
	}
	err := f.RunCommand(ctx, bson.D{{Key: "dbStats", Value: 1}}).Decode(&stats)
	return stats.Total, err
}

// count returns how many documents a collection has.
func (f *fresh) count(ctx context.Context, collection string) (int64, error) {
	return f.Collection(collection).EstimatedDocumentCount(ctx)
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }
