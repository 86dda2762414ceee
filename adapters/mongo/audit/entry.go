package audit

import (
	"cmp"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/ports"
)

// The key of an entry is when the act began, the act's ID, and which of its entries this is. So
// entries are in the order of time, and those of an act beside each other.
const (
	keyTime    = "20060102T150405.000Z"
	keyPattern = `^\d{8}T\d{6}\.\d{3}Z-`
	beginning  = "/begun"
	ending     = "/ended"
)

func keyOfTime(t time.Time) string { return t.UTC().Format(keyTime) }

func keyOf(act ports.Act, which string) string {
	return keyOfTime(act.Began) + "-" + act.ID + which
}

// beginEntry is the entry of a beginning.
func beginEntry(act ports.Act) bson.D {
	entry := bson.D{
		{Key: "_id", Value: keyOf(act, beginning)}, {Key: "at", Value: act.Began},
		{Key: "actor", Value: act.Actor}, {Key: "command", Value: act.Command},
		{Key: "version", Value: act.Version},
	}
	if len(act.Args) > 0 {
		entry = append(entry, bson.E{Key: "args", Value: act.Args})
	}
	return entry
}

// endEntry is the entry of an end.
func endEntry(act ports.Act, how ports.Outcome) bson.D {
	entry := bson.D{
		{Key: "_id", Value: keyOf(act, ending)}, {Key: "at", Value: how.At},
		{Key: "durationMs", Value: how.Took.Milliseconds()},
	}
	if how.Error != "" {
		entry = append(entry, bson.E{Key: "error", Value: how.Error})
	}
	return entry
}

// together makes acts of entries, in their order. What cannot be read of an entry is left empty:
// somebody has changed it, and an act that were left out would hide that.
func together(entries []bson.Raw) (acts []ports.Act) {
	for _, entry := range entries {
		key, isEnd := strings.CutSuffix(document.Text(entry, "_id"), ending)
		key = strings.TrimSuffix(key, beginning)
		began, id, _ := strings.Cut(key, "-")
		if len(acts) == 0 || acts[len(acts)-1].ID != id {
			at, _ := time.Parse(keyTime, began) // Zero for what is no time.
			acts = append(acts, ports.Act{ID: id, Began: at})
		}
		act := &acts[len(acts)-1]
		if isEnd {
			act.Outcome = outcomeIn(entry)
			continue
		}
		act.Actor = document.Text(entry, "actor")
		act.Command = document.Text(entry, "command")
		act.Version = document.Text(entry, "version")
		act.Args = textsIn(entry.Lookup("args"))
	}
	return acts
}

func outcomeIn(entry bson.Raw) *ports.Outcome {
	at, _ := entry.Lookup("at").TimeOK()
	took, _ := entry.Lookup("durationMs").AsInt64OK()
	how := &ports.Outcome{At: at.UTC(), Took: time.Duration(took) * time.Millisecond}
	if _, err := entry.LookupErr("error"); err == nil {
		how.Error = cmp.Or(document.Text(entry, "error"), "it cannot be read")
	}
	return how
}

func textsIn(list bson.RawValue) (texts []string) {
	array, _ := list.ArrayOK()
	values, _ := array.Values()
	for _, v := range values {
		text, _ := v.StringValueOK()
		texts = append(texts, text)
	}
	return texts
}
