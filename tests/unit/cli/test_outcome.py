"""Every error has an exit code, a kind and words."""

import pytest

from cli.outcome import (
    BUG,
    NO_CREDENTIAL,
    REFUSED,
    VAULT,
    WRONG_USE,
    error_facts,
    exit_code,
    kind_of,
)
from core import errors

SAMPLES: dict[type[errors.KeypaneError], errors.KeypaneError] = {
    errors.OAuthRefused: errors.OAuthRefused("invalid_request", "no", status=400),
    errors.SignInRefused: errors.SignInRefused("access_denied"),
    errors.NoCredential: errors.NoCredential("bearer", "revoked"),
    errors.OutcomeUnknown: errors.OutcomeUnknown("refresh"),
    errors.VaultUnavailable: errors.VaultUnavailable("no_keyring"),
    errors.BadInput: errors.BadInput("NAME", "too long"),
}
EXPECTED = {
    "TransportError": 4,
    "ConnectFailed": 4,
    "TimedOut": 4,
    "Refused": 3,
    "OAuthRefused": 3,
    "ApiRefused": 3,
    "RateLimited": 3,
    "Unauthorized": 3,
    "Forbidden": 3,
    "PaymentRequired": 3,
    "BadAnswer": 4,
    "ServerFault": 4,
    "StateMismatch": 2,
    "SignInRefused": 3,
    "NoCredential": 6,
    "OutcomeUnknown": 4,
    "VaultError": 5,
    "VaultLocked": 5,
    "VaultUnavailable": 5,
    "VaultCorrupt": 5,
    "VaultBusy": 5,
    "AnswerUnkept": 5,
    "BadInput": 2,
    "NoRedirect": 4,
    "ListenFailed": 2,
}


def sample(kind: type[errors.KeypaneError]) -> errors.KeypaneError:
    return SAMPLES.get(kind) or kind("a fact")


@pytest.mark.parametrize("kind", errors.leaves(errors.KeypaneError), ids=lambda kind: kind.__name__)
def test_each_error_has_its_code_and_words(kind: type[errors.KeypaneError]) -> None:
    facts = error_facts(sample(kind), "refresh")

    assert exit_code(sample(kind)) == EXPECTED[kind.__name__]
    assert facts["message"]
    assert facts["next_step"]
    assert facts["kind"].islower()


def test_kinds_are_words_with_underscores() -> None:
    assert kind_of(errors.RateLimited()) == "rate_limited"
    assert kind_of(errors.OAuthRefused("x")) == "oauth_refused"
    assert kind_of(ValueError()) == "internal"


def test_what_x_called_it_is_the_problem() -> None:
    refused = errors.Forbidden("no", status=403, problem="client-forbidden", reason="not-enrolled")
    old = errors.Forbidden("no", status=403, code=99)

    assert error_facts(refused, "")["problem"] == "client-forbidden"
    assert error_facts(old, "") | {"problem": "99", "status": 403} == error_facts(old, "")
    assert error_facts(SAMPLES[errors.OAuthRefused], "refresh")["problem"] == "invalid_request"


def test_a_wrong_passphrase_is_a_matter_of_the_vault() -> None:
    assert exit_code(errors.BadInput("passphrase", "not the one")) == VAULT
    assert exit_code(errors.BadInput("NAME", "no")) == WRONG_USE


def test_a_bug_is_no_success() -> None:
    assert exit_code(ZeroDivisionError()) == BUG
    assert {BUG, WRONG_USE, REFUSED, VAULT, NO_CREDENTIAL}.isdisjoint({0})


def test_what_a_person_stopped_is_no_fault_of_ours() -> None:
    assert error_facts(errors.Cancelled(), "read")["kind"] == "cancelled"
