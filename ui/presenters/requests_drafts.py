"""The drafts of Requests: one per App and operation, filled by form, address line or body."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from core.catalogue import catalogue
from core.field_family import chosen_family
from core.field_names import FIELDS
from core.request_checks import target_in
from core.request_draft import Draft, body_template, drafted
from ui.presenters import requests_rows as rows
from ui.presenters.requests_address import AddressLine, operation_id_at

if TYPE_CHECKING:
    from core.model import App
    from ui.desk import Desk

FIRST_OPERATION: Final = "getPostsByIds"
_PRACTICE_IDS: Final = ("1261326399320715264", "1278347468690915330")
_FIELDS: Final = frozenset({"post.fields", "tweet.fields"})


class Drafts(QObject):
    """Keeps what was filled in, and in which operation; sends nothing.

    Attributes:
        chosen: the id of the operation that shows.
        is_touched: whether what is missing is named.
        address: the line with the address.

    Signals:
        changed: something was chosen or filled in.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._drafts: dict[tuple[str, str], Draft] = {}
        self.chosen = FIRST_OPERATION
        self.is_touched = False
        self.address = AddressLine()

    def of(self, app: App) -> Draft:
        """Return the App's draft of the chosen operation."""
        key = (app.app_id, self.chosen)
        if key not in self._drafts:
            self._drafts[key] = self._fresh(app)
        return self._drafts[key]

    def is_fit(self, app: App) -> bool:
        """Return whether the draft can be sent; what is missing is named from now on."""
        self.is_touched = True
        draft = self.of(app)
        return not (draft.problems() or draft.body_problem()[0] or self.address.is_wrong)

    def turn(self) -> None:
        """Begin for another App."""
        self.choose(self.chosen)

    def choose(self, operation_id: str) -> None:
        """Show this operation."""
        self.chosen = operation_id
        self.is_touched = False
        self.address.clear()
        self.changed.emit()

    def take(self, draft: Draft) -> None:
        """Show a draft that somebody else made."""
        self.chosen = draft.operation.operation_id
        self.is_touched = False
        self._keep(draft)

    def change(self, name: str, value: object) -> None:
        """Fill a parameter in."""
        app = self._desk.app
        if app is not None:
            self._keep(self.of(app).with_value(name, value))

    def edit_body(self, text: str) -> None:
        """Take the text of the body."""
        app = self._desk.app
        if app is not None and text != self.of(app).body:
            self._keep(replace(self.of(app), body=text))

    def edit_url(self, text: str) -> None:
        """Take what is being typed as the address, a wrong one too."""
        app = self._desk.app
        if app is None:
            return
        before = self.of(app)
        target = target_in(text, app.environment.api_url)
        found = drafted(before, target)
        if found is None and (other := operation_id_at(before.operation.method, target)):
            self.chosen = other
            found = drafted(self.of(app), target)
        if found is not None:
            self._drafts[app.app_id, self.chosen] = found
        self.address.note(text, found or before, is_wrong=found is None)
        self.changed.emit()

    def finish_url(self) -> None:
        """Let what was typed become the address that is sent."""
        self.address.finish()
        self.changed.emit()

    def url_error(self, app: App) -> str:
        """Return what is wrong with the address, "" for nothing."""
        if not self.address.is_wrong:
            return ""
        if self.address.is_elsewhere:
            text = self.tr("The requests of this App go to {origin} only.")
            return text.format(origin=app.environment.api_url)
        return self.tr("X has no such operation. Choose it in the list.")

    def _fresh(self, app: App) -> Draft:
        # A newer catalogue may no longer have the operation that was chosen.
        operation = catalogue().by_id(self.chosen) or rows.ordered_operations()[0]
        self.chosen = operation.operation_id
        values: dict[str, tuple[str, ...]] = {}
        if operation.operation_id == FIRST_OPERATION and app.environment.kind == "sandbox":
            values["ids"] = _PRACTICE_IDS
        names = {parameter.name for parameter in operation.parameters}
        gives_posts = operation.tag == "Posts" or operation.streaming
        if names & _FIELDS and gives_posts and operation.method == "GET":
            values[FIELDS[chosen_family()]] = ("created_at", "public_metrics")
            values["expansions"] = ("author_id",)
        return Draft(operation, values, body=body_template(operation))

    def _keep(self, draft: Draft) -> None:
        app = self._desk.app
        if app is not None:
            self._drafts[app.app_id, self.chosen] = draft
            self.address.clear()
            self.changed.emit()
