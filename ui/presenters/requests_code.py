"""The Code tab: the call that is being written, as a program, or how it is signed."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from PySide6.QtCore import QObject

from core.model import BEARER, App, HttpRequest
from core.request_draft import Draft
from core.signature_explainer import explain_signature
from core.snippets import BEARER as AS_BEARER
from core.snippets import LANGUAGES, call_of, code, offered
from core.snippets import OAUTH1 as AS_PAIR
from core.snippets import USER as AS_USER
from ui.desk import Desk
from ui.presenters import requests_rows as rows
from ui.presenters.signature_text import signature_text
from ui.views.answer_state import CodeState, Language

_SIGNATURE: Final = "signature"
_FIRST: Final = "curl"


class RequestCode(QObject):
    """Remembers the language, and the nonce and time of the signature that it explains."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._language = _FIRST
        self._nonce = uuid4().hex
        self._signed_at = int(desk.world.clock.now().timestamp())

    def choose(self, language: str) -> None:
        """Show another language from now on."""
        self._language = language

    def state(self, app: App, draft: Draft, credential: str) -> CodeState:
        """Return the tab's state for a draft and the key of a credential."""
        pair_id = rows.pair_id_of(credential, app.app_id)
        kind = AS_BEARER if credential == BEARER.key else AS_USER
        if pair_id is not None:
            kind = AS_PAIR
        languages = [Language(key, LANGUAGES[key][0]) for key in offered(kind)]
        if pair_id is not None:
            languages.insert(0, Language(_SIGNATURE, self.tr("Signature, step by step")))
        keys = [language.key for language in languages]
        chosen = self._language if self._language in keys else keys[0]
        if pair_id is not None and chosen == _SIGNATURE:
            return self._signature(app, draft, pair_id, tuple(languages))
        call = call_of(draft, app.environment.api_url, kind)
        note = self.tr("The secret is read from the environment and never stands in the code.")
        return CodeState(tuple(languages), chosen, code(chosen, call), note)

    def _signature(
        self, app: App, draft: Draft, pair_id: str, languages: tuple[Language, ...]
    ) -> CodeState:
        """Explain how this call is signed, with a nonce and a time that stay for this window."""
        pair = self._desk.snapshot.pair(pair_id)
        if pair is None or app.consumer is None or not app.consumer.api_secret:
            note = self.tr("Signing needs API Key, API Key Secret, Access Token and its Secret.")
            return CodeState(languages, _SIGNATURE, "", note)
        steps = explain_signature(
            HttpRequest(
                draft.operation.method,
                app.environment.api_url + draft.path(),
                draft.query(),
                body=draft.body.encode() or None,
            ),
            app.consumer,
            pair.token,
            pair.token_secret,
            nonce=self._nonce,
            timestamp=self._signed_at,
        )
        note = self.tr("An example with a nonce of its own; of secrets only their ends are shown.")
        return CodeState(languages, _SIGNATURE, signature_text(steps), note)
