package wire

import (
	nethttp "net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"orders/domain/order"
)

// A Problem is an error answer (RFC 9457), with members that clients of this API rely on.
type Problem struct {
	Type     string  `json:"type" doc:"Always about:blank; use code to tell problems apart."`
	Title    string  `json:"title" doc:"The name of the status."`
	Status   int     `json:"status" format:"int32" doc:"The HTTP status."`
	Detail   string  `json:"detail" doc:"What is wrong, in words."`
	Instance string  `json:"instance" doc:"The path of the request."`
	Code     string  `json:"code" doc:"A stable code for programs. New ones may be added; treat an unknown one by its status."`
	Message  string  `json:"message" doc:"A headline for people."`
	Issues   []issue `json:"issues,omitzero" doc:"Every invalid value, at most 50."`

	CurrentVersion  int          `json:"currentVersion,omitzero" doc:"The order's version, if If-Match does not list it."`
	CurrentStatus   order.Status `json:"currentStatus,omitzero" doc:"The order's status, if its current state rules the command out."`
	AllowedCommands CommandNames `json:"allowedCommands,omitzero" doc:"The commands that are allowed instead, and to the caller."`

	Checks []Check `json:"checks,omitzero" doc:"The checks of /readyz."`

	Cause     error  `json:"-"` // For the log, if that says more or less than Detail.
	challenge string // What WWW-Authenticate says, if it says anything.
}

// An issue is one wrong value in a request.
type issue struct {
	Path    []any  `json:"path" doc:"The path of the value: names and indexes, from the outside in."`
	Message string `json:"message" doc:"What is wrong with the value."`
}

// A Check must pass for the service to be ready.
type Check struct {
	Name string `json:"name" doc:"The check's name." example:"started"`
	OK   bool   `json:"ok" doc:"Whether the check passed." example:"true"`
}

func (p *Problem) Error() string {
	if p.Cause != nil {
		return p.Cause.Error()
	}
	return p.Detail
}

const ProblemType = "application/problem+json"

// Because adds the cause of p for the log.
func (p *Problem) Because(cause error) *Problem {
	p.Cause = cause
	return p
}

// invalid answers an invalid request.
func invalid(code, detail string, issues ...issue) *Problem {
	p := codesByName[code].Problem(detail)
	p.Issues = issues
	return p
}

// InvalidField answers a request with an invalid header or parameter.
func InvalidField(name, message string) *Problem {
	return invalid(order.ErrInvalid.Code, name+" "+message, issue{[]any{name}, message})
}

// NotServed answers a request that only another process serves.
func NotServed(why string) *Problem { return notServedHere.Problem(why + "; ask one that does") }

// At completes p with the path of the request.
func (p Problem) At(path string) Problem {
	p.Type = "about:blank"
	p.Title = nethttp.StatusText(p.Status)
	p.Instance = (&url.URL{Path: path}).EscapedPath()
	return p
}

// The example of a problem is a real answer.
var (
	exampleIssue   = issue{[]any{"items", 0, "qty"}, "must be from 1 to 1000000"}
	exampleProblem = invalid(order.ErrInvalid.Code, "qty must be from 1 to 1000000",
		exampleIssue).At(CommandRoot)
)

// TransformSchema implements huma.SchemaTransformer.
func (Problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Examples = []any{exampleProblem}
	return s
}

// TransformSchema implements huma.SchemaTransformer.
func (issue) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["path"].Items = &huma.Schema{
		OneOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeInteger, Format: Int32}},
	}
	s.Examples = []any{exampleIssue}
	return s
}
