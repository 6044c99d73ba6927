"""Files of other tools come into the real window and leave it: previewed, and never by surprise."""

import json
import os
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QClipboard, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from core.importers import read_foreign
from core.model import App, CredentialState, UserToken
from tests.e2e.window.bench import Bench

ACCESS, REFRESH = "imported-access-0123456789", "imported-refresh-0123456789"


def drop(bench: Bench, *paths: Path) -> None:
    """Let files fall on the window, as a file manager does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier
    window = bench.program.window
    entering = QDragEnterEvent(QPointF(9, 9).toPoint(), action, mime, button, none.NoModifier)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), action, mime, button, none.NoModifier))


def env_file(bench: Bench, folder: Path) -> Path:
    ready = bench.sandbox.ready_app
    file = folder / ".env"
    file.write_bytes(
        f"\ufeffexport TWITTER_API_KEY='{ready.api_key}'\r\n"
        f'API_SECRET="{ready.api_secret}"\r\nCLIENT_SECRET=$(touch {folder}/ran)\r\n'.encode()
    )
    return file


def xurl_file(folder: Path) -> Path:
    tokens = {
        "alice": {
            "type": "oauth2",
            "oauth2": {"access_token": ACCESS, "refresh_token": REFRESH, "expiration_time": 1},
        }
    }
    file = folder / "auth.yml"
    app = {"client_id": "x" * 34, "client_secret": "", "oauth2_tokens": tokens}
    file.write_text(json.dumps({"apps": {"my-app": app}, "default_app": "my-app"}))
    return file


def save(bench: Bench, name: str) -> App:
    bench.person.press("Save")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
    bench.person.wait(lambda: (app := bench.program.desk.app) and app.name == name, "the App")
    return bench.app


def test_a_dropped_env_file_is_previewed_named_and_kept(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "my-bot").mkdir()
    drop(bench, env_file(bench, tmp_path / "my-bot"))
    bench.person.reads("Import .env", "my-bot", "a new App", "+ API Key", "+ API Key Secret")
    bench.person.reads("The Client Secret is not here but computed elsewhere; left out.")
    bench.person.choose("Environment", "Sandbox of this window")
    bench.person.type_into("Name", "Renamed")
    bench.person.reads("Renamed")

    app = save(bench, "Renamed")

    assert app.consumer is not None
    assert app.consumer.api_secret.reveal() == bench.sandbox.ready_app.api_secret
    assert app.environment.kind == "sandbox"
    assert not (tmp_path / "my-bot" / "ran").exists()
    bench.generate()


def test_what_is_here_already_stays_and_nothing_is_to_be_saved(
    bench: Bench, tmp_path: Path
) -> None:
    drop(bench, env_file(bench, tmp_path))
    bench.person.choose("Environment", "Sandbox of this window")

    bench.person.reads(
        "is here already", "= API Key Secret stays as it is here", "Nothing to save."
    )
    assert not bench.person.can_press("Save")
    bench.person.press("Cancel")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
    assert len(bench.vault.all(App)) == 1


@pytest.mark.parametrize("leaves", [False, True])
def test_users_of_xurl_come_with_a_warning_or_stay_with_xurl(
    bench: Bench, tmp_path: Path, *, leaves: bool
) -> None:
    bench.unseen.add(ACCESS, REFRESH)
    drop(bench, xurl_file(tmp_path))
    bench.person.reads("A store of xurl.", "xurl keeps a Refresh Token of the same grant.")
    bench.person.choose("Environment", "Sandbox of this window")
    if leaves:
        bench.person.press("Let xurl go on refreshing the users; only list them here")
        bench.person.reads("+ user @alice, refreshed by xurl")
        assert not bench.person.sees("of the same grant")
    else:
        bench.person.reads("+ user @alice")

    app = save(bench, "my-app")

    (token,) = (each for each in bench.vault.all(UserToken) if each.app_id == app.app_id)
    assert token.state is (CredentialState.HELD if leaves else CredentialState.OK)
    assert token.holder == ("xurl" if leaves else "")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("bomb.yml", b"apps: &a [x]\nb: [*a, *a]\n", "its YAML uses aliases"),
        ("latin.env", "API_KEY=\xe9".encode("latin-1"), "it is not text in UTF-8"),
        ("nothing.env", b"HELLO=1", "it holds no credential that we know"),
        ("huge.env", None, "it is larger than 256 KiB"),
        ("pipe", None, "it is not a regular file"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(
    bench: Bench, tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    elif name == "pipe":
        os.mkfifo(file)
    else:
        with file.open("wb") as sparse:
            sparse.truncate(2 << 30)

    drop(bench, file)

    bench.person.reads("This file was not read:", why, "Nothing was changed.")
    assert not bench.person.can_press("Save")
    assert len(bench.vault.all(App)) == 1


def test_add_app_and_the_palette_lead_to_the_same_page(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = xurl_file(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(file), ""))
    bench.person.press("Add App")
    bench.person.press("Import a file")

    bench.person.reads("Import auth.yml", "A store of xurl.")


def open_export(bench: Bench) -> None:
    bench.show("Settings")
    bench.person.press("Export")
    bench.person.reads("Export Practice App")


def preview(bench: Bench) -> str:
    from ui.views.export_app import ExportView

    page = bench.program.window.page
    assert isinstance(page, ExportView)
    return page._text.toPlainText()


def test_an_export_refers_to_keypane_until_the_values_are_asked_for(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.generate()
    open_export(bench)
    bench.person.wait(lambda: "keypane token 'Practice App'" in preview(bench), "the preview")
    bench.person.reads("These lines are for a shell that sources them")
    (tmp_path / ".git").mkdir()
    file = tmp_path / "practice.env"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    bench.person.press("With the values themselves")
    bench.person.press("Export the values")
    bench.person.wait(lambda: "They are not shown here." in preview(bench), "the values' count")
    bench.person.press("Save to a file")
    bench.person.reads("Written, readable by you alone.", "No .gitignore covers this file.")

    (app,) = read_foreign(file.read_text(), "env").apps
    ready = bench.sandbox.ready_app
    assert app.fields["api_secret"].reveal() == ready.api_secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.serial  # the clipboard
def test_the_question_about_values_can_be_declined(bench: Bench) -> None:
    bench.generate()
    open_export(bench)
    bench.person.press("With the values themselves")
    bench.person.press("Cancel")

    bench.person.wait(lambda: "keypane token" in preview(bench), "the references")
    bench.person.press("Copy export")
    clipboard: QClipboard = QGuiApplication.clipboard()
    bench.person.wait(lambda: "keypane token" in clipboard.text(), "the copy")
    assert bench.sandbox.ready_app.api_secret not in clipboard.text()


def test_every_tool_has_a_preview_without_a_value(bench: Bench) -> None:
    bench.generate()
    open_export(bench)
    bearer = bench.bearer
    assert bearer is not None
    assert bearer.token is not None

    for tool in ("xurl", "Postman environment", "GitHub Actions secrets", "Kubernetes secret"):
        bench.person.choose("For", tool)
        bench.person.wait(lambda: bench.person.can_press("Copy export"), tool)
        assert bearer.token.reveal() not in preview(bench)
    bench.person.press("Back")
    bench.person.wait(lambda: bench.program.window.page is None, "the pane")
