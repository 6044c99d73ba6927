"""Every changing operation, from a prepared moment on, and every way in which X may answer it."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.errors import KeypaneError
from core.model import AccessTokenPair, UserToken
from core.secret import Secret
from tests.fakes.nouns import activity, app, bearer, owner, user
from tests.reliability.computer import Program
from tests.reliability.desk_x import APP_ID

Work = Callable[[Program], object]


@dataclass(frozen=True)
class Scenario:
    """One operation.

    Attributes:
        begin: what was done before, with the vault open.
        work: the operation itself.
        call: method and path of the request that changes something at X; "" where none does.
        opens: whether the program opens the vault before the work, or the work does.
    """

    begin: Work
    work: Work
    call: str = ""
    opens: bool = True


def nothing(_program: Program) -> None:
    """Do nothing."""


def user_of(program: Program) -> str:
    """Return the id of the one user that is signed in."""
    return program.vault.all(UserToken)[0].token_id


def pair_of(program: Program) -> str:
    """Return the id of the one pair."""
    return program.vault.all(AccessTokenPair)[0].pair_id


def _refresh(program: Program) -> None:
    program.sign_in.refresh(user_of(program), program.never)


def _revoke_user(program: Program) -> None:
    program.sign_in.revoke(user_of(program), program.never)


def _hand_over_and_back(program: Program) -> None:
    program.sign_in.hand_over(user_of(program), "a server", program.never)
    program.sign_in.take_back(user_of(program), program.never)


def _generate(program: Program) -> None:
    program.bearers.generate(APP_ID, program.never)


def _regenerate(program: Program) -> None:
    program.bearers.regenerate(APP_ID, program.never)


def _revoke_bearer(program: Program) -> None:
    program.bearers.revoke(APP_ID, program.never)


def _revoke_pair(program: Program) -> None:
    program.owners.revoke(pair_of(program), program.never)


def _keep_owners_pair(program: Program) -> None:
    ready = program.x.world.ready(program.x.at_x)
    token, secret = Secret(ready.access_token), Secret(ready.access_token_secret)
    program.vault.save(owner(APP_ID, token=token, token_secret=secret))


def _generate_with_pair(program: Program) -> None:
    _keep_owners_pair(program)
    _generate(program)


def _doubted_refresh(program: Program) -> None:
    """Refresh without an answer: X has done it, and nobody here knows."""
    program.sign_a_user_in()
    program.x.world.faults.add("POST", "/2/oauth2/token", drop="after")
    with contextlib.suppress(KeypaneError):
        _refresh(program)


def _doubted_refresh_that_never_arrived(program: Program) -> None:
    program.sign_a_user_in()
    program.x.world.faults.add("POST", "/2/oauth2/token", drop="before")
    with contextlib.suppress(KeypaneError):
        _refresh(program)


def _import(program: Program) -> None:
    program.vault.save(app("imported"), owner("imported"), activity(app_id="imported"))


def _set_passphrase(program: Program) -> None:
    program.vault.add_passphrase(Secret("a new passphrase"))


def _session(program: Program) -> None:
    program.vault.start_session()
    program.vault.save(program.x.app(), app("other"), bearer("other"), user("u", "other"))


def _create(program: Program) -> None:
    _session(program)
    program.vault.create_with_keyring()


def _move_in(program: Program) -> None:
    program.vault.start_session()
    program.vault.save(app("other"), user("u", "other"))
    program.vault.open()


def _forget(program: Program) -> None:
    program.vault.forget_app("other")


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "exchange": Scenario(nothing, Program.sign_a_user_in, "POST /2/oauth2/token"),
    "exchange of the same account": Scenario(
        Program.sign_a_user_in, Program.sign_a_user_in, "POST /2/oauth2/token"
    ),
    "refresh": Scenario(Program.sign_a_user_in, _refresh, "POST /2/oauth2/token"),
    "refresh, the one recovery": Scenario(_doubted_refresh, _refresh, "POST /2/oauth2/token"),
    "refresh, the recovery of what never arrived": Scenario(
        _doubted_refresh_that_never_arrived, _refresh, "POST /2/oauth2/token"
    ),
    "revoke a user": Scenario(Program.sign_a_user_in, _revoke_user, "POST /2/oauth2/revoke"),
    "hand over and take back": Scenario(Program.sign_a_user_in, _hand_over_and_back),
    "generate": Scenario(nothing, _generate, "POST /oauth2/token"),
    "regenerate": Scenario(_generate, _regenerate, "POST /oauth2/invalidate_token"),
    "regenerate, the second half": Scenario(_generate, _regenerate, "POST /oauth2/token"),
    "invalidate": Scenario(_generate, _revoke_bearer, "POST /oauth2/invalidate_token"),
    "invalidate, signed": Scenario(
        _generate_with_pair, _revoke_bearer, "POST /oauth2/invalidate_token"
    ),
    "exchange of a pair": Scenario(
        nothing, Program.sign_a_pair_in, "POST /oauth/access_token"
    ),
    "revoke a pair": Scenario(
        Program.sign_a_pair_in, _revoke_pair, "POST /1.1/oauth/invalidate_token.json"
    ),
    "import": Scenario(nothing, _import),
    "passphrase change": Scenario(nothing, _set_passphrase),
    "create": Scenario(nothing, _create, opens=False),
    "move a session in": Scenario(nothing, _move_in, opens=False),
    "forget": Scenario(_import, _forget),
}  # fmt: skip

ANSWERS: Final[Mapping[str, dict[str, Any]]] = {
    "as X answers": {},
    "cut off after X acted": {"drop": "after"},
    "cut off before X acted": {"drop": "before"},
    "500 after X acted": {"status": 500},
    "503": {"status": 503},
    "429": {"status": 429},
    "a page instead of an answer": {"status": 200, "body": "<html>hello</html>"},
    "an answer without tokens": {"status": 200, "body": {"hello": "you"}},
}
