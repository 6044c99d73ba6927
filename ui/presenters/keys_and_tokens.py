"""Keys and tokens: what was clicked becomes a job of a service, what came of it a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal

from core.model import AccessTokenPair, App, BearerToken, CredentialState, UserToken
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk
from ui.jobs import Job
from ui.notices import notice_for
from ui.presenters import keys_rows as rows
from ui.presenters.keys_copy import copied_secret, shown_secret
from ui.presenters.keys_notes import subject_of
from ui.views.keys_and_tokens import KeysAndTokensView
from ui.widgets import ConfirmState, NoticeState, ToastState

Work = Callable[[CancelToken], object]
_REVOKED: Final = CredentialState.REVOKED
# What the core calls the revocation of a row: the next step after silence differs.
_REVOCATIONS: Final = {rows.BEARER: "invalidate"}


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
        self._busy: dict[tuple[str, str], tuple[str, Job]] = {}
        self._notices: dict[tuple[str, str], NoticeState] = {}
        self._closed: set[str] = set()
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
        view.why_wanted.connect(self._say_why)
        view.reveal_wanted.connect(self._reveal)
        view.copy_wanted.connect(self._copy)
        view.sign_in_wanted.connect(lambda: self.sign_in_wanted.emit(()))
        view.sign_in_again_wanted.connect(self._sign_in_again)
        view.sign_in_pair_wanted.connect(lambda _key: self.sign_in_pair_wanted.emit(False))
        view.sign_in_pin_wanted.connect(lambda _key: self.sign_in_pair_wanted.emit(True))
        view.paste_wanted.connect(self.paste_wanted)
        view.console_wanted.connect(self._say_console)
        view.cancel_wanted.connect(self._cancel)
        view.notice_action_wanted.connect(self._notice_action)
        view.row_notice_closed.connect(self._close_notice)

    # --- rendering ---------------------------------------------------------------------------

    def render(self) -> None:
        """Make the pane look like the snapshot and what is under way."""
        app = self._desk.app
        if app is None:
            return
        mine = app.app_id
        self._view.render_state(
            rows.keys_state(
                app,
                self._desk.snapshot,
                {key: text for (of, key), (text, _) in self._busy.items() if of == mine},
                {key: notice for (of, key), notice in self._notices.items() if of == mine},
            )
        )

    def _turn(self) -> None:
        self._view.mask_all()
        self.render()

    def _run(self, key: str, text: str, work: Work, operation: str, done: str = "") -> Job | None:
        """Run a changing call for a row: busy, then its state, or the notice of its failure."""
        app = self._desk.app
        if app is None or (app.app_id, key) in self._busy:
            return None
        place = (app.app_id, key)
        self._notices.pop(place, None)
        job = self._desk.submit(work, changes=True)
        self._busy[place] = (text, job)
        job.failed.connect(lambda error: self._failed(place, error, operation))
        job.cancelled.connect(lambda: self._desk.toast(self.tr("Stopped waiting.")))
        job.finished.connect(lambda: self._over(place))
        if done:
            job.succeeded.connect(lambda _value: self._desk.toast(done))
        self.render()
        return job

    def _failed(self, place: tuple[str, str], error: object, operation: str) -> None:
        self._notices[place] = notice_for(error, operation, key="dismiss")

    def _close_notice(self, key: str) -> None:
        self._notices.pop((self._desk.app_id, key), None)
        self.render()

    def _over(self, place: tuple[str, str]) -> None:
        self._busy.pop(place, None)
        self.render()

    def _cancel(self, key: str) -> None:
        app = self._desk.app
        if app is not None and (app.app_id, key) in self._busy:
            self._busy[app.app_id, key][1].cancel()

    # --- Bearer Token, Access Token, users ------------------------------------------------------

    def _generate(self, key: str) -> None:
        app = self._desk.app
        if app is None or key != rows.BEARER:
            return
        bearer = self._desk.world.bearer_tokens
        self._run(
            key,
            self.tr("Asking X for the Bearer Token…"),
            lambda cancel: bearer.generate(app.app_id, cancel),
            "generate",
            self.tr("Fetched the Bearer Token. Nothing stopped working."),
        )

    def _check(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        world = self._desk.world
        pair_id = rows.pair_id_of(app, key)
        if key == rows.BEARER:

            def work(cancel: CancelToken) -> object:
                return world.bearer_tokens.check(app.app_id, cancel)
        elif pair_id is not None:

            def work(cancel: CancelToken) -> object:
                return world.owner_tokens.check(pair_id, cancel)
        else:

            def work(cancel: CancelToken) -> object:
                return world.sign_in.check(_token_id(key), cancel)

        job = self._run(key, self.tr("Checking with one free call…"), work, "check")
        if job is not None:
            job.succeeded.connect(self._say_checked)

    def _say_checked(self, token: BearerToken | AccessTokenPair | UserToken) -> None:
        if token.state is _REVOKED:
            self._desk.toast(self.tr("X answered 401: this token does not work any more."))
        elif token.state is CredentialState.OK:
            self._desk.toast(self.tr("It works. The call was free."))

    def _refresh(self, key: str) -> None:
        sign_in = self._desk.world.sign_in
        self._run(
            key,
            self.tr("Refreshing…"),
            lambda cancel: sign_in.refresh(_token_id(key), cancel),
            "refresh",
            self.tr("Refreshed. The new pair is stored."),
        )

    def _ask_regenerate(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        bearer = self._desk.world.bearer_tokens
        state = ConfirmState(
            self.tr("Regenerate the Bearer Token of {app}?").format(app=app.name),
            (
                self.tr("Every program that uses this Bearer Token stops working at once."),
                self.tr("X ends the old token and makes a new one. API Key and Secret stay."),
            ),
            self.tr("Regenerate"),
            self._places(app, key),
        )
        self._desk.confirm(
            state,
            lambda: self._run_silently(
                key,
                self.tr("Ending the old token, then making a new one…"),
                lambda cancel: bearer.regenerate(app.app_id, cancel),
                "regenerate",
                self.tr("Regenerated. Put the new Bearer Token where the old one was."),
            ),
        )

    def _ask_revoke(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        state, work = self._revocation(app, key)
        state = replace(state, affected=self._places(app, key))
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
        job = self._run(key, text, work, operation, done)
        if job is not None and proven:
            job.succeeded.connect(lambda token: self._say_proof(key, token))

    def _revocation(self, app: App, key: str) -> tuple[ConfirmState, Work]:
        world = self._desk.world
        proof = self.tr("Then one call with it must answer 401; the row says so.")
        verb = self.tr("Revoke")
        if key == rows.BEARER:
            return ConfirmState(
                self.tr("Revoke the Bearer Token of {app}?").format(app=app.name),
                (self.tr("Every program that uses this Bearer Token stops working."), proof),
                verb,
            ), lambda cancel: world.bearer_tokens.revoke(app.app_id, cancel)
        pair_id = rows.pair_id_of(app, key)
        if pair_id is not None:
            return self._pair_question(
                pair_id, proof, verb
            ), lambda cancel: world.owner_tokens.revoke(pair_id, cancel)
        token = self._desk.snapshot.user(_token_id(key))
        label = token.label if token else ""
        return ConfirmState(
            self.tr("Revoke {account}?").format(account=label),
            (
                self.tr(
                    "Access Token and Refresh Token of {account} end at X for this App, "
                    "wherever they are used."
                ).format(account=label),
                proof,
            ),
            verb,
        ), lambda cancel: world.sign_in.revoke(_token_id(key), cancel)

    def _pair_question(self, pair_id: str, proof: str, verb: str) -> ConfirmState:
        pair = self._desk.snapshot.pair(pair_id)
        title = self.tr("Revoke the Access Token and Secret?")
        renewal = self.tr("Only the console or a new sign-in makes new ones.")
        if pair is not None and not pair.is_owners:
            title = self.tr("Revoke the Access Token and Secret of {account}?").format(
                account=pair.label
            )
            renewal = self.tr("Only a new sign-in of this account makes new ones.")
        stops = self.tr("Programs that sign with them stop working.")
        return ConfirmState(title, (f"{stops} {renewal}", proof), verb)

    def _say_proof(self, key: str, token: BearerToken | AccessTokenPair | UserToken) -> None:
        if token.state is _REVOKED:
            text = self.tr("X accepted the revocation. The proving call got no answer.")
            if token.proof_status == 401:
                text = self.tr("Revoked. Proven: a call with it answered 401.")
            receipt = ToastState(text, 10, self.tr("Receipt…"), f"receipt:{key}")
            self._desk.toast_wanted.emit(receipt)
        else:
            self._desk.toast(self.tr("X said yes, yet the token still works. Check it again."))

    def _take_back(self, key: str) -> None:
        sign_in = self._desk.world.sign_in
        self._run(
            key,
            self.tr("Taking back…"),
            lambda cancel: sign_in.take_back(_token_id(key), cancel),
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
            ConfirmState(
                self.tr("Forget it here?"),
                (
                    self.tr(
                        "Keypane deletes its copy. At X nothing changes: a token that is "
                        "still alive stays alive."
                    ),
                ),
                self.tr("Forget"),
                is_dangerous=False,
            ),
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
        if not key.startswith(rows.USER_PREFIX):
            secret, label = copied_secret(key, form, app, self._desk.snapshot)
            self._put(secret, label)
            return
        sign_in = self._desk.world.sign_in
        job = self._run(
            key,
            self.tr("Making sure it is fresh…"),
            lambda cancel: sign_in.fresh_access_token(_token_id(key), cancel),
            "refresh",
        )
        if job is not None:
            job.succeeded.connect(lambda token: self._copy_user(token, form))

    def _copy_user(self, token: Secret, form: str) -> None:
        label = self.tr("Access Token")
        text = f"{rows.ENV_NAMES['user']}={token.reveal()}" if form == "env" else token.reveal()
        self._put(Secret(text), label)

    def _put(self, secret: Secret | None, label: str) -> None:
        if secret is not None:
            self._desk.copied.emit(secret, label)

    # --- words -------------------------------------------------------------------------------

    def _sign_in_again(self, key: str) -> None:
        token = self._desk.snapshot.user(_token_id(key))
        self.sign_in_wanted.emit(token.requested_scopes if token else ())

    def _say_why(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        self._notices[app.app_id, key] = NoticeState(
            self.tr("X said its refresh token is not valid any more."),
            self.tr(
                "It was used by another program, the account signed in to this App elsewhere, "
                "the person removed the App, or it lay idle too long. Nothing here can revive "
                "it; sign in again."
            ),
            "info",
        )
        self.render()

    def _say_console(self, key: str) -> None:
        app = self._desk.app
        if app is None:
            return
        self._notices[app.app_id, key] = NoticeState(
            self.tr("X regenerates this in its console only."),
            self.tr(
                "Open the Developer Console, choose the App, Keys and tokens, Regenerate; the "
                "old value stops working at once. Then choose Replace… here and paste the new one."
            ),
            "info",
        )
        self.render()

    def _notice_action(self, key: str) -> None:
        if key.startswith(rows.USER_PREFIX):
            self._sign_in_again(key)


def _token_id(key: str) -> str:
    return key.removeprefix(rows.USER_PREFIX)


def _record_of(app: App, key: str) -> tuple[type, str]:
    if key == rows.BEARER:
        return BearerToken, app.app_id
    if (pair_id := rows.pair_id_of(app, key)) is not None:
        return AccessTokenPair, pair_id
    return UserToken, _token_id(key)
