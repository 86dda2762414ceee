"""Makes orders at one address and reads each at another, until SIGTERM, as several clients: half of
them keep their connections, the others open one for each request. No command is sent again. A query for an
order that the read model does not show yet is asked again, as its answer says (projection-lagging),
for at most 30 s.

    kubernetes-load.py COMMANDS QUERIES FILE

FILE always says how many requests there were, and how many of them failed.
"""

import http.client
import json
import os
import signal
import sys
import threading
import time
import urllib.parse

commands, queries, file = sys.argv[1:]
clients, timeout = 4, 15
lock, stop = threading.Lock(), threading.Event()
count, made, lagging, failures = 0, 0, 0, {}


def ask(connection, method, path, body=None, until=None):
    """The answer's JSON, or None after a failure, which is counted."""
    global count, lagging
    headers = {"Content-Type": "application/json", "Idempotency-Key": os.urandom(8).hex()} if body else {}
    why = None
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read()
        if response.status == 503 and b"projection-lagging" in text and method == "GET":
            until = until or time.monotonic() + 30
            if time.monotonic() < until:
                with lock:
                    count, lagging = count + 1, lagging + 1
                time.sleep(0.5)
                return ask(connection, method, path, body, until)
        if response.status >= 300:
            why = f"{method} {path.split('?')[0][:20]}: {response.status} {text[:400]!r}"
    except (OSError, http.client.HTTPException) as error:
        why = f"{method} {path.split('?')[0][:20]}: {type(error).__name__} {error}"
        connection.close()
    with lock:
        count += 1
        if why:
            failures[why] = failures.get(why, 0) + 1
    return None if why else json.loads(text)


def order(number, keeps):
    global made
    to = [http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=timeout)
          for url in (commands, queries)]
    body = json.dumps({"userId": f"user_{number}", "items": [{"sku": "mouse", "qty": 1, "price": 1}]})
    while not stop.is_set():
        created = ask(to[0], "POST", "/commands/orders", body)
        if created:
            ask(to[1], "GET", f"/queries/orders/{created['orderId']}?minVersion=1")
            with lock:
                made += 1
        if not keeps:
            for connection in to:
                connection.close()


def tell():
    with lock:
        text = f"{count} {sum(failures.values())}\n"
    with open(file + ".new", "w") as new:
        new.write(text)
    os.replace(file + ".new", file)


signal.signal(signal.SIGTERM, lambda *_: stop.set())
threads = [threading.Thread(target=order, args=(n, n % 2 == 0)) for n in range(clients)]
for thread in threads:
    thread.start()
shown = 0
while not stop.is_set():
    if made:
        tell()
    for why in list(failures)[shown:]:
        shown += 1
        print(why, flush=True)
    time.sleep(0.2)
for thread in threads:
    thread.join()
tell()
print(f"{made} orders made and read, {count} requests, {sum(failures.values())} failed; "
      f"{lagging} queries were asked again, as the read model was behind")
sys.exit(1 if failures else 0)
