"""The fake transport, by its short name."""

from tests.fakes.fake_transport import FakeTransport, answer, no_connection, silence

__all__ = ["FakeTransport", "answer", "no_connection", "silence"]
