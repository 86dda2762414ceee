"""Plays the lives of two orders with the client that openapi-python-client generates.

mypy --strict accepts it only if the types are as a caller needs them.
"""

import sys
import time
from datetime import UTC, datetime

from check import answered, equal, known, refused
from history import told
from orders_client import Client
from orders_client import models as m
from orders_client.api.commands import (
    authorize_payment,
    cancel,
    capture_payment,
    change_items,
    complete,
    confirm,
    create,
    deliver_shipment,
    hold,
    refund_payment,
    release,
    ship_items,
    void_payment,
)
from orders_client.api.queries import history, order, orders, summary

# Prices that a float32 cannot hold, and their totals.
CENTS = 1234567.89
ODD = 16777217
FIRST_TOTAL = 2 * CENTS + ODD
TOTAL = 3 * CENTS + ODD

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)
user = f"python-{time.time_ns()}"


def items(mice: int) -> list[m.NewOrderItem]:
    return [
        m.NewOrderItem(sku="sku_mouse", qty=mice, price=CENTS),
        m.NewOrderItem(sku="sku_desk", qty=1, price=ODD),
    ]


def more_mice() -> m.NewItems:
    return m.NewItems(
        items=[
            m.NewItem(sku="sku_mouse", qty=3, price=CENTS),
            m.NewItem(sku="sku_desk", qty=1, price=ODD),
        ]
    )


def ask(order_id: str) -> object:
    """Asks for an order. The generator gives Any to the 304, which has no body."""
    return order.sync(order_id, client=client)  # type: ignore[misc]


def show(order_id: str) -> m.OrderView:
    return answered("order", m.OneOrder, ask(order_id)).order


def create_twice() -> str:
    """Creates an order twice with one key."""
    body = m.NewOrder(user_id=user, items=items(2), currency=m.NewOrderCurrency.EUR)
    first = create.sync_detailed(client=client, body=body, idempotency_key=user)
    made = answered("create", m.CommandResult, first.parsed)
    equal("status of the first", first.status_code, 201)
    again = create.sync_detailed(client=client, body=body, idempotency_key=user)
    equal("replay", answered("replay", m.CommandResult, again.parsed).order_id, made.order_id)
    equal("status of the replay", again.status_code, 200)
    equal("header of the replay", again.headers["Idempotent-Replayed"], "true")

    shown = show(made.order_id)
    equal("total", shown.total_amount, FIRST_TOTAL)
    equal("prices", [item.price for item in shown.items], [CENTS, ODD])
    equal("currency", shown.currency, "EUR")
    return made.order_id


def try_dry(order_id: str) -> None:
    """Changes nothing, and is shown what would be."""
    answer = change_items.sync(order_id, client=client, body=more_mice(), dry_run=True)
    would = answered("dry run", m.CommandResult, answer)
    equal("dry run", known(would.dry_run), True)
    equal("total of the dry run", known(would.order).total_amount, TOTAL)
    [event] = known(would.events)
    if not isinstance(event, m.ItemsChangedEvent):
        raise SystemExit(f"the dry run shows {event}")
    equal("price in the event", event.data.items[0].price, CENTS)
    equal("version after the dry run", show(order_id).version, 1)


def change(order_id: str) -> None:
    """Is answered with the order."""
    answer = change_items.sync_detailed(
        order_id,
        client=client,
        body=more_mice(),
        if_match='"1"',
        prefer="return=representation",
    )
    done = answered("change_items", m.CommandResult, answer.parsed)
    equal("total", known(done.order).total_amount, TOTAL)
    equal("ETag", answer.headers["ETag"], '"2"')


def start(order_id: str) -> None:
    body = m.Hold(reason=m.Reason.FRAUD, note="the address is odd")
    answered("hold", m.CommandResult, hold.sync(order_id, client=client, body=body))
    equal("reason", known(show(order_id).hold).reason, m.Reason.FRAUD)
    answered("release", m.CommandResult, release.sync(order_id, client=client))
    done = answered("confirm", m.CommandResult, confirm.sync(order_id, client=client))
    equal("status", done.status, m.OrderStatus.CONFIRMED)


def pay(order_id: str) -> None:
    """Voids one payment and captures another one."""
    for payment in ("pay_1", "pay_2"):
        held = m.Authorization(payment_id=payment, amount=TOTAL)
        answer = authorize_payment.sync(order_id, client=client, body=held)
        done = answered("authorize", m.CommandResult, answer)
        equal("payment", done.payment_status, m.PaymentStatus.AUTHORIZED)
        if payment == "pay_1":
            void = m.Voiding(payment_id=payment)
            answer = void_payment.sync(order_id, client=client, body=void)
            answered("void", m.CommandResult, answer)
    body = m.Capture(payment_id="pay_2", capture_id="cap_1", amount=TOTAL)
    answer = capture_payment.sync(order_id, client=client, body=body)
    done = answered("capture", m.CommandResult, answer)
    equal("payment", done.payment_status, m.PaymentStatus.PAID)
    equal("captured", show(order_id).payments[1].captured, TOTAL)


