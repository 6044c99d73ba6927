"""Between socket and rooms: the ledger, silence, and ordered troubles."""

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask
from werkzeug.test import run_wsgi_app

from sandbox import problems
from sandbox.callers import label
from sandbox.control import PREFIX
from sandbox.exchange import Answer, Call, Malformed
from sandbox.faults import Fault
from sandbox.ledger import SeenRequest
from sandbox.streams import Connection
from sandbox.web import CALL, WORLD
from sandbox.world import World


@dataclass(slots=True)
class Delivery:
    """One answer and how it is to be put on the wire; no answer means a cut line.

    Attributes:
        stream: what goes on behind the answer's head, in place of its body.
    """

    answer: Answer | None
    drip_bytes_per_second: float = 0.0
    drip_head: bool = False
    stream: Connection | None = None


class Desk:
    """Takes each request to its room and brings the answer back, spoilt if ordered so."""

    def __init__(
        self, world: World, web: Flask, hold: threading.Event, stopping: threading.Event
    ) -> None:
        self._world = world
        self._web = web
        self._hold = hold
        self._stopping = stopping

    def handle(self, call: Call) -> Delivery:
        """Return what to send for one request; may wait as long as a test ordered."""
        delivery = self._handled(call)
        for stream in call.opened:
            if delivery.answer is not None and delivery.answer.status == 200:
                delivery.stream = stream
            else:
                stream.close()
        return delivery

    def _handled(self, call: Call) -> Delivery:
        if call.path.startswith(PREFIX):
            return Delivery(self._run(call))
        entry = self._note(call)
        fault = self._world.faults.take(call.method, call.path)
        while not self._hold.wait(0.02):
            if self._stopping.is_set():
                return Delivery(None)
        answer = self._run(call) if fault is None or fault.lets_it_happen else None
        if fault is None:
            return self._noted(entry, Delivery(answer))
        if fault.delay_seconds and self._stopping.wait(fault.delay_seconds):
            return Delivery(None)
        return self._noted(entry, _spoilt(fault, answer, self._world.clock.now()))

    def _note(self, call: Call) -> SeenRequest:
        with self._world.lock:
            try:
                fields = tuple(name for name, _ in call.form)
            except Malformed:
                fields = ()
            return self._world.ledger.add(
                SeenRequest(
                    self._world.clock.now(),
                    call.method,
                    call.path,
                    label(self._world, call),
                    query=call.query_text,
                    fields=fields,
                    headers=tuple(call.headers),
                )
            )

    @staticmethod
    def _noted(entry: SeenRequest, delivery: Delivery) -> Delivery:
        if delivery.answer is not None:
            entry.status = delivery.answer.status
        return delivery

    def _run(self, call: Call) -> Answer:
        host = call.origin.partition("://")[2]
        environ: dict[str, Any] = {
            CALL: call,
            WORLD: self._world,
            "REQUEST_METHOD": call.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": _wsgi_path(call.path),
            "QUERY_STRING": "",  # rooms read it from the call
            "SERVER_NAME": host.rpartition(":")[0],
            "SERVER_PORT": host.rpartition(":")[2],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
        }
        try:
            body, status, headers = run_wsgi_app(self._web.wsgi_app, environ, buffered=True)
        except Exception:  # noqa: BLE001 - a bug must not end the connection without a word
            return problems.plain(500)
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        return Answer(int(status.split(" ", 1)[0]), b"".join(body), kept)


def _spoilt(fault: Fault, answer: Answer | None, now: float) -> Delivery:
    if fault.drop is not None:
        return Delivery(None)
    return Delivery(fault.spoil(answer, now), fault.drip_bytes_per_second, fault.drip_head)


def _wsgi_path(path: str) -> str:
    return unquote_to_bytes(path).decode("latin-1")
