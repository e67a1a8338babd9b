"""Students who hand in before a deadline: two times each, some with a double click, and all watch what becomes of it.

`benchmarks.rush` runs it with locust, in an environment of its own: gevent changes Python for everything that runs
beside it. Nothing of the kit is imported.
"""

from __future__ import annotations

import gevent.monkey

gevent.monkey.patch_all()

import itertools  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import uuid  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
from locust import FastHttpUser, constant, task  # noqa: E402
from locust.env import Environment  # noqa: E402

CONFIG: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
NOTEBOOK = Path(CONFIG["notebook"]).read_bytes()
PLACE, BOUNDARY = b"@HAND_IN@", "rush-boundary"
WINDOW: float = CONFIG["window"]
# Everybody is there before the first one hands in.
BEGIN: float = CONFIG["gather"]
PAUSE = 1.0
START = time.monotonic()
numbers = itertools.count()
came: dict[str, list[Any]] = {"acknowledged": [], "seen": [], "refused": [], "failed": []}


class Student(FastHttpUser):
    """One student of the class."""

    host = CONFIG["url"]
    wait_time = constant(10**6)
    connection_timeout, network_timeout = 60.0, 120.0

    @task
    def hand_in_before_the_deadline(self) -> None:
        """Hand in twice, at times that chance decides; read pages, and watch."""
        number = next(numbers)
        rng = random.Random(f"{CONFIG['seed']} {number}")
        self.headers = {"Authorization": f"Bearer {CONFIG['tokens'][number]}"}
        watching = []
        for turn, moment in enumerate(sorted(rng.uniform(0, WINDOW) for _ in range(2))):
            gevent.sleep(max(0.0, START + BEGIN + moment - time.monotonic()))
            self.read(CONFIG["assignment_page"], "page of the assignment")
            body = form(NOTEBOOK.replace(PLACE, f"{number}-{turn}".encode()))
            key, clicks = uuid.uuid4().hex, 2 if rng.random() < 0.1 else 1
            sent = [gevent.spawn(self.send, body, key) for _ in range(clicks)]
            attempt = next((one.get() for one in gevent.joinall(sent) if one.get()), None)
            if attempt:
                self.read(f"/attempts/{attempt}/", "page of the attempt")
                watching.append(gevent.spawn(self.watch, attempt, time.monotonic()))
        gevent.joinall(watching)

    def read(self, path: str, name: str) -> None:
        """Read a page."""
        self.client.get(path, headers=self.headers, name=name)

    def send(self, body: bytes, key: str) -> str | None:
        """Hand in until there is a receipt, and return the attempt."""
        headers = {
            **self.headers,
            "Idempotency-Key": key,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        }
        while time.monotonic() < START + BEGIN + WINDOW + CONFIG["after"]:
            began = time.monotonic()
            with self.client.post(
                CONFIG["attempts"], data=body, headers=headers, name="hand in", catch_response=True
            ) as answer:
                if answer.status_code in (200, 201):
                    receipt = answer.json()
                    answer.success()
                    came["acknowledged"].append([time.monotonic() - began, receipt])
                    return str(receipt["attempt"])
                answer.failure(f"{answer.status_code}")
                came["refused" if answer.status_code else "failed"].append([began - START, answer.status_code])
            gevent.sleep(PAUSE)
        return None

    def watch(self, attempt: str, since: float) -> None:
        """Watch until it is marked, then read the feedback; a stream that ends is opened again."""
        ends = START + BEGIN + WINDOW + CONFIG["after"]
        last = ""
        while time.monotonic() < ends:
            headers = {**self.headers, "Last-Event-ID": last}
            answer = self.client.get(f"/api/v1/attempts/{attempt}/events", headers=headers, stream=True, name="events")
            try:
                while time.monotonic() < ends and (line := answer.stream.readline(b"\n")):
                    last = line[4:].strip().decode() if line.startswith(b"id: ") else last
                    if line.startswith(b"event: marked"):
                        came["seen"].append(time.monotonic() - since)
                        self.read(f"/api/v1/attempts/{attempt}/feedback", "feedback")
                        return
            except (OSError, ValueError, AttributeError):
                gevent.sleep(PAUSE)


def form(content: bytes) -> bytes:
    """Return a form with a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{CONFIG["name"]}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def main() -> None:
    """Run the class, and write what it saw."""
    environment = Environment(user_classes=[Student])
    runner = environment.create_local_runner()
    runner.start(len(CONFIG["tokens"]), spawn_rate=len(CONFIG["tokens"]) / max(1.0, BEGIN - 1))
    gevent.sleep(max(0.0, START + BEGIN + WINDOW + CONFIG["after"] - time.monotonic()))
    runner.stop()
    stats = {
        entry.name: {
            "count": entry.num_requests,
            "failed": entry.num_failures,
            **{f"p{round(100 * share)}": entry.get_response_time_percentile(share) for share in (0.5, 0.95, 0.99)},
        }
        for entry in environment.stats.entries.values()
    }
    errors = {f"{one.name}: {one.error}": one.occurrences for one in environment.stats.errors.values()}
    Path(CONFIG["result"]).write_text(json.dumps({**came, "requests": stats, "errors": errors}))


if __name__ == "__main__":
    main()
