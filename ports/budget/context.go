package budget

import "context"

// Of returns the account that ctx carries, or nil.
func Of(ctx context.Context) *Account {
	a, _ := ctx.Value(key{}).(*Account)
	return a
}

// Take takes bytes from the account that ctx carries; see Account.Take.
func Take(ctx context.Context, bytes int) error { return Of(ctx).Take(ctx, bytes) }

// UncountedMax is how many bytes a single thing may have that nobody takes from an account.
const UncountedMax = 16 << 10

// copies is how many times its size a thing takes, at most, while an answer is made of it: stored,
// decoded, encoded, and copied when a buffer grows.
const copies = 4

// Answer is how many bytes to take in order to make an answer of a thing of size bytes: none for a
// small one.
func Answer(size int) int {
	if size <= UncountedMax {
		return 0
	}
	return copies * size
}

// TakeAnswer takes what Answer returns from the account that ctx carries.
func TakeAnswer(ctx context.Context, size int) error { return Take(ctx, Answer(size)) }
