"""Lays a Post or a user out as a card, with frames for its pictures or without."""

from core.card_model import PostCard
from core.card_text import PartKind, TextPart
from ui.theme import TextSize, Weight
from ui.views.answer_card_words import foot_words, heading_words, media_words, reference_words
from ui.views.answer_pictures import AnyCard, pictures_of
from ui.widgets.post_card import CardBuilder, CardLayout, Run


def lay_out(card: AnyCard, width: float, *, with_pictures: bool = False) -> CardLayout:
    """Return the card laid out for this width in pixels, with frames for pictures or without."""
    name, rest = heading_words(card)
    portrait = card.portrait if with_pictures else ""
    builder = CardBuilder(width, name.lstrip("@#")[:1].upper(), portrait)
    small = TextSize.SMALL
    head = (Run(name, weight=Weight.BOLD), Run(f" {rest}", "dim", size=small))
    builder.add_text(head, gap=0, most_lines=1)
    if isinstance(card, PostCard):
        _add_post(builder, card, with_pictures=with_pictures)
    else:
        builder.add_text(_runs(card.parts))
    builder.add_text([Run(foot_words(card), "dim", size=small)], gap=4)
    return builder.finish()


def _add_post(builder: CardBuilder, card: PostCard, *, with_pictures: bool) -> None:
    shown = [reference for reference in card.references if reference.parts]
    for reference in card.references:
        if not reference.parts:
            words = [Run(reference_words(reference), "dim", size=TextSize.SMALL)]
            builder.add_text(words, gap=0, most_lines=1)
    builder.add_text([Run(card.title, weight=Weight.BOLD)])
    builder.add_text(_runs(card.parts))
    if with_pictures:
        builder.add_pictures(pictures_of(card))
    else:
        builder.add_tiles([(*media_words(media), media.alt_text) for media in card.media])
    builder.add_bars([(option.label, option.votes) for option in card.poll])
    for reference in shown:
        head = [Run(reference_words(reference), "dim", size=TextSize.SMALL)]
        builder.add_box(head, _runs(reference.parts))


def _runs(parts: tuple[TextPart, ...]) -> list[Run]:
    return [
        Run(part.text, "text" if part.kind is PartKind.PLAIN else "accent", link=part.target)
        for part in parts
    ]
