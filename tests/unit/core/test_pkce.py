"""RFC 7636."""

import re

from core import pkce
from core.secret import Secret


def test_the_challenge_is_that_of_the_rfc() -> None:
    verifier = Secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")  # appendix B

    assert pkce.challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_verifiers_have_256_bits_and_never_repeat() -> None:
    verifiers = {pkce.new_verifier().reveal() for _ in range(200)}

    assert len(verifiers) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", verifier) for verifier in verifiers)


def test_states_have_256_bits_and_never_repeat() -> None:
    states = {pkce.new_state().reveal() for _ in range(200)}

    assert len(states) == 200
    assert all(len(state) == 43 for state in states)
