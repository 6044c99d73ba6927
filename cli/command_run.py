"""One run of the command line: its streams, its World, and how it answers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

from core.errors import BadInput, NoCredential

if TYPE_CHECKING:
    from core.model import App, UserToken
    from core.ports import CancelToken
    from core.secret import Secret
    from core.start_options import StartOptions
    from core.vault.vault import Vault
    from core.world import World

_LONGEST_PASSPHRASE = 4096


class CommandRun:
    """What a command may use. Made once per process.

    Attributes:
        operation: what is being done, for the words of an error.
    """

    def __init__(
        self,
        options: StartOptions,
        world_of: Callable[[], World],
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
    ) -> None:
        self.options = options
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self._cancel: CancelToken | None = None
        self.operation = ""
        self._world_of = world_of
        self._world: World | None = None

    # --- answering ---------------------------------------------------------------------------

    def answer(self, facts: object, text: str | Iterable[str] = "") -> None:
        """Print the answer: one line of JSON with --json, `text` for a person otherwise."""
        if self.options.json:
            lines = [json.dumps(facts, separators=(",", ":"))]
        else:
            lines = [text] if isinstance(text, str) else list(text)
        for line in lines:
            self.stdout.write(f"{line}\n")
        self.stdout.flush()

    def say(self, text: str) -> None:
        """Tell a person something that is not the answer."""
        if not self.options.quiet:
            self.stderr.write(f"{text}\n")
            self.stderr.flush()

    @property
    def cancel(self) -> CancelToken:
        """What stops the work; raised when the person presses Ctrl-C."""
        if self._cancel is None:
            from core.ports import CancelToken

            self._cancel = CancelToken()
        return self._cancel

    # --- the world ---------------------------------------------------------------------------

    @property
    def world(self) -> World:
        """The World, made on first use; its vault may still be locked."""
        if self._world is None:
            self._world = self._world_of()
        return self._world

    def vault(self, *, create: bool = False) -> Vault:
        """Return the opened vault. Where there is none, `create` it or look into an empty one.

        Raises:
            VaultError: it does not open; no other key and no plaintext is ever tried.
        """
        vault = self.world.vault
        state = vault.status().state
        if state == "locked":
            passphrase = self._passphrase()
            if passphrase is None:
                vault.open()
            else:
                vault.unlock(passphrase)
            self.world.recover()  # what stays unknown is told by the credential's state
        elif state == "none" and not create:
            vault.start_session()
        elif state == "none":
            passphrase = self._passphrase()
            if passphrase is None:
                vault.create_with_keyring()
            else:
                vault.create_with_passphrase(passphrase)
        return vault

    def close(self) -> None:
        """Let go of what the run held."""
        if self._world is not None:
            self._world.close()

    # --- what arguments name -----------------------------------------------------------------

    def app(self, name: str) -> App:
        """Return the App of that name. Raises BadInput for none or several."""
        return self.vault().app_named(name)

    def user(self, app: App, name: str) -> UserToken:
        """Return the App's user by name, with or without "@", or by id.

        Raises:
            NoCredential: no such user is signed in to this App.
        """
        wanted = name.removeprefix("@").lower()
        tokens = self.vault().users_of(app.app_id)
        for token in tokens:
            if wanted in {token.username.lower(), token.user_id, token.token_id}:
                return token
        raise NoCredential("user", "absent")

    def read_input(self) -> str:
        """Return standard input to its end; nothing is asked."""
        if self.stdin.isatty():
            self.say("Reading standard input; end it with Ctrl-D.")
        try:
            return self.stdin.read()
        except UnicodeDecodeError:
            raise BadInput("stdin", "it is not text in UTF-8") from None

    def _passphrase(self) -> Secret | None:
        fd = self.options.passphrase_fd
        if fd is None:
            return None
        try:
            if sys.platform == "win32":
                import msvcrt

                fd = msvcrt.open_osfhandle(fd, os.O_RDONLY)
            with os.fdopen(fd, "rb") as stream:
                raw = stream.read(_LONGEST_PASSPHRASE + 1)
            text = raw.decode("utf-8")
        except (OSError, ValueError):
            raise BadInput("--vault-passphrase-fd", "nothing can be read from it") from None
        if len(raw) > _LONGEST_PASSPHRASE:
            raise BadInput("--vault-passphrase-fd", "this is too long to be a passphrase")
        from core.secret import Secret

        return Secret(text.removesuffix("\n").removesuffix("\r"))
