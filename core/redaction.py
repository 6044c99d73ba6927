"""Keeps secrets out of what is written: log lines, tracebacks, and the hooks for escaped errors.

Two nets, one behind the other. Values that are known to be alive are masked wherever
they stand, in the encodings that a program would give them; and whatever has the shape
of a credential of X is masked without being known. Both work on the finished text, after
formatting, because a traceback and a record's arguments come in only then.

Neither replaces `core.secret.Secret`: what does not print itself need not be masked.
"""

import base64
import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Final
from urllib.parse import quote, quote_plus, unquote

from core.secret import Secret, reveal

MASK: Final = "<redacted>"
LIBRARIES: Final = (
    "requests",
    "keyring",
    "werkzeug",
    "secretstorage",
    "jeepney",
    "oauthlib",
    "filelock",
)

_SHORTEST: Final = 8
_MOST_VALUES: Final = 4096

# Names whose value is masked whatever it looks like, in forms, queries and JSON.
_NAMES: Final = (
    "access_token|refresh_token|bearer_token|id_token|oauth_token|oauth_token_secret"
    "|oauth_verifier|oauth_signature|oauth_consumer_key|code_verifier|client_secret|client_id"
    "|api_key|api_key_secret|api_secret|consumer_key|consumer_secret|token_secret"
    "|passphrase|password|denied"
)
# These are words of everyday log lines too ("code=403"), so only long values count.
_SHARED_NAMES: Final = "code|state|token|secret|pin"
_ESCAPED_QUOTE: Final = r"\\{0,3}[\"']"

# Patterns are compiled when something is written at all: most commands write nothing.
_SHAPES: Final = (
    (r"(?i)\b((?:proxy-)?authorization)(\W{1,5})[^\r\n]{8,}", rf"\1\2{MASK}"),
    (r"\bOAuth\s+oauth_\w+=[^\r\n]*", f"OAuth {MASK}"),
    (
        r"\b((?i:bearer|basic))\s+(?=\S*(?:[\d%=]|[a-z][A-Z]))[A-Za-z0-9%._~+/=-]{8,}",
        rf"\1 {MASK}",
    ),
    (
        (
            rf"(?i)({_ESCAPED_QUOTE}(?:{_NAMES}|{_SHARED_NAMES}){_ESCAPED_QUOTE}\s*[:,]\s*"
            rf"b?{_ESCAPED_QUOTE})[^\"'\\]{{4,}}"
        ),
        rf"\1{MASK}",
    ),
    (rf"(?i)\b({_NAMES})(=|%3D)[^&\s\"'<>#,;)]+", rf"\1\2{MASK}"),
    (rf"(?i)\b({_SHARED_NAMES})(=|%3D)[^&\s\"'<>#,;)]{{{_SHORTEST},}}", rf"\1\2{MASK}"),
    (r"(://)[^/\s@:\"']+:[^/\s@\"']+@", rf"\1{MASK}@"),
    (r"A{18,}[A-Za-z0-9%+/=_-]{16,}", MASK),
    (r"\b[0-9]{4,20}-[A-Za-z0-9]{20,60}\b", MASK),
)
_RUN: Final = r"[A-Za-z0-9_-]{20,}"
# base64url of "<random>:<milliseconds>:<n>:<n>:at:1" and its siblings (undocumented, read off
# samples of 2021-2026): access, refresh, authorization code, Client ID.
_X_TOKEN: Final = rb"(?s).*:(?:at|rt|ac):[0-9]|.*:[0-9]:ci"
_MIXED: Final = r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])"
_LONG_ENOUGH_TO_BE_A_KEY: Final = 24


