"""What a service of its own keeps of the orders, made of the messages about them.

    python3 docs/clients/projection.py orders.db    # shows it

Here that is who ordered, the status and the number of items. SQLite keeps it together with how far
a stream was read: both change at once, or not at all.
"""

import json
import sqlite3
import sys

from orders import ask

STATUS = {
    "OrderCreated": "CREATED",
    "OrderConfirmed": "CONFIRMED",
    "OrderCompleted": "COMPLETED",
    "OrderCancelled": "CANCELLED",
}
TABLES = """
CREATE TABLE IF NOT EXISTS orders(
    id TEXT PRIMARY KEY, version INTEGER, number INTEGER, size INTEGER, view TEXT);
CREATE TABLE IF NOT EXISTS place(one INTEGER PRIMARY KEY, at INTEGER, id TEXT);
"""


def after(view, kind, data):
    """Returns an order after an event. One of a kind that is not known here changes nothing."""
    view = {**view, "status": STATUS.get(kind, view.get("status"))}
    if kind == "OrderCreated":
        view["userId"] = data["userId"]
    if kind in ("OrderCreated", "ItemsChanged"):
        view["itemCount"] = sum(item["qty"] for item in data["items"])
    return view


class Projection:
    def __init__(self, file, api):
        self.api = api  # Where the service answers queries, such as http://localhost:3000.
        self.db = sqlite3.connect(file)
        self.db.executescript(TABLES)

    def take(self, event, data):
        """Takes an event: its attributes by their names in CloudEvents, and its data as JSON."""
        _, kind, schema = event["type"].split(".")
        if schema != "v1" and (kind in STATUS or kind == "ItemsChanged"):
            raise ValueError(f"{event['type']} has to be learnt first")
        this = version, number = tuple(map(int, event["sequence"].split(".")))
        row = self.db.execute("SELECT * FROM orders WHERE id = ?", [event["subject"]]).fetchone()
        _, last, n, size, view = row or (None, 0, 0, 0, "{}")
        if this <= (last, n):
            return  # It came before: each comes at least once.
        follows = this == ((last, n + 1) if n < size else (last + 1, 1))
        if not follows or "dataref" in event:
            self.read_history(event["subject"])
            return
        view = after(json.loads(view), kind, json.loads(data))
        self.put(event["subject"], version, number, int(event["commitsize"]), view)

    def read_history(self, order_id):
        """Asks the service for what the topic does not have: what it dropped, or is too large."""
        version, number, view, cursor = 0, 0, {}, ""
        while cursor is not None:
            page, _ = ask(f"{self.api}/queries/orders/{order_id}/history?cursor={cursor}")
            for event in page["events"]:
                number = number + 1 if event["version"] == version else 1
                version = event["version"]
                view = after(view, event["type"], event["data"])
            cursor = page.get("nextCursor")
        self.put(order_id, version, number, number, view)

    def put(self, *row):
        self.db.execute("REPLACE INTO orders VALUES (?, ?, ?, ?, ?)", [*row[:-1], json.dumps(row[-1])])


def main(file):
    for row in sqlite3.connect(file).execute("SELECT id, version, view FROM orders ORDER BY id"):
        view = json.loads(row[2])
        print(row[0], row[1], view["status"], view["itemCount"], view["userId"])


if __name__ == "__main__":
    main(*sys.argv[1:])
