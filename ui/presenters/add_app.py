"""Add App: whatever was pasted becomes named fields, and the fields an App."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from core.environment import Environment
from core.errors import BadInput
from core.inspector import Note, Piece, inspect
from core.new_app import new_app
from core.pasted import FIELDS, LABELS, check_fields, read_pasted
from core.ports import CancelToken
from core.secret import Secret
from ui.desk import Desk
from ui.notices import in_their_language, notice_for
from ui.presenters.field_checks import FieldChecks
from ui.views.add_app import AddAppState, AddAppView
from ui.widgets import Choice, NoticeState, Status

_FILE_BYTES: Final = 256 << 10
X: Final = "x"
SANDBOX: Final = "sandbox"
CUSTOM: Final = "custom"


class AddAppPresenter(QObject):
    """Fills one Add App page and saves what it holds.

    Signals:
        saved: arg: the id of the new App.
        left: the person went back without saving.
    """

    saved = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, view: AddAppView, sandbox_origin: str = "") -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._sandbox_origin = sandbox_origin
        self._environment = X
        self._custom: Environment | None = None
        self._found: Status | None = None
        self._notice: NoticeState | None = None
        self._busy = ""
        view.pasted.connect(self.paste)
        view.changed.connect(lambda _name, _text: self.render())
        self._checks = FieldChecks(desk, view, self._fields, self._chosen_environment)
        view.environment_chosen.connect(self._choose_environment)
        view.save_wanted.connect(self._save)
        view.cancel_wanted.connect(self.left)
        self.render()

    def render(self) -> None:
        """Make the page look like what was typed and found."""
        fields = self._fields()
        self._view.render_state(
            AddAppState(
                found=self._found,
                warnings=_by_field(check_fields(fields)),
                environments=self._environments(),
                environment=self._environment,
                environment_text=self._environment_text(),
                can_save=bool(fields),
                busy=self._busy,
                notice=self._notice,
            )
        )

    def _environments(self) -> tuple[Choice, ...]:
        choices = [Choice(X, self.tr("X"))]
        if self._sandbox_origin:
            choices.append(Choice(SANDBOX, self.tr("Sandbox of this window")))
        choices.append(Choice(CUSTOM, self.tr("Custom file…")))
        return tuple(choices)

    def _environment_text(self) -> str:
        if self._environment == CUSTOM and self._custom is not None:
            return f"{self._custom.name}: {self._custom.api_url}"
        return ""

    # --- pasting -----------------------------------------------------------------------------

    def paste(self, text: str) -> None:
        """Name the values of a pasted text and put each into its field."""
        if not text.strip():
            return
        try:
            pasted = read_pasted(text)
        except BadInput as wrong:
            self._found = Status(
                self.tr("Nothing was recognised: {why}.").format(why=wrong.detail), "warn"
            )
            self.render()
            return
        pieces = inspect(text, self._desk.world.clock.now())
        # A curl command, a redirect or a bare token has no name beside its value.
        seen = {p.field: p.secret for p in pieces if p.field in FIELDS and p.secret and p.is_sure}
        fields = {**seen, **pasted.fields}
        if fields:
            self._view.fill({name: value.reveal() for name, value in fields.items()})
            self._view.clear_paste()
            self._checks.offer()
        self._found = self._say_found(fields, pieces)
        self.render()

    def _say_found(self, fields: Mapping[str, Secret], pieces: tuple[Piece, ...]) -> Status:
        names = [LABELS[name] for name in fields]
        if not names:
            return Status(self.tr("No key or token was recognised in it."), "warn")
        text = self.tr("Found {n}: {names}.").format(n=len(names), names=", ".join(names))
        notes = _notes(pieces)
        is_odd = bool(check_fields(fields)) or any(note.kind == "warn" for note in notes)
        words = " ".join([text, *map(_told, notes), self._enough(fields)]).strip()
        return Status(words, "warn" if is_odd else "ok")

    def _enough(self, fields: Mapping[str, Secret]) -> str:
        has_app_only = "bearer_token" in fields or {"api_key", "api_secret"} <= set(fields)
        if has_app_only and "client_id" in fields:
            return self.tr("Enough for app-only calls and for signing in.")
        if has_app_only:
            return self.tr(
                "Enough for app-only calls. The Client ID comes when you set up sign-in."
            )
        if "client_id" in fields:
            return self.tr("Enough for signing in.")
        return ""

    # --- environment ---------------------------------------------------------------------------

    def _choose_environment(self, key: str) -> None:
        if key == CUSTOM:
            self._choose_file()
        else:
            self._environment = key
            self.render()

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._view, self.tr("Environment file"), "", self.tr("JSON (*.json)")
        )
        if name:
            try:
                self._custom = _environment_of(Path(name))
                self._environment = CUSTOM
                self._notice = None
            except BadInput as wrong:
                self._notice = NoticeState(
                    self.tr("This file describes no environment: {why}.").format(why=wrong.detail),
                    self.tr("The manual shows one. Nothing was changed."),
                    "error",
                )
        self.render()

    def _chosen_environment(self) -> Environment:
        if self._environment == SANDBOX:
            return Environment.sandbox(self._sandbox_origin, embedded=True)
        if self._environment == CUSTOM and self._custom is not None:
            return self._custom
        return Environment.x()

    # --- saving ------------------------------------------------------------------------------

    def _fields(self) -> dict[str, Secret]:
        values = self._view.values()
        return {
            name: Secret(text)
            for name, raw in values.items()
            if name not in {"name", "environment"} and (text := _trimmed(raw))
        }

    def _save(self) -> None:
        environment = self._chosen_environment()
        if environment.is_loopback:
            self._write(environment)
        else:
            self._desk.keep(lambda: self._write(environment))

    def _write(self, environment: Environment) -> None:
        if not isValid(self._view):
            return  # the person left the page while the keyring was asked
        world = self._desk.world
        name = self._view.values()["name"].strip() or self.tr("My App")
        app, credentials = new_app(name, environment, self._fields(), world.clock.now())

        def work(_cancel: CancelToken) -> str:
            if world.vault.status().state == "none":
                world.vault.start_session()
            world.vault.save(app, *credentials)
            return app.app_id

        self._busy = self.tr("Saving…")
        job = self._desk.submit(work, changes=True)
        job.succeeded.connect(lambda app_id: self.saved.emit(str(app_id)))
        job.failed.connect(self._not_saved)
        self.render()

    def _not_saved(self, error: object) -> None:
        self._busy = ""
        self._notice = notice_for(error, "save")
        self.render()


def read_small_file(path: Path) -> str:
    """Return the text of a regular file of at most 256 KiB.

    Raises:
        BadInput: it is something else, too large, or not UTF-8.
    """
    if not path.is_file() or path.is_symlink():
        raise BadInput("file", "it is not a regular file")
    try:
        with path.open("rb") as source:
            raw = source.read(_FILE_BYTES + 1)
    except OSError:
        raise BadInput("file", "it cannot be read") from None
    if len(raw) > _FILE_BYTES:
        raise BadInput("file", "it is larger than 256 KiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("file", "it is not text in UTF-8") from None


def _environment_of(path: Path) -> Environment:
    try:
        facts = json.loads(read_small_file(path))
    except ValueError:
        raise BadInput("environment", "it is not JSON") from None
    if not isinstance(facts, dict):
        raise BadInput("environment", "it is not a JSON object")
    return Environment.custom(facts)


def _notes(pieces: tuple[Piece, ...]) -> list[Note]:
    """Return what the values themselves tell: whose they are, and whether they expired."""
    return [
        note
        for piece in pieces
        for note in piece.notes
        if note.facts and piece.field and ("{id}" in note.template or note.kind == "warn")
    ]


def _told(note: Note) -> str:
    return note.filled(QCoreApplication.translate("words", note.template))


def _trimmed(raw: str) -> str:
    return "".join(raw.split())


def _by_field(warnings: tuple[str, ...]) -> dict[str, str]:
    """Return each warning under the field whose label it names first."""
    found: dict[str, str] = {}
    for warning in warnings:
        named = [(warning.find(label), name) for name, label in LABELS.items() if label in warning]
        if named:
            place = min(found_at for found_at, _ in named)
            name = max((n for at, n in named if at == place), key=lambda n: len(LABELS[n]))
            found.setdefault(name, in_their_language(warning))
    return found
