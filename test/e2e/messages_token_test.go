package e2e_test

import (
	"testing"
	"time"

	"orders/test/issuer"
)

// anyonesOrder is that of whoever sends it.
const anyonesOrder = `{"items":[{"sku":"s","qty":1,"price":1}]}`

// with is l with a token.
func (l letter) with(token string) letter {
	l.headers = map[string]string{"authorization": "Bearer " + token}
	return l
}

// Whoever has a token sends commands under its name, and may do what it allows. Without one, a
// message is of COMMANDS_ACTOR.
func TestMessagesWithTokens(t *testing.T) {
	onEachBroker(t, func(t *testing.T, b broker) {
		i := issuer.New(t)
		i.Down(true)
		p := start(t, settingsOf(b, "AUTH=jwt", "AUTH_ISSUER="+i.URL,
			"AUTH_AUDIENCE="+issuer.Audience, "COMMANDS_ACTOR=shop")...)
		customer := i.Token("ann", "orders:write")
		anns := letter{id: "a1", command: "create", body: anyonesOrder}
		b.send(t, anns.with(customer))
		if got, some := b.next(t, results, time.Second); some {
			t.Errorf("while nobody can tell whose a token is: %+v", got)
		}
		bobs := answerTo(t, b, letter{id: "b1", command: "create", body: body}, "done")
		i.Down(false)
		waited := await(t, b, results)
		if waited.outcome() != "done" || waited.answer["id"] != "a1" {
			t.Errorf("when somebody can: %+v", waited)
		}
		order, _ := waited.answer["orderId"].(string)
		others, _ := bobs.answer["orderId"].(string)
		confirm := letter{id: "c1", command: "confirm", order: order}
		for _, tt := range []struct{ order, command, body, token, want string }{
			{order, "hold", `{"reason":"fraud"}`, customer, "refused insufficient-scope"},
			{others, "confirm", "", customer, "refused order-not-found"},
			{order, "confirm", "", "x.y.z", "refused unauthenticated"},
			{order, "confirm", "", customer + "x", "refused unauthenticated"},
			{order, "confirm", "", i.TokenWith(i.Claims("ann", "orders:write"), issuer.Claims{
				"exp": time.Now().Add(-time.Hour).Unix(),
			}), "refused unauthenticated"},
			{order, "confirm", "", customer, "done"},
			{order, "hold", `{"reason":"fraud"}`, i.Token("staff", "orders:manage"), "done"},
		} {
			confirm.order, confirm.command, confirm.body = tt.order, tt.command, tt.body
			confirm.id += "x"
			answerTo(t, b, confirm.with(tt.token), tt.want)
		}
		p.terminate(t)
		p.ends(t, 0, `WARN msg="Command by message".*code=insufficient-scope`)
	})
}
