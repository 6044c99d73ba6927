"""What rows of Keys and tokens show and offer besides: used by, receipts, replace, hand over."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from core.model import App, CredentialState
from core.notes import UsedBy, clean_places, receipt_text, subject_id
from core.ports import CancelToken
from ui.desk import Desk
from ui.notices import notice_for
from ui.presenters.keys_row_parts import BEARER, OWNER, PAIR_PREFIX, USER_PREFIX
from ui.snapshot import Snapshot
from ui.views.credential_row import Act
from ui.views.credential_row import CredentialState as Row
from ui.views.keys_and_tokens import KeysAndTokensView
from ui.views.used_by import ReceiptDialog, UsedByDialog

_HANDED: Final = frozenset({CredentialState.OK, CredentialState.EXPIRED})


def subject_of(app_id: str, row_key: str) -> str:
    """Return what notes about a row are kept under."""
    return subject_id(app_id, row_key.removeprefix(USER_PREFIX).removeprefix(PAIR_PREFIX))


def noted(row: Row, app: App, snapshot: Snapshot) -> Row:
    """Return the row with its notes: where it is used, and what else can be done about it."""
    places = snapshot.places_of(subject_of(app.app_id, row.key))
    sub, tip = row.sub, row.sub_tooltip
    if places:
        used = _tr("Used by: {places}").format(places=places[0])
        if len(places) > 1:
            used += f" +{len(places) - 1}"
        sub = used if sub in {"", _tr("Used by: this computer")} else f"{sub} · {used}"
        tip = "\n".join(part for part in (tip, *places) if part)
    more = (*_first(row, app, snapshot), *row.more)
    return replace(row, sub=sub, sub_tooltip=tip, more=more)


def _first(row: Row, app: App, snapshot: Snapshot) -> tuple[Act, ...]:
    is_here = bool(row.mask or row.value or row.scopes)
    acts: list[Act] = []
    if row.key == BEARER and row.mask and Act.REGENERATE in row.acts:
        acts += [Act.REPLACE_IT, Act.LEAKED]
    if row.key == OWNER and row.mask:
        acts += [Act.REPLACE_IT, Act.LEAKED]
    if row.key.startswith(PAIR_PREFIX) and Act.REVOKE in row.acts:
        acts += [Act.REPLACE_IT, Act.LEAKED]
    if row.key.startswith(USER_PREFIX):
        token = snapshot.user(row.key.removeprefix(USER_PREFIX))
        if token is not None and token.state in _HANDED:
            acts += [Act.HAND_OVER]
        if token is not None and Act.REVOKE in row.acts:
            acts += [Act.LEAKED]
    if is_here:
        acts += [Act.USED_BY]
    if snapshot.receipt(subject_of(app.app_id, row.key)) is not None:
        acts += [Act.RECEIPT]
    return tuple(acts)


class KeysNotes(QObject):
    """Answers what rows want besides calls to X.

    Signals:
        replace_wanted: args: the row's key, whether the value has leaked.
        hand_over_wanted: arg: the id of the user's token.
    """

    replace_wanted = Signal(str, bool)
    hand_over_wanted = Signal(str)

    def __init__(self, desk: Desk, view: KeysAndTokensView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        view.used_by_wanted.connect(lambda key: self.ask_used_by(self._view, key))
        view.receipt_wanted.connect(lambda key: self.show_receipt(self._view, key))
        view.replace_it_wanted.connect(lambda key: self.replace_wanted.emit(key, False))
        view.leaked_wanted.connect(lambda key: self.replace_wanted.emit(key, True))
        view.hand_over_wanted.connect(
            lambda key: self.hand_over_wanted.emit(key.removeprefix(USER_PREFIX))
        )

    def ask_used_by(self, parent: QWidget, key: str) -> None:
        """Ask where a row's credential is used, and keep the answer."""
        app = self._desk.app
        if app is None:
            return
        subject = subject_of(app.app_id, key)
        title = self.tr("Where is {what} used?").format(what=label_of(self._desk, key))
        dialog = UsedByDialog(title, self._desk.snapshot.places_of(subject), parent)
        dialog.given.connect(lambda lines: self._keep(app.app_id, subject, lines))
        dialog.open()

    def show_receipt(self, parent: QWidget, key: str) -> None:
        """Show the newest receipt of a row's credential."""
        app = self._desk.app
        receipt = self._desk.snapshot.receipt(subject_of(app.app_id, key)) if app else None
        if app is None or receipt is None:
            return
        text = receipt_text(receipt, app.name)
        dialog = ReceiptDialog(
            self.tr("Receipt: {what}").format(what=receipt.subject), text, parent
        )
        dialog.copy_wanted.connect(lambda: self._desk.copied.emit(text, self.tr("the receipt")))
        dialog.open()

    def _keep(self, app_id: str, subject: str, lines: tuple[str, ...]) -> None:
        vault = self._desk.world.vault
        note = UsedBy(subject, app_id, clean_places(lines))

        def work(_cancel: CancelToken) -> None:
            vault.save(note)

        job = self._desk.submit(work, changes=True)
        job.failed.connect(lambda error: self._desk.toast(notice_for(error, "save").title, 10))


def label_of(desk: Desk, key: str) -> str:
    """Return what a row is called in a sentence."""
    names = {
        "api_key": _tr("the API Key"),
        "api_secret": _tr("the API Key Secret"),
        BEARER: _tr("the Bearer Token"),
        "owner": _tr("the Access Token and Secret"),
        "client_id": _tr("the Client ID"),
        "client_secret": _tr("the Client Secret"),
    }
    if key in names:
        return names[key]
    token = desk.snapshot.user(key.removeprefix(USER_PREFIX))
    if token is not None:
        return token.label
    pair = desk.snapshot.pair(key.removeprefix(PAIR_PREFIX))
    if pair is not None and pair.label:
        return _tr("the Access Token and Secret of {account}").format(account=pair.label)
    return _tr("this credential")


def _tr(text: str) -> str:
    return QCoreApplication.translate("keys", text)
