"""What does every service measure? One registry per service object."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

CAM_BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600)


class Metrics:
    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self._service = service
        self._stage = self._histogram("stage_seconds", "Handling time of a message")
        self._wait = self._histogram("queue_wait_seconds", "Published to handled")
        self._operation = self._histogram("operation_seconds", "Answering time of an operation", ("operation", "transport"))
        self._operations = self.counter("operations", "Operations by HTTP status", ("operation", "transport", "status"))
        self._messages = self.counter("messages", "Messages by what became of them", ("event", "outcome"))
        self.outbox_depth = self.gauge("outbox_depth", "Events committed and not yet published")
        self.outbox_age = self.gauge("outbox_age_seconds", "Age of the oldest unpublished event")

    def gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self.registry, namespace="rmos", subsystem=self._service)

    def counter(self, name: str, text: str, labels: tuple[str, ...]) -> Counter:
        return Counter(name, text, labels, "rmos", self._service, registry=self.registry)

    @contextlib.contextmanager
    def stage(self, subject: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self._stage.labels(subject).observe(time.perf_counter() - start)

    def queue_wait(self, subject: str, published: datetime) -> None:
        self._wait.labels(subject).observe(max(0.0, time.time() - published.timestamp()))

    def outcome(self, subject: str, outcome: str) -> None:
        self._messages.labels(subject, outcome).inc()

    def operation(self, name: str, transport: str, status: int, seconds: float) -> None:
        self._operation.labels(name, transport).observe(seconds)
        self._operations.labels(name, transport, str(status)).inc()

    def _histogram(self, name: str, text: str, labels: tuple[str, ...] = ("event",)) -> Histogram:
        return Histogram(name, text, labels, "rmos", self._service, registry=self.registry, buckets=CAM_BUCKETS)
