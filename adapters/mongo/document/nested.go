package document

import (
	"strconv"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"orders/domain/order"
)

// Document is a field that holds a document.
func (f *Fields) Document(name string, fields func()) {
	if f.writes {
		f.write(bson.TypeEmbeddedDocument, name, fields)
		return
	}
	if v, found := f.find(name, true); found {
		f.read(name, v, fields)
	}
}

// OptionalDocument is left out if there is none to be written.
func (f *Fields) OptionalDocument(name string, some bool, fields func()) {
	if !f.writes {
		if v, found := f.find(name, false); found {
			f.read(name, v, fields)
		}
	} else if some {
		f.write(bson.TypeEmbeddedDocument, name, fields)
	}
}

// Money is a document of minor units and their currency. New forms have Amount instead.
func (f *Fields) Money(name string, m *order.Money) {
	f.Document(name, func() { f.money(m) })
}

func (f *Fields) money(m *order.Money) {
	f.Long("minor", &m.Minor)
	f.checkMinor(m.Minor, "minor")
	f.Text("currency", (*string)(&m.Currency))
}

// List is a field that holds a list of documents, at least one. A function says what each holds.
func List[T any](f *Fields, name string, all *[]T, fields func(*Fields, *T)) {
	if f.writes {
		writeList(f, name, *all, fields)
		return
	}
	if v, found := f.find(name, true); found {
		readList(f, name, v, all, fields)
		f.require(len(*all) > 0, name, errEmpty)
	}
}

// OptionalList is left out if it is empty, and nil if it is read then.
func OptionalList[T any](f *Fields, name string, all *[]T, fields func(*Fields, *T)) {
	if !f.writes {
		if v, found := f.find(name, false); found {
			readList(f, name, v, all, fields)
		}
	} else if len(*all) > 0 {
		writeList(f, name, *all, fields)
	}
}

func writeList[T any](f *Fields, name string, all []T, fields func(*Fields, *T)) {
	f.write(bson.TypeArray, name, func() {
		for i := range all {
			f.write(bson.TypeEmbeddedDocument, strconv.Itoa(i), func() { fields(f, &all[i]) })
		}
	})
}

// atOnce is how many elements of a list the reader makes room for before it has read one.
const atOnce = 256

func readList[T any](
	f *Fields, name string, v bsoncore.Value, all *[]T, fields func(*Fields, *T),
) {
	list, is := v.ArrayOK()
	outer := f.cursor
	if is = is && f.open(list); is {
		elements := f.bytes
		*all = make([]T, 0, min(count(elements), atOnce))
		for i := 0; len(elements) > 0 && f.err == nil; i++ {
			var one bsoncore.Value
			if _, one, elements, is = readField(elements); !is {
				break
			}
			var none T
			*all = append(*all, none)
			f.read(strconv.Itoa(i), one, func() { fields(f, &(*all)[i]) })
		}
	}
	f.cursor = outer
	f.inside(name)
	f.require(is, name, errNoList)
}

// count returns how many fields there are.
func count(fields []byte) (n int) {
	for ok := true; len(fields) > 0 && ok; n++ {
		_, _, fields, ok = readField(fields)
	}
	return n
}

// read reads a document inside another one.
func (f *Fields) read(name string, v bsoncore.Value, fields func()) {
	inner, is := v.DocumentOK()
	outer := f.cursor
	if is = is && f.open(inner); is {
		fields()
		is = f.err != nil || f.isWhole()
	}
	f.cursor = outer
	f.inside(name)
	f.require(is, name, errNoDocument)
}

func (f *Fields) write(kind bsontype.Type, name string, fields func()) {
	f.header(kind, name)
	start, bytes := bsoncore.AppendDocumentStart(f.bytes)
	f.bytes = bytes
	fields()
	f.bytes, _ = bsoncore.AppendDocumentEnd(f.bytes, start) // It was begun here.
}
