"""How far `keypane request` follows pages or a stream, by number and by price."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Bounds:
    """None for no such bound. The price is X's list price, without X's daily deduplication."""

    pages: int | None = None
    posts: int | None = None
    dollars: Decimal | None = None

    def reached(self, *, pages: int = 0, posts: int = 0, dollars: Decimal = Decimal(0)) -> str:
        """Return "pages", "posts" or "cost" once that bound is reached, else ""."""
        if self.pages is not None and pages >= self.pages:
            return "pages"
        if self.posts is not None and posts >= self.posts:
            return "posts"
        if self.dollars is not None and dollars >= self.dollars:
            return "cost"
        return ""

    def passed(self, dollars: Decimal) -> str:
        """Return "cost" if so much is more than was allowed, else ""."""
        return "cost" if self.dollars is not None and dollars > self.dollars else ""
