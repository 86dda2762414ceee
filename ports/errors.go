package ports

import "errors"

// The errors that every adapter returns. Adapters wrap them with the cause.
var (
	// ErrConflict means that somebody else was first. The caller loads again and decides again.
	ErrConflict = errors.New("somebody else was first")
	// ErrNotFound means that there is no such order.
	ErrNotFound = errors.New("there is no such order")
	// ErrUnavailable means that the request could not be served now and changed nothing.
	ErrUnavailable = errors.New("the service is not available now")
	// ErrOutcomeUnknown means that a commit may or may not have been recorded, or may yet be.
	// The caller asks again with the same commit, or with the same Idempotency-Key.
	ErrOutcomeUnknown = errors.New("it is not known whether the change was recorded")
	// ErrUnreadable means that something is stored in a form that this program cannot read.
	ErrUnreadable = errors.New("it is stored in an unknown form")
	// ErrRefused means that a broker will never take a commit.
	ErrRefused = errors.New("the broker refuses it")
	// ErrGone means that a broker has lost a topic, or a place in it.
	ErrGone = errors.New("the broker no longer has it")
)
