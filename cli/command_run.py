"""One run of the command line: its streams, its World, and how it answers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from cli.progress import VAULT, Progress
from core.errors import BadInput, NoCredential, VaultLocked
from core.redaction import mask_known

if TYPE_CHECKING:
    from core.model import App, UserToken
    from core.ports import CancelToken
    from core.secret import Secret
    from core.start_options import StartOptions
    from core.vault.vault import Vault
    from core.world import World


class Unwritable(Exception):
    """Standard output does not take the answer. Its text says why."""


class CommandRun:
    """What a command may use. Made once per process.

    Attributes:
        operation: what is being done, for the words of an error.
        hint: what a person should read below an error.
        progress: tells what is waited for.
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
        self._given: Secret | None = None
        self.operation = ""
        self.hint = ""
        self.progress = Progress(self.say)
        self._world_of = world_of
        self._world: World | None = None

    # --- answering ---------------------------------------------------------------------------

    def answer(
        self, facts: object, text: str | Iterable[str] = "", *, is_foreign: bool = False
    ) -> None:
        """Print the answer: one line of JSON with --json, `text` for a person otherwise.

        What is foreign may hold the credential that went with the question: some servers and
        proxies give back what they were sent. It is masked there.
        """
        if self.options.json:
            lines = [json.dumps(facts, separators=(",", ":"))]
        else:
            lines = [text] if isinstance(text, str) else list(text)
        whole = "".join(f"{line}\n" for line in lines)
        self.write(mask_known(whole) if is_foreign else whole)

    def write(self, text: str) -> None:
        """Put a text on standard output, at once.

        Raises:
            BrokenPipeError: whoever reads it has enough.
            Unwritable: the disk behind it is full, or it fails otherwise.
        """
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            _abandon(self.stdout)
            raise
        except OSError as error:
            _abandon(self.stdout)
            raise Unwritable(error.strerror or "it fails") from None

    def say(self, text: str) -> None:
        """Tell a person something that is not the answer."""
        if not self.options.quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """Tell a person something even with --quiet; that nobody can read it is no failure."""
        with suppress(OSError):
            self.stderr.write(mask_known(f"{text}\n"))
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
        self.finish_erasing()
        state = vault.status().state
        if state == "none" and not create:
            vault.start_session()
        elif state in {"locked", "none"}:
            with self.progress.waiting(VAULT):
                self._open(vault, state)
        return vault

    def _open(self, vault: Vault, state: str) -> None:
        if state == "locked":
            self._unlock(vault)
            self.world.recover()  # what stays unknown is told by the credential's state
        elif (passphrase := self.given_passphrase()) is None:
            vault.create_with_keyring()
        else:
            vault.create_with_passphrase(passphrase)

    def close(self) -> None:
        """Let go of what the run held."""
        self.progress.stop()
        if self._world is not None:
            self._world.close()

    # --- what arguments name -----------------------------------------------------------------

    def app(self, name: str) -> App:
        """Return the App of that name. Raises BadInput for none or several."""
        vault = self.vault()
        try:
            return vault.app_named(name)
        except BadInput:
            from core.model import App

            names = sorted(app.name for app in vault.all(App))
            self.hint = f"Apps here: {', '.join(names) or 'none'}."
            raise

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
        if not tokens:
            raise NoCredential("user", "absent")
        self.hint = f"Signed in to {app.name}: {', '.join(token.label for token in tokens)}."
        raise NoCredential("user", "unknown")

    def read_input(self) -> str:
        """Return standard input to its end; nothing is asked."""
        if self.stdin.isatty():
            self.say("Reading standard input; end it with Ctrl-D.")
        try:
            text = self.stdin.read()
            text.encode()  # some terminals' settings let half characters through
        except UnicodeError:
            raise BadInput("stdin", "it is not text in UTF-8") from None
        return text

    def finish_erasing(self) -> None:
        """Finish an erasing that was cut off, before anything else is done here."""
        if self.world.vault.inside.stores.erasing()[0]:
            self.world.erase.finish()
            self.say("What was being erased when the program ended is erased now.")

    def given_passphrase(self) -> Secret | None:
        """Return the passphrase of --vault-passphrase-fd, or None where it was not given.

        Raises:
            BadInput: nothing can be read from the descriptor, or it is no passphrase.
        """
        if self._given is None:
            self._given = self.options.read_passphrase()
        return self._given

    def _unlock(self, vault: Vault) -> None:
        passphrase = self.given_passphrase()
        if passphrase is not None:
            vault.unlock(passphrase)
        else:
            try:
                vault.open()
            except VaultLocked as locked:
                if locked.needs != "passphrase" or not self.stdin.isatty():
                    raise
                from cli.passphrases import ask

                vault.unlock(ask(self, "Passphrase of the vault"))
        if vault.status().restored:
            from core.words_vault import RESTORED

            self.say(" ".join(RESTORED))


def _abandon(stream: TextIO) -> None:
    """Let what could not be written go nowhere: the interpreter would try again at its end."""
    if stream is sys.stdout:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
