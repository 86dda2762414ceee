package client

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"
)

// A Resend tells after which errors UpdateOne and DeleteOne send their statement once more, as the
// driver does with its own writes: it may know of another primary by then.
type Resend func(error) bool

// Once is for a statement that would not find what it changed itself, as that of a compare-and-set.
// It is sent again only if the error proves that nothing was written.
func Once(err error) bool {
	var noServer topology.ServerSelectionError // That was waited for already.
	return hasCodeOf(err, notPrimary) ||
		NeverSent(err) && !errors.As(err, &noServer) && !IsDenied(err)
}

// Idempotent is for a statement that does no more when it is done twice. It is also sent again if
// it is not known whether it was done: the connection was cut, or the server stops or steps down.
func Idempotent(err error) bool {
	var doubt *doubtError
	if errors.As(err, &doubt) {
		return slices.Contains(leaving, doubt.Code)
	}
	answer, is := AnswerIn(err)
	return Once(err) || hasCodeOf(err, leaving) || is && answer.HasErrorLabel("NetworkError")
}

// notPrimary are the codes by which a server that is no primary refuses a command of one statement
// before it does any of it. Of several statements a part may be done by then.
var notPrimary = []int{
	CodeNotWritablePrimary, CodeNotPrimaryNoSecondaryOk, CodeNotPrimaryOrSecondary,
}

// leaving are the codes of a server that stops, steps down or does not reach another one. It may
// have done the command.
var leaving = append([]int{
	codeHostUnreachable, codeHostNotFound, CodeNetworkTimeout, CodeShutdownInProgress,
	CodePrimarySteppedDown, CodeExceededTimeLimit, codeSocketException,
	CodeInterruptedAtShutdown, CodeInterruptedDueToReplStateChange,
}, notPrimary...)

func hasCodeOf(err error, codes []int) bool {
	answer, is := AnswerIn(err)
	return is && slices.Contains(codes, int(answer.Code))
}

// again calls write a second time if its error allows that and ctx has not ended.
func (may Resend) again(ctx context.Context, write func() (reply, error)) (reply, error) {
	r, err := write()
	if err != nil && ctx.Err() == nil && may(err) {
		return write()
	}
	return r, err
}
