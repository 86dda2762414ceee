package rabbittest_test

import (
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/test/guard"
	"orders/test/rabbittest"
)

func TestEveryTestHasAVirtualHostOfItsOwnThatIsDeleted(t *testing.T) {
	var used string
	t.Run("a test that publishes", func(t *testing.T) {
		used = rabbittest.URL(t)
		publish(t, dial(t, used))
	})
	if n := count(t, dial(t, rabbittest.URL(t))); n != 0 {
		t.Errorf("%d messages of another test", n)
	}
	if connection, err := amqp.Dial(used); err == nil {
		_ = connection.Close()
		t.Error("its virtual host is still there after the test")
	}
}

func TestAServerOfATest(t *testing.T) {
	server := rabbittest.Start(t) // It starts slowly, so one does for all.
	for name, test := range map[string]func(*testing.T, *rabbittest.Server){
		"confirmed messages outlive kill":      testConfirmedMessagesOutliveKill,
		"frozen, it answers once thawed":       testAFrozenServerAnswersOnceThawed,
		"connections are closed":               testConnectionsAreClosed,
		"a full disk blocks those who publish": testAFullDiskBlocksThoseWhoPublish,
	} {
		t.Run(name, func(t *testing.T) { test(t, server) })
	}
}

func testConfirmedMessagesOutliveKill(t *testing.T, server *rabbittest.Server) {
	before := publish(t, dial(t, server.URL()))
	server.Kill()
	if _, err := amqp.Dial(server.URL()); err == nil {
		t.Fatal("a killed server answers")
	}
	server.Start()
	if n := count(t, dial(t, server.URL())); n != before {
		t.Errorf("%d messages, not %d", n, before)
	}
}

func testAFrozenServerAnswersOnceThawed(t *testing.T, server *rabbittest.Server) {
	connection := dial(t, server.URL())
	before := publish(t, connection)
	server.Freeze()
	counted := make(chan int, 1)
	go func() { counted <- count(t, connection) }()
	select {
	case <-counted:
		t.Error("a frozen server answers")
	case <-time.After(500 * time.Millisecond):
	}
	server.Thaw()
	if n := <-counted; n != before {
		t.Errorf("%d messages, not %d", n, before)
	}
}

func testConnectionsAreClosed(t *testing.T, server *rabbittest.Server) {
	connection := dial(t, server.URL())
	closed := make(chan *amqp.Error, 1)
	connection.NotifyClose(closed)
	begun := time.Now()
	for server.CloseConnections() == 0 && time.Since(begun) < time.Minute {
		time.Sleep(50 * time.Millisecond) // The API does not know of new ones at once.
	}
	select {
	case err := <-closed:
		t.Log(err)
	case <-time.After(time.Minute):
		t.Error("it is still open")
	}
}

func testAFullDiskBlocksThoseWhoPublish(t *testing.T, server *rabbittest.Server) {
	connection := dial(t, server.URL())
	blocked := connection.NotifyBlocked(make(chan amqp.Blocking, 2))
	free := server.FillDisk()
	done := make(chan bool)
	go func() { defer close(done); publish(t, connection) }()
	for _, want := range []bool{true, false} {
		select {
		case b := <-blocked:
			if b.Active != want {
				t.Errorf("blocked %t, not %t", b.Active, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("not told that blocked is %t", want)
		}
		free()
	}
	<-done
}

func TestVictim(t *testing.T) {
	guard.Victim(t, func(tb testing.TB) { rabbittest.Start(tb) })
}

func TestNoServerOutlivesItsTestBinary(t *testing.T) {
	guard.SkipIfShort(t)
	guard.NoServerIsLeft(t, "TestVictim")
}

func dial(t *testing.T, url string) *amqp.Connection {
	t.Helper()
	connection, err := amqp.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	return connection
}

const queue = "things"

// publish returns how many messages a durable queue has once the server has confirmed one more.
func publish(t *testing.T, connection *amqp.Connection) (messages int) {
	t.Helper()
	messages = count(t, connection) + 1
	channel, err := connection.Channel()
	if err == nil {
		err = channel.Confirm(false)
	}
	var confirmation *amqp.DeferredConfirmation
	if err == nil {
		confirmation, err = channel.PublishWithDeferredConfirm("", queue, true, false,
			amqp.Publishing{DeliveryMode: amqp.Persistent})
	}
	if err != nil {
		t.Errorf("publish: %v", err)
		return messages
	}
	if !confirmation.Wait() {
		t.Error("the message is not confirmed")
	}
	return messages
}

func count(t *testing.T, connection *amqp.Connection) int {
	t.Helper()
	channel, err := connection.Channel()
	if err != nil {
		t.Error(err)
		return -1
	}
	state, err := channel.QueueDeclare(queue, true, false, false, false, nil)
	if err != nil {
		t.Error(err)
	}
	return state.Messages
}
