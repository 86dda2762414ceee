"""Keeps a projection in step with the topic orders.events of Kafka; needs confluent-kafka.

    python3 docs/clients/consume_kafka.py 127.0.0.1:9092 http://localhost:3000 orders.db

Another file needs another group, as Kafka keeps for each group how far it has read. Consumers in one
group share the work, so they share one database.
"""

import signal
import sys

from confluent_kafka import Consumer, KafkaException
from projection import Projection


def attributes(message):
    """Returns those of the event, by their names in CloudEvents."""
    headers = message.headers() or []
    return {name[3:]: value.decode() for name, value in headers if name.startswith("ce_")}


def main(brokers, api, file, group="orders-projection"):
    projection = Projection(file, api)
    consumer = Consumer({
        "bootstrap.servers": brokers,
        "group.id": group,
        "auto.offset.reset": "earliest",  # At first, and where its place is lost.
        "enable.auto.commit": False,
        "topic.metadata.refresh.interval.ms": 10_000,  # So soon a topic that is made is found.
    })
    consumer.subscribe(["orders.events"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        while True:
            read(consumer, projection)
    finally:
        consumer.close()  # Else the group waits for this member.


def read(consumer, projection):
    took = 0
    with projection.db:  # A transaction.
        for message in consumer.consume(500, timeout=1):
            event = {} if message.error() else attributes(message)
            if event:
                projection.take(event, message.value())
                took += 1
            elif message.error():
                print(message.error(), file=sys.stderr, flush=True)  # The library tries again.
    try:
        if took:
            consumer.commit(asynchronous=False)  # Not before the projection has them.
    except KafkaException as error:
        print(error, file=sys.stderr, flush=True)  # They come again, or the next one covers them.


if __name__ == "__main__":
    main(*sys.argv[1:])
