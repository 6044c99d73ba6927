"""Keys and tokens: what was clicked becomes a job of a service, what came of it a state."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Work
from ui.presenters import keys_row_parts as parts
from ui.presenters import keys_rows as rows
from ui.presenters.keys_copy import copied_secret, shown_secret
from ui.presenters.keys_notes import subject_of
from ui.presenters.keys_questions import (
    Credential,
    checked_words,
    console_notice,
    forget_question,
    proof_words,
    regenerate_question,
    revoke_bearer_question,
    revoke_pair_question,
    revoke_user_question,
    signed_out_notice,
    still_works_words,
)
from ui.presenters.keys_runs import RowRuns
from ui.views.keys_and_tokens import KeysAndTokensView
from ui.widgets import ConfirmState, ToastState

# What the core calls the revocation of a row: the next step after silence differs.
_REVOCATIONS: Final = {parts.BEARER: "invalidate"}


class KeysPresenter(QObject):
    """Fills the pane for the App on the desk.

    Signals:
        sign_in_wanted: args: the scopes to start with, () for the usual ones.
        sign_in_pair_wanted: sign in by OAuth 1.0a; arg: whether with a PIN.
        paste_wanted: arg: the row whose value is to be given.
    """

    sign_in_wanted = Signal(tuple)
    sign_in_pair_wanted = Signal(bool)
    paste_wanted = Signal(str)

    def __init__(self, desk: Desk, view: KeysAndTokensView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._runs = RowRuns(desk, self)
        self._runs.changed.connect(self.render)
        desk.snapshot_changed.connect(self.render)
        desk.app_changed.connect(self._turn)
        self._connect()
        self.render()

    def _connect(self) -> None:
        view = self._view
        view.generate_wanted.connect(self._generate)
        view.check_wanted.connect(self._check)
        view.regenerate_wanted.connect(self._ask_regenerate)
        view.revoke_wanted.connect(self._ask_revoke)
        view.refresh_wanted.connect(self._refresh)
        view.forget_wanted.connect(self._ask_forget)
        view.take_back_wanted.connect(self._take_back)
        view.why_wanted.connect(lambda key: self._runs.say(key, signed_out_notice()))
        view.reveal_wanted.connect(self._reveal)
        view.copy_wanted.connect(self._copy)
        view.sign_in_wanted.connect(lambda: self.sign_in_wanted.emit(()))
        view.sign_in_again_wanted.connect(self._sign_in_again)
        view.sign_in_pair_wanted.connect(lambda _key: self.sign_in_pair_wanted.emit(False))
        view.sign_in_pin_wanted.connect(lambda _key: self.sign_in_pair_wanted.emit(True))
        view.paste_wanted.connect(self.paste_wanted)
        view.console_wanted.connect(lambda key: self._runs.say(key, console_notice()))
        view.cancel_wanted.connect(self._runs.cancel)
        view.notice_action_wanted.connect(self._notice_action)
        view.row_notice_closed.connect(self._runs.unsay)

    # --- rendering ---------------------------------------------------------------------------

    def render(self) -> None:
        """Make the pane look like the snapshot and what is under way."""
        app = self._desk.app
        if app is None:
            return
        busy, notices = self._runs.busy(app.app_id), self._runs.notices(app.app_id)
        self._view.render_state(rows.keys_state(app, self._desk.snapshot, busy, notices))

    def _turn(self) -> None:
        self._view.mask_all()
        self.render()

    # --- Bearer Token, Access Token, users ------------------------------------------------------

    def _generate(self, key: str) -> None:
        app = self._desk.app
        if app is None or key != parts.BEARER:
            return
        self._runs.run(
            key,
            self.tr("Asking X for the Bearer Token…"),
            partial(self._desk.world.bearer_tokens.generate, app.app_id),
            "generate",
            self.tr("Fetched the Bearer Token. Nothing stopped working."),
        )

    def _check(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        job = self._runs.run(
            key, self.tr("Checking with one free call…"), self._check_of(app, key), "check"
        )
        if job is not None:
            job.succeeded.connect(self._say_checked)

    def _check_of(self, app: App, key: str) -> Work:
        world = self._desk.world
        if key == parts.BEARER:
            return partial(world.bearer_tokens.check, app.app_id)
        if (pair_id := rows.pair_id_of(app, key)) is not None:
            return partial(world.owner_tokens.check, pair_id)
        return partial(world.sign_in.check, _token_id(key))

    def _say_checked(self, token: Credential) -> None:
        if text := checked_words(token):
            self._desk.toast(text)

    def _refresh(self, key: str) -> None:
        self._runs.run(
            key,
            self.tr("Refreshing…"),
            partial(self._desk.world.sign_in.refresh, _token_id(key)),
            "refresh",
            self.tr("Refreshed. The new pair is stored."),
        )

    def _ask_regenerate(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        self._desk.confirm(
            regenerate_question(app, self._places(app, key)),
            lambda: self._run_silently(
                key,
                self.tr("Ending the old token, then making a new one…"),
                partial(self._desk.world.bearer_tokens.regenerate, app.app_id),
                "regenerate",
                self.tr("Regenerated. Put the new Bearer Token where the old one was."),
            ),
        )

    def _ask_revoke(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        state, work = self._revocation(app, key)
        self._desk.confirm(
            state,
            lambda: self._run_silently(
                key,
                self.tr("Revoking at X, then proving it…"),
                work,
                "revoke_pair" if rows.pair_id_of(app, key) else _REVOCATIONS.get(key, "revoke"),
                "",
                proven=True,
            ),
        )

    def _places(self, app: App, key: str) -> tuple[str, ...]:
        snapshot = self._desk.snapshot
        places = snapshot.places_of(subject_of(app.app_id, key))
        token = snapshot.user(_token_id(key))
        holder = token.holder if token is not None else ""
        return (*places, holder) if holder and holder not in places else places

    def _run_silently(
        self,
        key: str,
        text: str,
        work: Work,
        operation: str,
        done: str,
        *,
        proven: bool = False,
    ) -> None:
        job = self._runs.run(key, text, work, operation, done)
        if job is not None and proven:
            job.succeeded.connect(lambda token: self._say_proof(key, token))

    def _revocation(self, app: App, key: str) -> tuple[ConfirmState, Work]:
        world, snapshot = self._desk.world, self._desk.snapshot
        places = self._places(app, key)
        if key == parts.BEARER:
            bearer = world.bearer_tokens
            return revoke_bearer_question(app, places), partial(bearer.revoke, app.app_id)
        if (pair_id := rows.pair_id_of(app, key)) is not None:
            question = revoke_pair_question(snapshot.pair(pair_id), places)
            return question, partial(world.owner_tokens.revoke, pair_id)
        token_id = _token_id(key)
        token = snapshot.user(token_id)
        question = revoke_user_question(token.label if token else "", places)
        return question, partial(world.sign_in.revoke, token_id)

    def _say_proof(self, key: str, token: Credential) -> None:
        if token.state is CredentialState.REVOKED:
            receipt = ToastState(proof_words(token), 10, self.tr("Receipt…"), f"receipt:{key}")
            self._desk.toast_wanted.emit(receipt)
        else:
            self._desk.toast(still_works_words())

    def _take_back(self, key: str) -> None:
        self._runs.run(
            key,
            self.tr("Taking back…"),
            partial(self._desk.world.sign_in.take_back, _token_id(key)),
            "take_back",
            self.tr("Taken back. Keypane refreshes it again; the other program must stop."),
        )

    def _ask_forget(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        kind, record_id = _record_of(app, key)
        vault = self._desk.world.vault

        def forget(_cancel: CancelToken) -> None:
            with vault.change() as change:
                change.remove(kind, record_id)

        self._desk.confirm(
            forget_question(),
            lambda: self._run_silently(
                key,
                self.tr("Forgetting…"),
                forget,
                "forget",
                self.tr("Forgotten on this computer."),
            ),
        )

    # --- showing and copying --------------------------------------------------------------------

    def _reveal(self, key: str) -> None:
        app = self._desk.app
        secret = shown_secret(key, app, self._desk.snapshot) if app else None
        if secret is not None:
            self._view.reveal(key, secret.reveal())

    def _copy(self, key: str, form: str) -> None:
        app = self._desk.app
        if app is None:
            return
        if not key.startswith(parts.USER_PREFIX):
            secret, label = copied_secret(key, form, app, self._desk.snapshot)
            self._put(secret, label)
            return
        job = self._runs.run(
            key,
            self.tr("Making sure it is fresh…"),
            partial(self._desk.world.sign_in.fresh_access_token, _token_id(key)),
            "refresh",
        )
        if job is not None:
            job.succeeded.connect(lambda token: self._copy_user(token, form))

    def _copy_user(self, token: Secret, form: str) -> None:
        label = self.tr("Access Token")
        text = f"{parts.ENV_NAMES['user']}={token.reveal()}" if form == "env" else token.reveal()
        self._put(Secret(text), label)

    def _put(self, secret: Secret | None, label: str) -> None:
        if secret is not None:
            self._desk.copied.emit(secret, label)

    # --- words -------------------------------------------------------------------------------

    def _sign_in_again(self, key: str) -> None:
        token = self._desk.snapshot.user(_token_id(key))
        self.sign_in_wanted.emit(token.requested_scopes if token else ())

    def _notice_action(self, key: str) -> None:
        if key.startswith(parts.USER_PREFIX):
            self._sign_in_again(key)


def _token_id(key: str) -> str:
    return key.removeprefix(parts.USER_PREFIX)


def _record_of(app: App, key: str) -> tuple[type, str]:
    if key == parts.BEARER:
        return BearerToken, app.app_id
    if (pair_id := rows.pair_id_of(app, key)) is not None:
        return AccessTokenPair, pair_id
    return UserToken, _token_id(key)
