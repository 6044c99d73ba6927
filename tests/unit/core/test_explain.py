"""Every failure has an explanation of its own; one that has none fails here.

The menu is asked over real HTTP. Besides, every refusal that the sandbox's source can make is
read out of that source, so that a new one cannot be forgotten.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from oauthlib.oauth1 import Client as Signing

from core.answers import looks_like_html
from core.errors import (
    AnswerUnkept,
    BadAnswer,
    BadInput,
    Cancelled,
    ConnectFailed,
    KeypaneError,
    ListenFailed,
    NoCredential,
    NoRedirect,
    OAuthRefused,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    SignInRefused,
    StateMismatch,
    TimedOut,
    VaultBusy,
    VaultCorrupt,
    VaultLocked,
    VaultUnavailable,
    leaves,
)
from core.explain import CASES, Explanation, explain, explain_answer, explain_card, key_of
from core.words_refused import _CODES, _PROBLEMS, _REASONS
from sandbox import Sandbox, problems
from tests.unit.sandbox.client import ACME_OPS, Client, Signer

VAGUE = {"oauth-other", "status-other", "general", "bug", "strange-answer"}


def answer_of(response: requests.Response) -> Explanation:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return explain_answer(response.status_code, headers, response.content)


# --- the menu, over HTTP -------------------------------------------------------------------------


def _wrong_key(at: Client) -> requests.Response:
    return at.generate(auth=("wrong", "pair"))


def _foreign_bearer(at: Client) -> requests.Response:
    other = Client(at.sandbox, at.sandbox.add_app("Other"))
    return at.invalidate(other.bearer())


def _dead_bearer(at: Client) -> requests.Response:
    return at.get("/2/tweets", "AAAA", ids="20")


def _user_only(at: Client) -> requests.Response:
    return at.get("/2/users/me", at.bearer())


def _bearer_only(at: Client) -> requests.Response:
    return at.get("/2/usage/tweets", str(at.sign_in()["access_token"]))


def _no_scope(at: Client) -> requests.Response:
    return at.write("POST", "/2/tweets", str(at.sign_in()["access_token"]), {"text": "hi"})


def _writer(at: Client, username: str = "acme") -> str:
    scopes = "tweet.read tweet.write users.read like.write"
    return str(at.sign_in(username, scopes)["access_token"])


def _post(at: Client, **body: Any) -> requests.Response:
    return at.write("POST", "/2/tweets", _writer(at), body)


def _twice(at: Client) -> requests.Response:
    token = _writer(at)
    at.write("POST", "/2/tweets", token, {"text": "the same"})
    return at.write("POST", "/2/tweets", token, {"text": "the same"})


def _foreign_like(at: Client) -> requests.Response:
    return at.write("POST", f"/2/users/{ACME_OPS}/likes", _writer(at), {"tweet_id": "20"})


def _not_enrolled(at: Client) -> requests.Response:
    app = Client(at.sandbox, at.sandbox.add_app("Fresh", enrolled=False))
    return app.get("/2/tweets", app.bearer(), ids="20")


def _no_credits(at: Client) -> requests.Response:
    app = Client(at.sandbox, at.sandbox.add_app("Poor", has_credits=False))
    return app.get("/2/tweets", app.bearer(), ids="20")


def _read_only(at: Client) -> requests.Response:
    app = Client(at.sandbox, at.sandbox.add_app("Reader", permissions="read"))
    return app.call("POST", "/2/tweets", json={"text": "hi"}, auth=app.signer())


def _faulty(**how: Any) -> Callable[[Client], requests.Response]:
    def provoke(at: Client) -> requests.Response:
        at.sandbox.faults.add("GET", "/2/tweets", **how)
        return at.get("/2/tweets", at.bearer(), ids="20")

    return provoke


def _signed(**more: Any) -> Callable[[Client], requests.Response]:
    def provoke(at: Client) -> requests.Response:
        return at.call("GET", "/2/users/me", auth=at.signer(**more))

    return provoke


def _too_often(at: Client) -> requests.Response:
    bearer = at.bearer()
    answers = [at.get("/2/usage/tweets", bearer) for _ in range(51)]
    return answers[-1]


def _unreadable(at: Client) -> requests.Response:
    return at.call("GET", "/2/users/me", headers={"Authorization": "OAuth nothing"})


def _callback(at: Client) -> requests.Response:
    client = Signing(at.app.api_key, at.app.api_secret, callback_uri="http://127.0.0.1:1/elsewhere")
    return at.call("POST", "/oauth/request_token", auth=Signer(client))


def _used_code(at: Client) -> requests.Response:
    code = at.code()
    at.exchange(code)
    return at.exchange(code)


def _public_with_secret(at: Client) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "y"}
    return at.call("POST", "/2/oauth2/token", data=form)


def _unknown_client(at: Client) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": "nobody"}
    return at.call("POST", "/2/oauth2/token", data=form)


def _other_client_id(at: Client) -> requests.Response:
    return at.token(grant_type="refresh_token", refresh_token="x", client_id="nobody")


def _in_the_query(at: Client) -> requests.Response:
    return at.call("POST", "/2/oauth2/token?grant_type=refresh_token")


def _too_many_rules(at: Client) -> requests.Response:
    rules = [{"value": f"word{number}"} for number in range(1001)]
    headers = {"Authorization": f"Bearer {at.bearer()}"}
    path = "/2/tweets/search/stream/rules"
    return at.call("POST", path, json={"add": rules}, headers=headers)


def _two_streams(at: Client) -> requests.Response:
    headers = {"Authorization": f"Bearer {at.bearer()}"}
    url = f"{at.origin}/2/tweets/sample/stream"
    with requests.get(url, headers=headers, stream=True, timeout=30) as first:
        assert first.status_code == 200
        return requests.get(url, headers=headers, timeout=30)


HTML = "<!doctype html><title>Welcome to the hotel</title>"
CAPPED = {"title": "UsageCapExceeded", "type": "https://api.twitter.com/2/problems/usage-capped"}
MENU: dict[str, tuple[str, Callable[[Client], requests.Response]]] = {
    "wrong API Key": ("code-99", _wrong_key),
    "another App's Bearer Token": ("code-348", _foreign_bearer),
    "dead Bearer Token": ("dead-credential", _dead_bearer),
    "Bearer Token where a user is wanted": ("bearer-where-user", _user_only),
    "user where a Bearer Token is wanted": ("user-where-bearer", _bearer_only),
    "missing scope": ("missing-scope", _no_scope),
    "read-only permissions": ("oauth1-permissions", _read_only),
    "not enrolled": ("client-not-enrolled", _not_enrolled),
    "no credits": ("credits", _no_credits),
    "rate limit": ("rate-limited", _too_often),
    "429 without headers": ("rate-limited", _faulty(status=429, headers={})),
    "usage cap": ("usage-capped", _faulty(status=429, body=CAPPED)),
    "spend cap": (
        "spend-cap",
        _faulty(status=403, body={"title": "SpendCapReached", "detail": ""}),
    ),
    "credits as 403": (
        "credits",
        _faulty(status=403, body={"type": problems.PROBLEM + "credits-depleted", "title": "No"}),
    ),
    "user not enrolled": (
        "user-not-enrolled",
        _faulty(status=403, body={"title": "F", "reason": "user-not-enrolled"}),
    ),
    "access level": (
        "code-453",
        _faulty(status=403, body={"errors": [{"code": 453, "message": "subset"}]}),
    ),
    "locked account": (
        "code-326",
        _faulty(status=403, body={"errors": [{"code": 326, "message": "locked"}]}),
    ),
    "captive portal": ("html-answer", _faulty(status=403, body=HTML)),
    "redirected": ("redirected", _faulty(status=302, headers={"Location": "http://hotel/"})),
    "X's fault": ("x-fault", _faulty(status=500)),
    "overloaded": ("x-overloaded", _faulty(status=503)),
    "gateway": ("x-gateway", _faulty(status=502)),
    "not in the sandbox": (
        "not-in-the-sandbox",
        lambda at: at.get("/2/spaces/search", at.bearer()),
    ),
    "unknown path": ("status-404", lambda at: at.get("/2/nothing", at.bearer())),
    "bad parameter": ("invalid-request", lambda at: at.get("/2/tweets", at.bearer(), ids="x")),
    "another's id": ("own-id", _foreign_like),
    "bad body": ("invalid-request", lambda at: _post(at, words="hi")),
    "duplicate": ("duplicate", _twice),
    "too long": ("post-too-long", lambda at: _post(at, text="x" * 300)),
    "reply": (
        "reply-refused",
        lambda at: _post(at, text="x", reply={"in_reply_to_tweet_id": "1"}),
    ),
    "quote": ("quote-refused", lambda at: _post(at, text="x", quote_tweet_id="1")),
    "gone Post": (
        "resource-not-found",
        lambda at: at.write("DELETE", "/2/tweets/1", _writer(at)),
    ),
    "another's Post": (
        "not-your-post",
        lambda at: at.write("DELETE", "/2/tweets/1261326399320715264", _writer(at, "acme_ops")),
    ),
    "bad signature": ("code-32", _signed(secret="wrong")),
    "dead pair": ("code-89", _signed(token="1-dead")),
    "clock": ("code-135", _signed(timestamp="1000000000")),
    "unreadable header": ("code-215", _unreadable),
    "callback": ("code-415", _callback),
    "used code": ("code-dead", _used_code),
    "other redirect URI": (
        "redirect-mismatch",
        lambda at: at.exchange(at.code(), redirect_uri="http://127.0.0.1:1/"),
    ),
    "other verifier": (
        "verifier-mismatch",
        lambda at: at.exchange(at.code(), code_verifier="v" * 43),
    ),
    "no verifier": ("parameter-missing", lambda at: at.token(grant_type="authorization_code")),
    "dead Refresh Token": ("refresh-token-dead", lambda at: at.refresh("gone")),
    "grant type": ("grant-type", lambda at: at.token(grant_type="client_credentials")),
    "secret in the body": ("client-authentication", _public_with_secret),
    "unknown Client ID": ("client-unknown", _unknown_client),
    "enterprise only": (
        "enterprise-only",
        lambda at: at.get("/2/tweets/firehose/stream", at.bearer(), partition=1),
    ),
    "no rules": (
        "stream-without-rules",
        lambda at: at.get("/2/tweets/search/stream", at.bearer()),
    ),
    "too many rules": ("rule-cap", _too_many_rules),
    "two streams": ("streaming-connection", _two_streams),
    "no Client ID": (
        "client-id-missing",
        lambda at: at.call("POST", "/2/oauth2/token", data={"grant_type": "refresh_token"}),
    ),
    "two Client IDs": ("client-id-mismatch", _other_client_id),
    "token request in the query": ("request-shape", _in_the_query),
}


@pytest.mark.parametrize("name", MENU)
def test_each_failure_of_the_menu_has_its_own_explanation(name: str, sandbox: Sandbox) -> None:
    key, provoke = MENU[name]

    told = answer_of(provoke(Client(sandbox)))

    assert told.key == key
    assert told.key not in VAGUE
    facts = told.facts()
    assert facts["message"]
    assert facts["cause"]
    assert facts["next_step"]


# What makes the others, and answers of 200: a stream's own last line, and a partial answer.
NO_REFUSAL = {"flat", "disconnected", "only_errors"}


def test_the_menu_reaches_every_refusal_that_the_sandbox_has(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: set[str] = set()
    names = [name for name in _answers_of_problems() if name not in NO_REFUSAL]
    for name in names:
        monkeypatch.setattr(problems, name, _noting(getattr(problems, name), name, made))

    for _, provoke in MENU.values():
        sandbox.reset()
        provoke(Client(sandbox))

    assert set(names) - made == set()


def _answers_of_problems() -> list[str]:
    tree = ast.parse(Path(problems.__file__).read_text("utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "Answer"
    ]


def _noting(function: Callable[..., Any], name: str, made: set[str]) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        made.add(name)
        return function(*args, **kwargs)

    return noted


def test_each_refusal_in_the_sandboxs_source_has_its_own_explanation() -> None:
    found = list(_refusals_in_the_source())
    vague = [where for where, told in found if told.key in VAGUE]

    assert len(found) > 15
    assert vague == []


def _refusals_in_the_source() -> Iterator[tuple[str, Explanation]]:
    """Yield each `problems.…(…)` with constant words, answered as the sandbox would."""
    for file in sorted(Path(problems.__file__).parent.glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            named = {
                target.id: node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                maker = call.func
                if (
                    isinstance(maker, ast.Attribute)
                    and isinstance(maker.value, ast.Name)
                    and maker.value.id == "problems"
                    and maker.attr in {"flat", "legacy", "oauth", "missing", "invalid_value"}
                ):
                    arguments = [_constant(named.get(_name(arg), arg)) for arg in call.args]
                    if None not in arguments:
                        answer = getattr(problems, maker.attr)(*arguments)
                        headers = {"content-type": "application/json"}
                        told = explain_answer(answer.status, headers, answer.body)
                        yield f"{file.name}:{call.lineno}", told


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _constant(node: ast.expr) -> Any:
    """Return what an expression is if that can be read off it; None where it cannot."""
    match node:
        case ast.Constant():
            return node.value
        case ast.JoinedStr():
            parts = [v.value if isinstance(v, ast.Constant) else "1" for v in node.values]
            return "".join(map(str, parts))
        case ast.BinOp() if isinstance(node.left, ast.Attribute):
            return f"{problems.PROBLEM}{_constant(node.right)}"
        case ast.Name(id="name"):
            return "code"
    return None


def test_the_card_is_explained_although_no_program_is_told(sandbox: Sandbox) -> None:
    client = Client(sandbox)
    page = requests.get(client.authorize_url(redirect_uri="http://127.0.0.1:1/x"), timeout=10)

    assert "able to give access" in page.text
    assert looks_like_html(page.content)
    assert explain_card().key == "card-without-reason"
    assert len(explain_card().clicks) >= 5


# --- what X did not say --------------------------------------------------------------------------

ERRORS: dict[str, KeypaneError | Cancelled] = {
    **{
        f"connect-{reason}": ConnectFailed(reason=reason)
        for reason in ("dns", "refused", "tls", "proxy", "timeout", "offline", "broken", "other")
    },
    "answer-timeout": TimedOut(reason="timeout"),
    "answer-tls": TimedOut(reason="tls"),
    "answer-broken": TimedOut(reason="broken"),
    "html-answer": BadAnswer("HTML instead of JSON: not from X?"),
    "redirected": BadAnswer("a redirect to hotel instead of an answer: not from X?"),
    "strange-answer": BadAnswer("the answer is not JSON"),
    "x-fault": ServerFault(status=500),
    "cancelled-at-x": SignInRefused("access_denied"),
    "scope-unknown": OAuthRefused("invalid_scope"),
    "x-unavailable": OAuthRefused("temporarily_unavailable"),
    "rate-limited": RateLimited(status=429),
    "state-mismatch": StateMismatch(),
    "outcome-unknown": OutcomeUnknown("refresh"),
    "no-bearer": NoCredential("bearer"),
    "no-user": NoCredential("user"),
    "no-consumer-keys": NoCredential("consumer keys"),
    "no-client-id": NoCredential("client id"),
    "no-access-token": NoCredential("access token"),
    "bad-input": BadInput("field", "wrong"),
    "no-redirect": NoRedirect(),
    "listen-failed": ListenFailed(8739, "busy"),
    "vault-locked": VaultLocked(),
    "vault-keyring": VaultUnavailable("no_keyring"),
    "vault-key-missing": VaultUnavailable("key_missing"),
    "vault-disk": VaultUnavailable("disk_full"),
    "vault-newer": VaultUnavailable("newer_version"),
    "vault-unavailable": VaultUnavailable("directory"),
    "vault-corrupt": VaultCorrupt(),
    "vault-busy": VaultBusy(),
    "answer-unkept": AnswerUnkept("SQLITE_FULL", reason="disk_full"),
    "cancelled": Cancelled(),
}


@pytest.mark.parametrize("key", ERRORS)
def test_each_error_of_ours_has_its_own_explanation(key: str) -> None:
    told = explain(ERRORS[key])

    assert told.key == key
    assert told.facts()["cause"]


def test_no_leaf_of_the_error_tree_is_without_an_explanation() -> None:
    shown = {type(error) for error in ERRORS.values()}
    by_menu = {"ApiRefused", "Unauthorized", "Forbidden", "PaymentRequired"}
    ends = [kind for kind in leaves(KeypaneError) if not kind.__subclasses__()]

    assert [k.__name__ for k in ends if k not in shown and k.__name__ not in by_menu] == []


def test_whatever_core_words_tells_apart_is_explained_apart() -> None:
    for code in _CODES:
        told = explain_answer(403, {}, b'{"errors":[{"code":%d,"message":"m"}]}' % code)
        assert told.key not in VAGUE | {"missing-scope"}, code
    for problem in _PROBLEMS:
        body = b'{"title":"t","type":"%s%s"}' % (problems.PROBLEM.encode(), problem.encode())
        assert explain_answer(403, {}, body).key not in VAGUE | {"missing-scope"}, problem
    for reason in _REASONS:
        assert explain_answer(403, {}, b'{"reason":"%s"}' % reason.encode()).key == reason


def test_no_two_failures_share_their_cause() -> None:
    causes = [case.cause for case in CASES.values()]

    assert len(set(causes)) == len(causes)


def test_templates_ask_only_for_facts_that_are_there() -> None:
    for key, error in ERRORS.items():
        assert explain(error).facts()["key"] == key
    for case in CASES.values():
        assert "{" not in case.cause + "".join(case.clicks)


def test_a_bug_is_called_one() -> None:
    assert key_of(ValueError("x")) == "bug"
