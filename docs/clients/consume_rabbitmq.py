"""Keeps a projection in step with the stream orders.events of RabbitMQ; needs pika.

    python3 docs/clients/consume_rabbitmq.py amqp://localhost http://localhost:3000 orders.db

A stream does not know who has read how far. The place is kept with the projection, so a new file has
everything read from the beginning on.
"""

import sys
import time

import pika
from projection import Projection

BEFORE = "cloudEvents:"


def attributes(headers):
    """Returns those of the event, by their names in CloudEvents. A marker has none."""
    return {n[len(BEFORE):]: v for n, v in (headers or {}).items() if n.startswith(BEFORE)}


def read(channel, projection):
    """Reads on from the last message, and with it: only so it shows that the stream is the same."""
    at, last = projection.db.execute("SELECT at, id FROM place").fetchone() or (None, None)
    arguments = {"x-stream-offset": "first" if at is None else at}
    channel.basic_qos(prefetch_count=500)
    found = at is None
    for method, properties, body in channel.consume(
        "orders.events", arguments=arguments, inactivity_timeout=5
    ):
        if method is None and found:
            continue
        here = method and properties.headers["x-stream-offset"]
        if not found and (here, properties and properties.message_id) != (at, last):
            with projection.db:
                projection.db.execute("DELETE FROM place")  # It was made anew, or dropped that much.
            return
        event = attributes(properties.headers)
        if found and event:
            projection.take(event, body)
        found = True
        if not channel.get_waiting_message_count():
            place = (here, properties.message_id)
            projection.db.execute("REPLACE INTO place VALUES (1, ?, ?)", place)
            projection.db.commit()
            channel.basic_ack(method.delivery_tag, multiple=True)


def main(url, api, file):
    projection = Projection(file, api)
    while True:
        try:
            with pika.BlockingConnection(pika.URLParameters(url)) as connection:
                read(connection.channel(), projection)
        except (pika.exceptions.AMQPError, OSError) as error:
            print(repr(error), file=sys.stderr, flush=True)
        projection.db.rollback()  # What has no place yet comes again.
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
