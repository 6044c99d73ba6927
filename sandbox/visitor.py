"""A person without a browser: opens a consent page over HTTP and presses a button."""

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


class ConsentRefused(Exception):
    """The page was not a consent page, or the account is not on it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back after the button: an address to go to, or a page."""

    status: int
    location: str = field(repr=False)
    page: str = field(repr=False)


class _Form(HTMLParser):
    """The first form of a page: hidden fields, and the radios by their label's text."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, str] = {}
        self.accounts: dict[str, str] = {}
        self._radio = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down forms and fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and given.get("type") == "hidden":
            self.hidden[given.get("name", "")] = given.get("value", "")
        elif tag == "input" and given.get("type") == "radio":
            self._radio = given.get("value", "")

    def handle_data(self, data: str) -> None:
        """Take the first words after a radio as its account."""
        if self._radio and data.strip():
            self.accounts[data.strip().removeprefix("@").lower()] = self._radio
            self._radio = ""


def visit(authorize_url: str, username: str, decision: str = "authorize") -> Outcome:
    """Consent (or "cancel") as `username` and return what came back.

    Raises:
        ConsentRefused: the page is not a consent page, or does not offer the account.
    """
    parts = urlsplit(authorize_url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        connection.request("GET", parts._replace(scheme="", netloc="", fragment="").geturl())
        answer = connection.getresponse()
        form = _Form()
        form.feed(answer.read().decode())
        account = form.accounts.get(username.removeprefix("@").lower())
        if answer.status != 200 or account is None:
            raise ConsentRefused(f"the sandbox showed a page with status {answer.status}")
        fields = {**form.hidden, "account": account, "decision": decision}
        connection.request(
            "POST",
            form.action,
            urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        after = connection.getresponse()
        page = after.read().decode()
        return Outcome(after.status, after.getheader("Location") or "", page)
    finally:
        connection.close()
