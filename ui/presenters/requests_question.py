"""The question before a call goes: what it does at X, in words, and what it costs."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.forecast import Forecast
from core.request_draft import Draft
from ui.presenters.requests_price import Asked, sum_words
from ui.widgets import ConfirmState

_SHOWN_TEXT: Final = 280
_HARMLESS: Final = frozenset({"GET", "HEAD"})


def question(
    draft: Draft, who: str, price: Forecast, asked: Asked, environment: str
) -> ConfirmState:
    """Return what is asked before a draft is sent.

    Args:
        draft: the call.
        who: the credential, as "@acme".
        price: what it may cost at X.
        asked: why a person is asked.
        environment: "x", "sandbox" or "custom".
    """
    sentences = [] if asked is Asked.PRICE else [effect(draft, who)]
    sentences.append(_where(environment))
    if price.is_known and environment != "custom":
        sentences.append(_cost(price, environment))
    return ConfirmState(
        _tr("Send {method} {path} as {who}?").format(
            method=draft.operation.method, path=draft.path(), who=who
        ),
        tuple(sentence for sentence in sentences if sentence),
        _tr("Send"),
        is_dangerous=environment != "sandbox" and draft.operation.method not in _HARMLESS,
    )


def effect(draft: Draft, who: str) -> str:
    """Return what the call does, in one or two sentences."""
    words = _EFFECTS.get(draft.operation.operation_id)
    if words is not None:
        return words(draft, _body(draft), who)
    if draft.operation.method == "DELETE":
        text = _tr("“{title}”: it takes something away at X, as {who}.")
    else:
        text = _tr("“{title}”: it changes something at X, as {who}.")
    return text.format(title=draft.operation.title, who=who)


def _create_post(_draft: Draft, body: Mapping[str, Any], who: str) -> str:
    text = str(body.get("text", ""))
    shown = text if len(text) <= _SHOWN_TEXT else text[:_SHOWN_TEXT] + "…"
    found = _tr("Publishes a Post as {who}: “{text}”").format(who=who, text=shown)
    reply = body.get("reply")
    if isinstance(reply, dict) and reply.get("in_reply_to_tweet_id"):
        post = reply["in_reply_to_tweet_id"]
        found += " " + _tr("It answers Post {id}.").format(id=post)
    if body.get("quote_tweet_id"):
        found += " " + _tr("It quotes Post {id}.").format(id=body["quote_tweet_id"])
    if body.get("poll"):
        found += " " + _tr("It holds a poll.")
    if body.get("media"):
        found += " " + _tr("It holds media.")
    return found


def _rules(draft: Draft, body: Mapping[str, Any], _who: str) -> str:
    if "".join(draft.values.get("dry_run", ())) == "true":
        return _tr("Tries the rules without keeping them.")
    if "".join(draft.values.get("delete_all", ())) == "true":
        return _tr("Deletes every rule of the stream.")
    added, deleted = body.get("add"), body.get("delete")
    parts = []
    if isinstance(added, list):
        parts.append(_tr("Adds {n} rules to the stream.").format(n=len(added)))
    if isinstance(deleted, dict):
        gone = deleted.get("ids") or deleted.get("values") or []
        count = len(gone) if isinstance(gone, list) else 0
        parts.append(_tr("Deletes {n} rules of the stream.").format(n=count))
    return " ".join(parts) or _tr("Changes the rules of the stream.")


def _hide(draft: Draft, body: Mapping[str, Any], who: str) -> str:
    hides = body.get("hidden") is not False
    text = (
        _tr("Hides the reply {id} below a Post of {who}.")
        if hides
        else _tr("Shows the hidden reply {id} below a Post of {who} again.")
    )
    return text.format(id=_of(draft, "tweet_id"), who=who)


def _with(text: object, where: str) -> Callable[[Draft, Mapping[str, Any], str], str]:
    """Return a sentence with an id that stands in the path ("path:name") or the body."""

    def words(draft: Draft, body: Mapping[str, Any], who: str) -> str:
        place, _, name = where.partition(":")
        number = _of(draft, name) if place == "path" else str(body.get(name, "?"))
        return _tr(str(text)).format(id=number, who=who)

    return words


_EFFECTS: Final[Mapping[str, Callable[[Draft, Mapping[str, Any], str], str]]] = {
    "createPosts": _create_post,
    "deletePosts": _with(
        QT_TRANSLATE_NOOP("requests", "Deletes Post {id} of {who}. X does not bring it back."),
        "path:id",
    ),
    "likePost": _with(
        QT_TRANSLATE_NOOP("requests", "Likes Post {id} as {who}, for everyone to see."),
        "body:tweet_id",
    ),
    "unlikePost": _with(
        QT_TRANSLATE_NOOP("requests", "Takes the like of {who} from Post {id}."), "path:tweet_id"
    ),
    "repostPost": _with(
        QT_TRANSLATE_NOOP("requests", "Reposts Post {id} to the followers of {who}."),
        "body:tweet_id",
    ),
    "unrepostPost": _with(
        QT_TRANSLATE_NOOP("requests", "Takes back the repost of {id} by {who}."),
        "path:source_tweet_id",
    ),
    "createUsersBookmark": _with(
        QT_TRANSLATE_NOOP("requests", "Bookmarks Post {id} for {who}; only {who} sees it."),
        "body:tweet_id",
    ),
    "deleteUsersBookmark": _with(
        QT_TRANSLATE_NOOP("requests", "Takes Post {id} from the bookmarks of {who}."),
        "path:tweet_id",
    ),
    "createUsersBookmarkFolder": _with(
        QT_TRANSLATE_NOOP("requests", "Makes the bookmark folder “{id}” for {who}."), "body:name"
    ),
    "hidePostsReply": _hide,
    "updateRules": _rules,
}


def _where(environment: str) -> str:
    if environment == "sandbox":
        return _tr("This is the sandbox; nothing reaches X.")
    return ""


def _cost(price: Forecast, environment: str) -> str:
    if price.is_open_ended:
        text = _tr("Each Post costs {sum} by X's price list.")
        return text.format(sum=sum_words(price.per_unit))
    text = (
        _tr("At X it costs up to {sum} by the price list.")
        if environment == "sandbox"
        else _tr("It costs {sum} by X's price list.")
        if price.least == price.most
        else _tr("It costs up to {sum} by X's price list.")
    )
    if price.has_address:
        text += " " + _tr("Without the link it would cost a fraction.")
    return text.format(sum=sum_words(price.most))


def _of(draft: Draft, name: str) -> str:
    return "".join(draft.values.get(name, ())) or "?"


def _body(draft: Draft) -> Mapping[str, Any]:
    try:
        found = json.loads(draft.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _tr(text: str) -> str:
    return QCoreApplication.translate("requests", text)
