"""Who is right in the end: what the reopened vault says beside what X knows.

A silent loss is a state that looks sound and is not: a token shown as usable that X has
replaced or ended, one shown as ended that lives on, a grant that X gave and nobody here
remembers. What cannot be known after a crash has to be flagged as uncertain, and the next
step that its words name has to lead to a definite state.
"""

import contextlib
import re
from collections.abc import Iterator

from core.errors import KeypaneError, NoCredential, OutcomeUnknown, Refused
from core.model import AccessTokenPair, Activity, BearerToken, CredentialState, UserToken
from core.words import words_for
from sandbox.grants import Grant
from tests.reliability.computer import Computer, Program
from tests.reliability.desk_x import APP_ID

_FLAGGED = CredentialState.UNCERTAIN


def silent_losses(program: Program) -> list[str]:
    """Return a sentence for each thing that looks sound and is not."""
    return [*_users(program), *_grants(program), *_bearer(program), *_pairs(program)]


def is_flagged(program: Program) -> bool:
    """Return whether the person is told of something uncertain."""
    return _FLAGGED in _states(program) or _sign_in_is_flagged(program)


def _states(program: Program) -> list[CredentialState]:
    return [
        *(token.state for token in program.vault.all(UserToken)),
        *(token.state for token in program.vault.all(BearerToken)),
        *(pair.state for pair in program.vault.all(AccessTokenPair)),
    ]


def _sign_in_is_flagged(program: Program) -> bool:
    return any(
        line.what == "sign_in" and line.outcome == "uncertain"
        for line in program.vault.all(Activity)
    )


def _users(program: Program) -> Iterator[str]:
    x = program.x
    for token in program.vault.all(UserToken):
        grant = x.grant_of(token.refresh_token)
        if token.state is CredentialState.OK:
            if _is_superseded(program, token):
                continue
            if token.refresh_token is not None and grant is None:
                yield "a user's Refresh Token looks usable and X has replaced or ended it"
            elif not x.is_alive(token.access_token):
                yield "a user's Access Token looks usable and X has replaced or ended it"
        elif token.state is CredentialState.HELD and grant is None:
            yield "a dead Refresh Token was handed over"
        elif token.state is CredentialState.NEEDS_SIGN_IN and grant is not None:
            yield "a user is asked to sign in again and the Refresh Token works"
        elif token.state is CredentialState.REVOKED and x.live_grants():
            others = [t for t in program.vault.all(UserToken) if t.token_id != token.token_id]
            if not any(x.grant_of(t.refresh_token) for t in others):
                yield "a user's grant looks revoked and lives on"


def _is_superseded(program: Program, token: UserToken) -> bool:
    """Return whether the person has signed the account in again, and has or is told of that.

    X ends the older grant then. Its row goes once a call has told whose the newer one is.
    """
    ended = program.x.grant_of(token.refresh_token) is None
    others = [each for each in program.vault.all(UserToken) if each.token_id != token.token_id]
    return ended and (
        any(program.x.grant_of(other.refresh_token) is not None for other in others)
        or _sign_in_is_flagged(program)
    )


def _unknown_grants(program: Program) -> Iterator[Grant]:
    tokens = program.vault.all(UserToken)
    for grant in program.x.live_grants():
        known = any(program.x.grant_of(t.refresh_token) is grant for t in tokens)
        half = any(program.x.is_alive(t.access_token) for t in tokens)
        if not known and not half:
            yield grant


def _grants(program: Program) -> Iterator[str]:
    tokens = program.vault.all(UserToken)
    flagged = any(t.state is _FLAGGED for t in tokens) or _sign_in_is_flagged(program)
    if not flagged and any(True for _ in _unknown_grants(program)):
        yield "X has a grant that nobody here remembers"


