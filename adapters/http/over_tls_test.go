package http_test

import (
	"crypto/tls"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"orders/adapters/http/certificate"
	"orders/test/certs"
)

// TestOverTLS runs tests of connections again, over TLS.
func TestOverTLS(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"IdleConnectionsMakeRoom":       TestIdleConnectionsMakeRoom,
		"SlowSendersMakeRoom":           TestSlowSendersMakeRoom,
		"HeadsThatStopMakeRoom":         TestHeadsThatStopMakeRoom,
		"BodiesThatPauseStay":           TestBodiesThatPauseStay,
		"APipelinedRequestIsNotIdle":    TestAPipelinedRequestIsNotIdle,
		"ASlowReaderGetsItAll":          TestASlowReaderGetsItAll,
		"AReaderThatStops":              TestAReaderThatStops,
		"ShutdownClosesWhatIsIdle":      TestShutdownClosesWhatIsIdle,
		"AClientThatBreaksOff":          TestAClientThatBreaksOffIsNoFaultOfOurs,
		"ShutdownAnswersWhatIsUnderWay": TestShutdownAnswersWhatIsUnderWay,
		"ShutdownOfWhoDoesNotRead":      TestShutdownDoesNotWaitForWhoDoesNotRead,
		"BodiesThatDoNotArrive":         TestBodiesThatDoNotArrive,
		"ABodyThatStandsStillIsLate":    TestABodyThatStandsStillIsLate,
		"ASlowBodyNeedsToBeSteady":      TestASlowBodyNeedsToBeSteady,
		"HeadsThatDoNotArrive":          TestHeadsThatDoNotArrive,
		"RefusalsArrive":                TestRefusalsArrive,
		"UnreadableRequests":            TestUnreadableRequests,
		"NothingKeptIsOverwritten":      TestNothingKeptIsOverwritten,
		"NobodyCanReadDifferently":      TestNobodyCanReadARequestDifferently,
		"WhatFollowsIsTheNext":          TestWhatFollowsARequestIsTheNext,
		"RequestsInPieces":              TestRequestsInPieces,
		"AStreamOfAnOrder":              TestAStreamOfAnOrder,
		"AnAnswerIsHeldUntilItIsSent":   TestAnAnswerIsHeldUntilItIsSent,
		"ALargeAnswerIsAsAnyOther":      TestALargeAnswerIsAsAnyOther,
		"BodiesOfAllKinds":              TestBodiesOfAllKinds,
		"TheAdminListenerAnswers":       TestTheAdminListenerAnswersForTheService,
		"TheAdminListenerReadsRequests": TestTheAdminListenerReadsRequestsAsAProxyDoes,
		"TheAdminListenerStopsLast":     TestTheAdminListenerStopsLast,
	} {
		t.Run(name, test)
	}
}

// overTLS reports whether a test is one of those that TestOverTLS runs again.
func overTLS(t testing.TB) bool {
	return strings.HasPrefix(t.Name(), "TestOverTLS/") || strings.HasPrefix(t.Name(), "TestTLS")
}

// authority is the one whose certificate the server has, for all tests.
var authority = struct {
	sync.Once
	*certs.Authority
	files *certificate.Files
}{}

func prepareTLS(t testing.TB) {
	t.Helper()
	authority.Do(func() {
		authority.Authority = certs.New(t)
		cert, key := authority.Issue(t, certs.Usual).Write(t, t.TempDir())
		var err error
		authority.files, err = certificate.Load(cert, key, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
	})
}

// serverTLS is how the server of a test speaks TLS.
func serverTLS(t testing.TB) *tls.Config {
	t.Helper()
	prepareTLS(t)
	return authority.files.Config()
}

// clientTLS is how clients do.
func clientTLS(t *testing.T) *tls.Config {
	t.Helper()
	prepareTLS(t)
	return &tls.Config{RootCAs: authority.Pool(), ServerName: "localhost"}
}

// dialTCP opens a connection without TLS.
func (l *listener) dialTCP(t *testing.T) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// tcpOf is the connection below TLS, if there is any.
func tcpOf(c net.Conn) *net.TCPConn {
	if secure, is := c.(*tls.Conn); is {
		c = secure.NetConn()
	}
	return c.(*net.TCPConn)
}
