"""A client of the order service, of Python's standard library (3.9 or later).

    python3 docs/clients/orders.py http://localhost:3000 life user_123
"""

import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import quote, urlencode

# The connection broke, maybe when the command was carried out already, or in the middle of a word.
BROKEN = (OSError, http.client.HTTPException, ValueError)

# The access token that each request bears, if the service needs one.
TOKEN = os.environ.get("ORDERS_TOKEN")


class Refused(Exception):
    """The service refused; sending the same again is of no use. Its code is in docs/errors.md."""


def again(status):
    """Whether to send a request again that got this status: docs/errors.md says so, too."""
    return status in (408, 429) or status >= 500


def send(request, timeout):
    """Returns the answer, whatever its status."""
    if TOKEN:
        request.add_unredirected_header("Authorization", f"Bearer {TOKEN}")
    try:
        return urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as answer:
        return answer


def ask(url, method="GET", key=None, body=None):
    """Sends a request until it is answered for good. With a key that is safe for commands, too.

    It returns the answer's JSON and its ETag.
    """
    request = urllib.request.Request(url, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    if key:
        request.add_header("Idempotency-Key", key)
    for tries in range(1, 11):
        wait = min(0.25 * 2**tries, 5) * random.uniform(0.5, 1)
        try:
            with send(request, timeout=10) as answer:
                text = answer.read().decode()
            if answer.status < 300:
                return json.loads(text), answer.headers["ETag"]
            if not again(answer.status):
                raise Refused(f"{answer.status} {text}")
            after = answer.headers["Retry-After"] or ""
            wait = int(after) if after.isdecimal() else wait
            raise ConnectionError(f"{answer.status} {text}")
        except BROKEN:
            if tries == 10:
                raise
        time.sleep(wait)


def life(base, user_id):
    """Takes a new order through its life, and returns it as queries show it then."""
    # A key names one intention. Store it before you send it, to go on after a crash of your own.
    body = {"userId": user_id, "items": [{"sku": "sku_mouse", "qty": 2, "price": 5.99}]}
    created, _ = ask(f"{base}/commands/orders", "POST", str(uuid.uuid4()), body)
    order_id = created["orderId"]

    def command(path, body=None):
        url = f"{base}/commands/orders/{order_id}/{path}"
        return ask(url, "POST", str(uuid.uuid4()), body)

    command("confirm")
    command("payments/capture", {"paymentId": "pay_1", "amount": 11.98})
    command("shipments", {"shipmentId": "ship_1", "items": [{"sku": "sku_mouse", "qty": 2}]})
    command("deliveries", {"shipmentId": "ship_1"})
    _, etag = command("complete")
    return read_at(base, order_id, etag)


def read_at(base, order_id, etag):
    """Reads an order at the version of a command's ETag or a later one: one's own write."""
    return ask(f"{base}/queries/orders/{order_id}?minVersion={quote(etag)}")[0]["order"]


def orders_of(base, user_id, limit=50):
    """Yields all orders of a user, the newest first, a page at a time."""
    query = {"userId": user_id, "limit": limit, "cursor": ""}
    while query["cursor"] is not None:
        page, _ = ask(f"{base}/queries/orders?{urlencode(query)}")
        yield from page["orders"]
        query["cursor"] = page.get("nextCursor")


def follow(base, user_id):
    """Yields the orders of a user as they change, for ever.

    It goes on where a connection broke off. Where that cannot be, as at first, it yields what
    there is; an order may come twice.
    """
    url = f"{base}/queries/orders/stream?{urlencode({'userId': user_id})}"
    last = ""
    while True:
        request = urllib.request.Request(url, headers={"Last-Event-ID": last} if last else {})
        try:
            # A service that is there says something every 15 seconds.
            with send(request, timeout=40) as stream:
                if stream.status >= 300:
                    error = ConnectionError if again(stream.status) else Refused
                    raise error(f"{stream.status} {stream.read().decode()}")
                if not last:
                    yield from orders_of(base, user_id)
                for event in events(stream):
                    if event.get("event") == "reset":
                        yield from orders_of(base, user_id)
                    if event.get("event") == "order":
                        yield json.loads(event["data"])["order"]
                    last = event.get("id", last)  # Now it is dealt with.
        except BROKEN:
            pass
        time.sleep(random.uniform(1, 2))


def events(stream):
    """Yields server-sent events."""
    event = {}
    for line in stream:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field:
            event[field] = value
        elif not value:
            yield event
            event = {}


def main(base, what, user_id, *limit):
    does = {"life": lambda *a: [life(*a)], "list": orders_of, "follow": follow}
    for order in does[what](base, user_id, *limit):
        print(order["orderId"], order["status"], order["version"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