def _bearer(program: Program) -> Iterator[str]:
    stored, at_x = program.vault.get(BearerToken, APP_ID), program.x.bearer
    if stored is not None and stored.state is _FLAGGED:
        return
    ours = stored.token.reveal() if stored is not None and stored.token is not None else ""
    if stored is not None and stored.state is CredentialState.OK and ours != at_x:
        yield "a Bearer Token looks usable and X has ended it"
    elif at_x and ours != at_x:
        yield "X has a Bearer Token that nobody here remembers"


def _pairs(program: Program) -> Iterator[str]:
    pairs = program.vault.all(AccessTokenPair)
    for pair in pairs:
        works = program.x.has_pair(pair.token)
        if pair.state is CredentialState.OK and not works:
            yield "an Access Token and Secret look usable and X has ended them"
        elif pair.state is CredentialState.REVOKED and works:
            yield "an Access Token and Secret look revoked and work"
    world = program.x.world
    for theirs in world.pairs:
        if theirs.is_live and theirs.user_id != program.x.at_x.owner_id:
            token = world.pairs.token(theirs)
            known = any(pair.token.reveal() == token for pair in pairs)
            if not known and not _sign_in_is_flagged(program):
                yield "X has an OAuth 1.0a pair that nobody here remembers"


# --- the next step -------------------------------------------------------------------------------


def follow_the_next_steps(program: Program) -> None:
    """Do what the words for each uncertain thing say. Fails where they lead nowhere."""
    for token in program.vault.all(UserToken):
        if token.state is _FLAGGED:
            _settle_user(program, token)
    stored = program.vault.get(BearerToken, APP_ID)
    if stored is not None and stored.state is _FLAGGED:
        _settle_bearer(program, stored)
    for pair in program.vault.all(AccessTokenPair):
        if pair.state is _FLAGGED:
            _settle_pair(program, pair)
    if any(True for _ in _unknown_grants(program)):
        program.sign_a_user_in()


def _settle_user(program: Program, token: UserToken) -> None:
    if program.sign_in._revocation.is_open(token):
        assert "Revoke again" in words_for(OutcomeUnknown("revoke"), operation="revoke").next_step
        program.sign_in.revoke(token.token_id, program.never)
        return
    try:
        program.sign_in.refresh(token.token_id, program.never)
    except (NoCredential, OutcomeUnknown) as ended:
        words = words_for(ended, operation="refresh")
        assert re.search("[Ss]ign (the user )?in again", words.next_step), words
        program.sign_a_user_in()


def _settle_pair(program: Program, pair: AccessTokenPair) -> None:
    words = words_for(OutcomeUnknown("revoke_pair"), operation="revoke_pair")
    assert "revoke again" in words.next_step
    program.owners.check(pair.pair_id, program.never)


def _settle_bearer(program: Program, stored: BearerToken) -> None:
    if stored.token is None:
        program.bearers.generate(APP_ID, program.never)
    else:
        with contextlib.suppress(Refused):
            program.bearers.check(APP_ID, program.never)


def verdict(computer: Computer) -> bool:
    """Start Keypane on what a crash left, and judge. Returns as `judged`."""
    computer.x.world.faults.clear()
    program = computer.opened()
    flagged = judged(program)
    program.vault.close()
    return flagged


def judged(program: Program) -> bool:
    """Judge an opened vault beside X, follow the next steps, and judge again.

    Returns:
        Whether something was flagged as uncertain. Fails where something was lost silently.
    """
    losses, flagged = silent_losses(program), is_flagged(program)
    assert not losses, losses
    if flagged:
        with _no_error_of_ours():
            follow_the_next_steps(program)
        assert not silent_losses(program), silent_losses(program)
        assert _FLAGGED not in _states(program), "the next step leads to no definite state"
    return flagged


@contextlib.contextmanager
def _no_error_of_ours() -> Iterator[None]:
    try:
        yield
    except KeypaneError as error:
        raise AssertionError(f"the next step failed: {type(error).__name__}: {error}") from None
