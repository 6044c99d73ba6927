"""The fake transport, by its short name."""

from tests.fakes.fake_transport import FakeTransport, Streamed, answer, no_connection, silence

__all__ = ["FakeTransport", "Streamed", "answer", "no_connection", "silence"]
