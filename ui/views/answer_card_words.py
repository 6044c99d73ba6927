"""Words for cards: counts, moments, media and relations, ready to be painted or spoken."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDateTime, QLocale

from core.card_model import MediaNote, Metric, PostCard, ReferencedPost, Relation, UserCard

DOT: Final = " · "
# Marked for translation here and translated where they are used: cards come in thousands.
_COUNTED: Final = {
    Metric.REPLIES: (
        QT_TRANSLATE_NOOP("cards", "{n} reply"),
        QT_TRANSLATE_NOOP("cards", "{n} replies"),
    ),
    Metric.REPOSTS: (
        QT_TRANSLATE_NOOP("cards", "{n} repost"),
        QT_TRANSLATE_NOOP("cards", "{n} reposts"),
    ),
    Metric.LIKES: (QT_TRANSLATE_NOOP("cards", "{n} like"), QT_TRANSLATE_NOOP("cards", "{n} likes")),
    Metric.QUOTES: (
        QT_TRANSLATE_NOOP("cards", "{n} quote"),
        QT_TRANSLATE_NOOP("cards", "{n} quotes"),
    ),
    Metric.BOOKMARKS: (
        QT_TRANSLATE_NOOP("cards", "{n} bookmark"),
        QT_TRANSLATE_NOOP("cards", "{n} bookmarks"),
    ),
    Metric.VIEWS: (QT_TRANSLATE_NOOP("cards", "{n} view"), QT_TRANSLATE_NOOP("cards", "{n} views")),
    Metric.FOLLOWERS: (
        QT_TRANSLATE_NOOP("cards", "{n} follower"),
        QT_TRANSLATE_NOOP("cards", "{n} followers"),
    ),
    Metric.FOLLOWING: (
        QT_TRANSLATE_NOOP("cards", "{n} following"),
        QT_TRANSLATE_NOOP("cards", "{n} following"),
    ),
    Metric.POSTS: (QT_TRANSLATE_NOOP("cards", "{n} Post"), QT_TRANSLATE_NOOP("cards", "{n} Posts")),
    Metric.LISTED: (
        QT_TRANSLATE_NOOP("cards", "on {n} List"),
        QT_TRANSLATE_NOOP("cards", "on {n} Lists"),
    ),
}


def moment_words(moment: datetime) -> str:
    """Return a UTC moment as local date and time, such as "21 Nov 2026 14:03"."""
    return QLocale().toString(_local(moment), "d MMM yyyy HH:mm")


def moment_exact(moment: datetime) -> str:
    """Return a UTC moment as X writes it, for a tooltip."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def metric_words(metrics: tuple[tuple[Metric, int], ...]) -> str:
    """Return counts in words, such as "12 replies · 84 reposts"."""
    return DOT.join(_count(metric, count) for metric, count in metrics)


def media_words(media: MediaNote) -> tuple[str, str]:
    """Return what an attachment is, and its size or length."""
    kinds = {
        "photo": _tr("Photo"),
        "video": _tr("Video"),
        "animated_gif": _tr("GIF"),
        "": _tr("Media, not included"),
    }
    size = f"{media.width} × {media.height}" if media.width and media.height else ""
    seconds = media.duration_ms // 1000
    length = f"{seconds // 60}:{seconds % 60:02}" if media.duration_ms else ""
    return kinds.get(media.kind, media.kind), DOT.join(filter(None, (length, size)))


def reference_words(reference: ReferencedPost) -> str:
    """Return how a Post stands to another one, such as "Quotes X Developers @XDevelopers"."""
    relation = {
        Relation.REPLY: _tr("In reply to"),
        Relation.QUOTE: _tr("Quotes"),
        Relation.REPOST: _tr("Reposts"),
        Relation.OTHER: _tr("Refers to"),
    }[reference.relation]
    handle = f"@{reference.author_username}" if reference.author_username else ""
    who = " ".join(filter(None, (reference.author_name, handle)))
    return f"{relation} {who or reference.post_id}"


def heading_words(card: PostCard | UserCard) -> tuple[str, str]:
    """Return the name, and the quiet words behind it."""
    if isinstance(card, UserCard):
        name, handle, number = card.name, card.username, card.user_id
    else:
        name, handle, number = card.author_name, card.author_username, card.post_id
    moment = moment_words(card.created_at) if card.created_at else ""
    shown = f"@{handle}" if handle else ""
    if not name and isinstance(card, PostCard):
        # Without the author_id expansion all that is known of the author is a number.
        by = _tr("User {id}").format(id=card.author_id) if card.author_id else ""
        name = shown or by or _tr("Post")
        shown = ""
    return name, DOT.join(filter(None, (shown, moment, number)))


def foot_words(card: PostCard | UserCard) -> str:
    """Return the line below the text: counts, place, and what is special about a user."""
    parts = [metric_words(card.metrics)]
    if isinstance(card, UserCard):
        verified = _tr("Verified: {kind}").format(kind=card.verified_type)
        has_mark = card.verified_type not in {"", "none"}
        protected = _tr("Protected") if card.is_protected else ""
        parts += [card.location, verified if has_mark else "", protected]
    else:
        parts.append(card.place)
    return DOT.join(filter(None, parts))


def spoken_card(card: PostCard | UserCard) -> str:
    """Return the whole card as assistive technology reads it."""
    name, rest = heading_words(card)
    lines = [name, rest]
    if isinstance(card, PostCard):
        lines.append(card.title)
        lines += [f"{reference_words(ref)}: {ref.text}" for ref in card.references]
        lines.append(card.text)
        lines += [
            DOT.join(filter(None, (*media_words(media), media.alt_text))) for media in card.media
        ]
        lines += [f"{option.label}: {option.votes}" for option in card.poll]
    else:
        lines.append(card.text)
    lines.append(foot_words(card))
    return "\n".join(filter(None, lines))


def _count(metric: Metric, count: int) -> str:
    words = _COUNTED[metric][0 if count == 1 else 1]
    return _tr(str(words)).format(n=QLocale().toString(count))


def _local(moment: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))


def _tr(text: str) -> str:
    return QCoreApplication.translate("cards", text)
