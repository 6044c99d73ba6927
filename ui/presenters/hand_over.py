"""Hand over: first the mark, so that nobody refreshes any more, then the file and the command."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from core.errors import BadInput, KeypaneError, NoCredential
from core.hand_over import Host, command_for, env_text, values_of
from core.model import App, CredentialState, UserToken
from core.ports import CancelToken
from core.secret import Secret
from core.vault.vault import Vault
from ui.desk import Desk
from ui.jobs import Job, Work
from ui.notices import notice_for
from ui.presenters.env_file import is_exposed, write_env
from ui.presenters.page_job import PageJob
from ui.presenters.place_words import place_name, target_label
from ui.presenters.shown_path import shown_path
from ui.views.hand_over import HandOverState, HandOverView
from ui.widgets import Choice, NoticeState

_TARGETS: Final = frozenset({Host.GITHUB, Host.FLY, Host.DOCKER, Host.KUBERNETES})


class HandOverPresenter(QObject):
    """Hands one user's token over.

    Signals:
        left: the page is done with, whether it was handed over or not.
    """

    left = Signal()

    def __init__(self, desk: Desk, view: HandOverView, app: App, token_id: str) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._app = app
        self._token_id = token_id
        self._host = Host.ENV_FILE
        self._target = ""
        self._holder = ""
        self._file = Path.home() / f"{_file_name(app.name)}.env"
        self._is_exposed = False
        self._is_done = False
        self._job = PageJob(desk, self)
        self._job.changed.connect(self.render)
        self._connect()
        self._look_at_file()
        self.render()

    def _connect(self) -> None:
        view = self._view
        view.holder_typed.connect(self._type_holder)
        view.target_typed.connect(self._type_target)
        view.host_chosen.connect(self._choose_host)
        view.file_wanted.connect(self._choose_file)
        view.hand_over_wanted.connect(self._hand_over)
        view.write_wanted.connect(self._write_again)
        view.copy_command_wanted.connect(self._copy_command)
        view.copy_values_wanted.connect(self._copy_values)
        view.left.connect(self.left)
        view.cancel_wanted.connect(self._job.cancel)
        self._desk.snapshot_changed.connect(self.render)

    def render(self) -> None:
        """Make the page look like what was chosen and done."""
        token = self._token()
        if token is None:
            return
        self._view.render_state(
            HandOverState(
                account=token.label,
                hosts=tuple(Choice(host, place_name(host)) for host in Host),
                host=str(self._host),
                target_label=target_label(self._host),
                file=shown_path(self._file),
                file_warning=self._file_warning(),
                names=tuple(values_of(self._app, token)),
                command=self._command(),
                can_hand_over=bool(self._holder.strip()) and self._target_warning() == "",
                is_done=self._is_done,
                busy=self._job.busy,
                notice=self._job.notice,
            )
        )

    def _token(self) -> UserToken | None:
        return self._desk.snapshot.user(self._token_id)

    def _target_warning(self) -> str:
        try:
            command_for(self._host, str(self._file), self._target)
        except BadInput as wrong:
            return wrong.detail
        return ""

    def _command(self) -> str:
        return (
            "" if self._target_warning() else command_for(self._host, str(self._file), self._target)
        )

    def _file_warning(self) -> str:
        if not self._is_exposed:
            return ""
        return self.tr(
            "This file lies in a git repository and no .gitignore covers it. Add its name there "
            "first, or choose another folder."
        )

    # --- what is typed and chosen ---------------------------------------------------------------

    def _type_holder(self, text: str) -> None:
        self._holder = text
        self.render()

    def _type_target(self, text: str) -> None:
        self._target = text.strip()
        if not self._holder and self._target:
            self._job.notice = None
        self.render()

    def _choose_host(self, key: str) -> None:
        self._host = Host(key)
        self.render()

    def _choose_file(self) -> None:
        options = QFileDialog.Option.DontConfirmOverwrite  # other lines of the file stay
        name, _ = QFileDialog.getSaveFileName(
            self._view, self.tr("File for the secrets"), str(self._file), "", options=options
        )
        if name:
            self.use_file(Path(name))

    def use_file(self, path: Path) -> None:
        """Write to this file instead."""
        self._file = path
        self._look_at_file()
        self.render()

    def _look_at_file(self) -> None:
        path = self._file
        job = self._desk.submit(lambda _cancel: is_exposed(path))
        job.succeeded.connect(self._looked)

    def _looked(self, exposed: bool) -> None:
        self._is_exposed = exposed
        self.render()

    # --- handing over ------------------------------------------------------------------------

    def _hand_over(self) -> None:
        world, token_id, holder = self._desk.world, self._token_id, self._holder.strip()
        if not holder or self._job.is_running:
            return

        app, path = self._app, self._file

        def work(cancel: CancelToken) -> KeypaneError | None:
            world.sign_in.hand_over(token_id, holder, cancel)
            try:
                _write(world.vault, app, token_id, path)
            except KeypaneError as error:
                return error  # it is handed over all the same, and can be written again
            return None

        self._run(work).succeeded.connect(self._handed_over)

    def _handed_over(self, error: KeypaneError | None) -> None:
        self._is_done = True
        if error is None:
            self._written()
        else:
            self._job.say(self._failure(error))

    def _write_again(self) -> None:
        if self._job.is_running:
            return
        vault, app, path, token_id = self._desk.world.vault, self._app, self._file, self._token_id
        job = self._run(lambda _cancel: _write(vault, app, token_id, path))
        job.succeeded.connect(self._written)

    def _written(self, _none: object = None) -> None:
        self._job.say(
            NoticeState(
                self.tr("Written, readable by you alone."),
                self.tr("Delete the file once the other program has the values."),
                "ok",
            )
        )

    def _run(self, work: Work) -> Job:
        return self._job.run(work, self.tr("Handing over…"), self._failure, changes=True)

    def _failure(self, error: object) -> NoticeState:
        return notice_for(error, "hand_over")

    # --- copying -----------------------------------------------------------------------------

    def _copy_command(self) -> None:
        self._desk.copied.emit(self._command(), self.tr("the command"))

    def _copy_values(self) -> None:
        token = self._token()
        if token is not None:
            text = env_text(values_of(self._app, token))
            self._desk.copied.emit(Secret(text), self.tr("the .env lines"))


def _write(vault: Vault, app: App, token_id: str, path: Path) -> None:
    token = vault.get(UserToken, token_id)
    if token is None or token.state is not CredentialState.HELD:
        raise NoCredential("user", "absent" if token is None else str(token.state))
    write_env(path, values_of(app, token))


def _file_name(name: str) -> str:
    kept = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in name.lower())
    return "-".join(part for part in kept.split("-") if part) or "keypane"
