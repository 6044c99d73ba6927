"""The sandbox's HTML: the consent page, the PIN and "Something went wrong".

One form that needs no JavaScript, always light as X's own. Every page carries a
policy that lets nothing in from elsewhere; the only script is the one that a
test orders with `delivery`.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from sandbox.exchange import Answer
from sandbox.people import SIGNED_IN_ACCOUNTS
from sandbox.scope_words import DO, VIEW

_STYLE: Final = """
html{color-scheme:only light}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#0f1419;font:15px/22px Inter,system-ui,sans-serif}
main{max-width:412px;margin:0 auto;padding:44px 16px 32px}
h1{font-size:24px;line-height:30px;font-weight:800;margin:0 0 18px;overflow-wrap:anywhere}
h2{font-size:15px;font-weight:700;margin:0 0 6px}
section{border-top:1px solid #e6eaed;padding:13px 0}
ul{margin:0;padding:0 0 0 12px;color:#536471}li{padding-left:0}li::marker{content:"• "}
fieldset{border:0;margin:0 0 14px;padding:0;color:#536471}
legend{padding:0;margin-bottom:4px}
label{display:flex;align-items:center;gap:8px;min-height:28px;cursor:pointer}
input{accent-color:#0f1419;width:16px;height:16px;margin:0}
label b{color:#0f1419;font-weight:600}
button{display:block;width:100%;min-height:42px;border:0;border-radius:21px;font:inherit;
font-weight:700;cursor:pointer;margin-top:4px}
.go{background:#0f1419;color:#fff;margin-top:12px}.go:hover{background:#272c30}
.no{background:none;color:#b3261e}.no:hover{background:#fce8e6}
:focus-visible{outline:2px solid #2f5bea;outline-offset:2px}
footer{color:#536471;font-size:13px;margin-top:20px;text-align:center}
code{font-size:28px;letter-spacing:.1em}
"""


def _hash_source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


_STYLE_SOURCE: Final = _hash_source(_STYLE)


def consent(
    app_name: str,
    action: str,
    ticket: str,
    scopes: Iterable[str],
    redirect_uri: str,
    signed_in: str = "",
) -> Answer:
    """Return the page on which a person lets an App in or not; `signed_in` is chosen already."""
    wanted = list(scopes)
    parts = urlsplit(redirect_uri)
    target = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    body = f"""<h1>{escape(app_name)} wants to access your X account.</h1>
<form method="post" action="{escape(action)}">
<input type="hidden" name="ticket" value="{escape(ticket)}">
<fieldset><legend>Signed in as</legend>{_accounts(signed_in)}</fieldset>
{_section("Things this App can view", [VIEW[scope] for scope in wanted if scope in VIEW])}
{_section("Things this App can do", [DO[scope] for scope in wanted if scope in DO])}
<button class="go" type="submit" name="decision" value="authorize">Authorize app</button>
<button class="no" type="submit" name="decision" value="cancel">Cancel</button>
</form>"""
    return _page(200, f"Authorize {app_name}", body, form_action=f"'self' {target}")


def something_went_wrong() -> Answer:
    """Return the card that X shows for every mistake in an authorization request."""
    return _page(
        400,
        "Something went wrong",
        "<h1>Something went wrong</h1>\n<p>You weren’t able to give access to the App. "
        "Go back and try logging in again.</p>",
    )


def pin(app_name: str, number: str) -> Answer:
    """Return the page that shows the PIN of an OAuth 1.0a sign-in without redirect."""
    return _page(
        200,
        "PIN",
        f"<h1>You’ve granted access to {escape(app_name)}.</h1>\n"
        f'<p>Enter this PIN in the App:</p>\n<p><code id="pin">{number}</code></p>',
    )


def denied(app_name: str) -> Answer:
    """Return the page after Cancel when there is no address to go back to."""
    return _page(200, "Cancelled", f"<h1>You’ve denied {escape(app_name)} access.</h1>")


def redirect(address: str, delivery: str = "303") -> Answer:
    """Return the way back to the App in one of four deliveries; X's own is a redirect."""
    if delivery in {"302", "303"}:
        return Answer(int(delivery), b"", [("Location", address), *_guards("'none'")])
    if delivery == "javascript":
        quoted = address.replace("\\", "%5C").replace('"', "%22").replace("<", "%3C")
        script = f'location.replace("{quoted}")'
        return _page(
            200,
            "Back to the App",
            f"<script>{script}</script>",
            script_source=_hash_source(script),
        )
    parts = urlsplit(address)
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    action = escape(parts._replace(query="").geturl())
    submit = "document.forms[0].submit()"
    return _page(
        200,
        "Back to the App",
        f'<form method="post" action="{action}">{fields}</form><script>{submit}</script>',
        form_action=f"{parts.scheme}://{parts.netloc}",
        script_source=_hash_source(submit),
    )


def _accounts(signed_in: str) -> str:
    chosen = signed_in or SIGNED_IN_ACCOUNTS[0].id
    rows = [
        f'<label><input type="radio" name="account" value="{account.id}"'
        f"{' checked' if account.id == chosen else ''}> <b>@{escape(account.username)}</b> "
        f"{escape(account.name)}</label>"
        for account in SIGNED_IN_ACCOUNTS
    ]
    return "\n".join(rows)


def _section(heading: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<section><h2>{heading}</h2><ul>{items}</ul></section>"


def _page(
    status: int,
    title: str,
    body: str,
    form_action: str = "'none'",
    script_source: str = "'none'",
) -> Answer:
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · X sandbox</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
<footer>A practice X on this computer. Nothing here reaches x.com.</footer>
</main>
</body>
</html>
"""
    headers = [("Content-Type", "text/html; charset=utf-8")]
    return Answer(status, html.encode(), headers + _guards(form_action, script_source))


def _guards(form_action: str, script_source: str = "'none'") -> list[tuple[str, str]]:
    policy = (
        f"default-src 'none'; style-src {_STYLE_SOURCE}; script-src {script_source}; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )
    return [
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    ]