class Redactor:
    """Masks secrets in text: those it was told of, and what looks like one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, tuple[str, ...] | None] = {}
        self._forms: tuple[str, ...] | None = ()

    def learn(self, *secrets: str | Secret | None) -> None:
        """Mask these values from now on. Those under 8 characters are left out.

        A short one stands inside innocent words, and masking them would tell it. Cheap: what
        forms a value may take is thought about when a line is written, which is rare.
        """
        with self._lock:
            for secret in secrets:
                text = reveal(secret) if secret is not None else ""
                if len(text) >= _SHORTEST and text not in self._values:
                    self._values[text] = None
                    self._forms = None
            while len(self._values) > _MOST_VALUES:
                del self._values[next(iter(self._values))]

    def forget_all(self) -> None:
        """Drop all known values, as when the vault is locked."""
        with self._lock:
            self._values.clear()
            self._forms = ()

    def redact(self, text: str) -> str:
        """Return `text` with every secret in it masked."""
        for form in self._known_forms():
            if form in text:
                text = text.replace(form, MASK)
        for shape, mask in _SHAPES:
            text = re.sub(shape, mask, text)
        return re.sub(_RUN, _mask_run, text)

    def mask_known(self, text: str) -> str:
        """Return `text` with the known values masked, and nothing else: what X says stays as it is.

        For whole answers, so only the forms are sought in which a server gives a header back.
        """
        with self._lock:
            values = tuple(self._values)
        forms = {
            form for value in values for form in (value, unquote(value), quote(value, safe=""))
        }
        for form in sorted(forms, key=len, reverse=True):
            if len(form) >= _SHORTEST and form in text:
                text = text.replace(form, MASK)
        return text

    def _known_forms(self) -> tuple[str, ...]:
        """Return all forms of all known values, longest first: a part must not hide the whole."""
        known = self._forms
        if known is not None:
            return known
        with self._lock:
            for value, forms in self._values.items():
                if forms is None:
                    self._values[value] = forms_of(value)
            found = {form for forms in self._values.values() for form in forms or ()}
            self._forms = tuple(sorted(found, key=len, reverse=True))
            return self._forms


def forms_of(text: str) -> tuple[str, ...]:
    """Return the forms in which a program may write `text`: itself, escaped, encoded."""
    import html

    raw = text.encode("utf-8", "surrogatepass")
    forms = {
        text,
        quote(raw, safe=""),
        quote_plus(raw),
        quote(quote(raw, safe=""), safe=""),
        json.dumps(text)[1:-1],
        repr(text)[1:-1],
        html.escape(text),
        raw.hex(),
        raw.hex().upper(),
        text[::-1],
        *_base64_forms(raw),
    }
    return tuple(form for form in forms if len(form) >= _SHORTEST)


def _base64_forms(raw: bytes) -> list[str]:
    """Return what is certain of a value's base64, wherever it starts in what is encoded."""
    forms = []
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode()
        # The first characters depend on what stands before, the last on what comes after.
        start = (0, 2, 3)[offset]
        end = len(encoded) - (0, 3, 2)[(len(raw) + offset) % 3]
        sure = encoded[start:end].rstrip("=")
        forms += [sure, sure.replace("+", "-").replace("/", "_")]
    return forms


def _mask_run(found: re.Match[str]) -> str:
    run = found[0]
    if len(run) >= _LONG_ENOUGH_TO_BE_A_KEY and re.match(_MIXED, run):
        return MASK
    try:
        inside = base64.urlsafe_b64decode(run + "=" * (-len(run) % 4))
    except ValueError:
        return run
    return MASK if re.fullmatch(_X_TOKEN, inside) else run


_redactor: Final = Redactor()
learn: Final = _redactor.learn
forget_all: Final = _redactor.forget_all
redact: Final = _redactor.redact
mask_known: Final = _redactor.mask_known


class RedactingFormatter(logging.Formatter):
    """Formats as its base does, then masks: message, arguments, traceback, causes and stack."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line, masked."""
        return redact(super().format(record))

    def formatException(  # noqa: N802  # the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the traceback, masked: logging keeps it on the record for other handlers."""
        return redact(super().formatException(ei))


class RedactingFilter(logging.Filter):
    """Masks the record itself, for handlers whose formatter is not ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace message, arguments and traceback by masked text. Drops nothing."""
        try:
            record.msg = redact(record.getMessage())
        except (TypeError, ValueError, KeyError):
            record.msg = "a log line that does not fit its arguments"
        record.args = None
        if record.exc_info and record.exc_info[0] is not None:
            text = "".join(traceback.format_exception(*record.exc_info))
            record.exc_text = redact(text.rstrip("\n"))
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True


def install(handler: logging.Handler, level: int = logging.INFO) -> Callable[[], None]:
    """Send all logging through `handler`, masked, and mask what escapes as an exception.

    Libraries log from WARNING on, urllib3 from ERROR on, since its warnings quote URLs.

    Args:
        handler: where lines go; it becomes the root logger's only handler.
        level: of our own loggers.

    Returns:
        A function that puts everything back, for tests.
    """
    root = logging.getLogger()
    before = (list(root.handlers), root.level, _library_levels())
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(RedactingFilter())
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    sys.excepthook = _on_exception
    threading.excepthook = _on_thread_exception
    sys.unraisablehook = _on_unraisable

    def uninstall() -> None:
        root.handlers[:], levels = before[0], before[2]
        root.setLevel(before[1])
        for name, old in levels.items():
            logging.getLogger(name).setLevel(old)
        logging.captureWarnings(capture=False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks

    return uninstall


def _library_levels() -> dict[str, int]:
    return {name: logging.getLogger(name).level for name in (*LIBRARIES, "urllib3")}


def _on_exception(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _report("a bug reached the top", kind, error, trace)


def _on_thread_exception(escaped: threading.ExceptHookArgs) -> None:
    where = escaped.thread.name if escaped.thread is not None else "a thread"
    if not issubclass(escaped.exc_type, SystemExit):
        _report(f"a bug ended {where}", escaped.exc_type, escaped.exc_value, escaped.exc_traceback)


def _on_unraisable(escaped: "sys.UnraisableHookArgs") -> None:
    # The object itself is not printed: its repr is not ours to trust.
    what = escaped.err_msg or "an error could not be raised"
    _report(what, escaped.exc_type, escaped.exc_value, escaped.exc_traceback)


def _report(
    what: str,
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    if error is None:
        error = kind()
    logging.getLogger("keypane").critical("%s", what, exc_info=(kind, error, trace))


def log_to_stderr(*, quiet: bool) -> None:
    """Send warnings (with `quiet` errors only) to standard error, masked, and nowhere else."""
    install(logging.StreamHandler(sys.stderr), logging.ERROR if quiet else logging.WARNING)
