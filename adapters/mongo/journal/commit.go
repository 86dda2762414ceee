package journal

import (
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

const versionDigits = 6

// commitKey is the _id of an order's commit: "<orderId>/<000001>". It is unique, so it decides
// every race, and it sorts an order's commits by version.
func commitKey(id order.ID, version int) string {
	number := strconv.Itoa(version)
	return string(id) + "/" + strings.Repeat("0", max(0, versionDigits-len(number))) + number
}

// isCommitKey reports whether a text is the key of an order's commit.
func isCommitKey(key string) bool {
	owner, version, _ := strings.Cut(key, "/")
	return order.ID(owner).Valid() && len(version) == versionDigits &&
		strings.Trim(version, "0123456789") == ""
}

// keysOf is the range of an order's commit keys; no key equals its ends.
func keysOf(id order.ID) (above, below string) {
	const afterSlash = '/' + 1
	return string(id) + "/", string(id) + string(rune(afterSlash))
}

// commitFields says what a document in order_writes holds.
func commitFields(f *document.Fields, c *ports.Commit) {
	key := ""
	if f.Writes() {
		key = commitKey(c.OrderID, c.Version)
	}
	f.Text("_id", &key)
	f.Text("orderId", (*string)(&c.OrderID))
	f.Whole("version", &c.Version)
	f.Time("committedAt", &c.At)
	f.Text("commitId", &c.ID)
	f.OptionalText("key", &c.Key)
	f.OptionalText("request", &c.Request)
	f.OptionalText("actor", &c.Actor.Subject)
	f.OptionalText("client", &c.Actor.Client)
	f.OptionalText("issuer", &c.Actor.Issuer)
	f.OptionalText("requestId", &c.RequestID)
	f.OptionalText("traceparent", &c.Traceparent)
	f.Check(f.Writes() || key == commitKey(c.OrderID, c.Version), "_id")
	document.List(f, "events", &c.Events, eventFields)
}

// commitSize is about what the first commit of a small order takes.
const commitSize = 768

// encodeCommit makes the document of a commit.
func encodeCommit(c ports.Commit) (bson.Raw, error) {
	f := document.New(commitSize)
	commitFields(f, &c)
	return f.Close()
}

// DecodeCommit returns what could be read, also beside an error, which wraps ErrUnreadable.
func DecodeCommit(raw bson.Raw) (c ports.Commit, err error) {
	f := document.Open(raw)
	commitFields(f, &c)
	if _, err := f.Close(); err != nil {
		return readableOf(raw, c), document.Unreadable("commit", err)
	}
	return c, nil
}

// readableOf is what is known of a damaged commit: all but its events, or if even that cannot be
// read, the order and the version that its key names.
func readableOf(raw bson.Raw, c ports.Commit) ports.Commit {
	if len(c.Events) > 0 {
		c.Events = nil
		return c
	}
	id, text, _ := strings.Cut(document.Valid(document.Text(raw, "_id")), "/")
	version, _ := strconv.Atoi(text)
	return ports.Commit{OrderID: order.ID(id), Version: version}
}