def send(order_id: str) -> None:
    """Ships and delivers all, and completes the order."""
    parcel = m.Shipment(
        shipment_id="ship_1",
        items=[m.ShipItem(sku="sku_mouse", qty=3), m.ShipItem(sku="sku_desk", qty=1)],
    )
    answered("ship", m.CommandResult, ship_items.sync(order_id, client=client, body=parcel))
    arrived = m.Delivery(shipment_id="ship_1")
    answer = deliver_shipment.sync(order_id, client=client, body=arrived)
    answered("deliver", m.CommandResult, answer)
    done = answered("complete", m.CommandResult, complete.sync(order_id, client=client))
    equal("status", done.status, m.OrderStatus.COMPLETED)
    equal("fulfillment", done.fulfillment_status, m.FulfillmentStatus.DELIVERED)


def refund(order_id: str) -> None:
    body = m.Refund(payment_id="pay_2", refund_id="ref_1", amount=CENTS)
    answered("refund", m.CommandResult, refund_payment.sync(order_id, client=client, body=body))
    shown = show(order_id)
    equal("refunded", shown.payments[1].refunded, CENTS)
    equal("payment", shown.payment_status, m.PaymentStatus.PARTIALLY_REFUNDED)


def cancel_another() -> str:
    body = m.NewOrder(user_id=user, items=items(1))
    made = answered("create", m.CommandResult, create.sync(client=client, body=body))
    reason = m.Cancellation(reason=m.Reason.CUSTOMER)
    answer = cancel.sync(made.order_id, client=client, body=reason)
    answered("cancel", m.CommandResult, answer)
    return made.order_id


def read_history(*order_ids: str) -> None:
    """Reads every type of event."""
    got = []
    for order_id in order_ids:
        answer = answered("history", m.OrderHistory, history.sync(order_id, client=client))
        got += [told(event) for event in answer.events]
    expected = [
        f"created: 2 sku_mouse at {CENTS}, 1 sku_desk at {ODD}",
        f"changed: 3 sku_mouse at {CENTS}, 1 sku_desk at {ODD}",
        "held: fraud, the address is odd",
        "released",
        "confirmed",
        f"authorized: pay_1, {TOTAL}",
        f"voided: pay_1, {TOTAL}",
        f"authorized: pay_2, {TOTAL}",
        f"captured: pay_2, cap_1, {TOTAL}",
        "shipped: ship_1, 3 sku_mouse, 1 sku_desk",
        "delivered: ship_1",
        "completed",
        f"refunded: pay_2, ref_1, {CENTS}",
        f"created: 1 sku_mouse at {CENTS}, 1 sku_desk at {ODD}",
        "cancelled: customer",
    ]
    equal("history", got, expected)


def list_orders(oldest: str, newest: str) -> None:
    """Pages through the user's orders, the newest first, and filters them."""
    page = answered("list", m.ManyOrders, orders.sync(client=client, user_id=user, limit=1))
    equal("first page", [o.order_id for o in page.orders], [newest])
    answer = orders.sync(client=client, user_id=user, limit=1, cursor=known(page.next_cursor))
    page = answered("list", m.ManyOrders, answer)
    equal("second page", [o.order_id for o in page.orders], [oldest])
    equal("there is another page", bool(page.next_cursor), False)

    statuses = [m.OrderStatus.CANCELLED, m.OrderStatus.CONFIRMED]
    answer = orders.sync(
        client=client,
        user_id=user,
        held=False,
        sku="sku_desk",
        status=statuses,
        sort=m.OrdersSort.UPDATEDAT,
        updated_from=datetime.fromtimestamp(0, UTC),
    )
    [found] = answered("list", m.ManyOrders, answer).orders
    equal("total of the cancelled one", found.total_amount, CENTS + ODD)
    equal("reason", known(found.cancellation).reason, m.Reason.CUSTOMER)


def add_up() -> None:
    """Waits until the sums follow, for which commands do not wait."""
    spent: dict[str, float] = {}
    for _ in range(100):
        answer = answered("summary", m.UserSummary, summary.sync(user, client=client))
        spent = {total.currency: total.spent for total in answer.totals}
        if spent == {"EUR": TOTAL, "USD": 0.0}:
            return
        time.sleep(0.1)
    raise SystemExit(f"spent: {spent}")


def be_refused(cancelled: str) -> None:
    """Reads why, in types of its own."""
    conflict = refused("confirm", confirm.sync(cancelled, client=client))
    equal("code", conflict.code, m.ProblemCode.COMMAND_NOT_ALLOWED)
    equal("status", known(conflict.current_status), m.OrderStatus.CANCELLED)

    body = m.NewOrder(user_id="", items=items(0))
    invalid = refused("create", create.sync(client=client, body=body))
    equal("code", invalid.code, m.ProblemCode.VALIDATION_FAILED)
    places = [issue.path for issue in known(invalid.issues)]
    equal("issues", places, [["userId"], ["items", 0, "qty"]])

    missing = refused("order", ask("ord_" + "a" * 26))
    equal("code", missing.code, m.ProblemCode.ORDER_NOT_FOUND)


def main() -> None:
    order_id = create_twice()
    try_dry(order_id)
    change(order_id)
    start(order_id)
    pay(order_id)
    send(order_id)
    refund(order_id)
    cancelled = cancel_another()
    read_history(order_id, cancelled)
    list_orders(order_id, cancelled)
    add_up()
    be_refused(cancelled)
    print("Python: the client played the lives of two orders")


main()
