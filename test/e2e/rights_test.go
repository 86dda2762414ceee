package e2e_test

import (
	"testing"

	"orders/test/mongotest"
)

// What is not authorized is answered at once, and shown by readiness; nothing needs a restart once
// it is allowed again.
func TestRightsThatAreTakenAwayAndGivenBack(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	all := mongotest.BuiltIn("readWrite", "shop")
	uri := g.URI("shop", all)
	p := start(t, "MONGODB_URI="+uri, "REQUEST_TIMEOUT=10m") // Nobody waits for so long here.
	id := p.shown(t, p.create(t))
	g.Allow(uri, mongotest.BuiltIn("read", "shop"))
	a := p.must(t, 503, "POST", "/commands/orders", body)
	a.want(t, `"unavailable"`, "code")
	a.want(t, `"nothing was changed; please try again"`, "detail")
	p.must(t, 503, "GET", "/readyz", "")
	p.must(t, 200, "GET", "/queries/orders/"+id, "")
	g.Allow(uri, all)
	p.create(t)
	eventually(t, "it is ready again", func() bool { return p.status(t, "/readyz") == 200 })
}

// Nobody has to send a command for readiness to notice.
func TestReadinessTriesWhatTheRolesNeed(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	uri := g.URI("shop", mongotest.BuiltIn("readWrite", "shop"))
	p := start(t, "MONGODB_URI="+uri)
	query := start(t, "MONGODB_URI="+uri, "ROLES=query")
	g.Allow(uri, mongotest.BuiltIn("read", "shop"))
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	launch(t, "", []string{"MONGODB_URI=" + uri}, "projection", "status").ends(t, 0, "caught up")
	launch(t, "", []string{"MONGODB_URI=" + uri}, "projection", "verify").ends(t, 0, "0 wrong")
	query.isReady(t)
	g.Allow(uri, mongotest.BuiltIn("readWrite", "shop"))
	p.isReady(t)
}

// A view that may not be saved for a while is shown once it may.
func TestAProjectionOutlastsADenial(t *testing.T) {
	skipShort(t)
	g := mongotest.StartGuarded(t)
	all := mongotest.BuiltIn("readWrite", "shop")
	projects := g.URI("shop", all)
	start(t, "MONGODB_URI="+projects, "ROLES=projector")
	p := start(t, "MONGODB_URI="+g.URI("shop", all), "ROLES=command,query")
	p.create(t)
	g.Allow(projects, mongotest.BuiltIn("read", "shop"))
	id := p.create(t).id()
	p.must(t, 404, "GET", "/queries/orders/"+id, "")
	g.Allow(projects, all)
	eventually(t, "it is shown", func() bool {
		return p.status(t, "/queries/orders/"+id) == 200
	})
	a := p.must(t, 200, "GET", "/admin/projections", "")
	for _, n := range []string{"0", "1"} {
		a.want(t, `[]`, "projections", n, "parked")
	}
}

func TestAURIThatNamesADatabaseOfMongoDBsOwnIsRefused(t *testing.T) {
	p := launch(t, "", []string{"MONGODB_URI=mongodb://127.0.0.1/admin?replicaSet=rs0"})
	p.ends(t, 1, `^orders: .*names admin, .*add authSource=admin\n$`)
}
