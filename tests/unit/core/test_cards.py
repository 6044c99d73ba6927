"""Cards: both key families, entities at the right letters, and no shape that raises."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.card_model import Metric, Relation
from core.card_text import PartKind, parts_of
from core.cards import cards_from_answer, partial_errors

TWEET_KEYS = {
    "includes": "tweets",
    "references": "referenced_tweets",
    "note": "note_tweet",
    "reposts": "retweet_count",
    "relation": "retweeted",
}
POST_KEYS = {
    "includes": "posts",
    "references": "referenced_posts",
    "note": "note_post",
    "reposts": "repost_count",
    "relation": "reposted",
}


def answer(keys: dict[str, str]) -> dict[str, object]:
    return {
        "data": [
            {
                "id": "2",
                "text": "The beginning…",
                "author_id": "7",
                "created_at": "2026-11-21T14:03:00.000Z",
                keys["note"]: {"text": "The beginning and the end."},
                keys["references"]: [{"type": keys["relation"], "id": "1"}],
                "public_metrics": {"reply_count": 12, keys["reposts"]: "84", "like_count": 311},
            }
        ],
        "includes": {
            "users": [{"id": "7", "name": "Acme", "username": "acme"}],
            keys["includes"]: [{"id": "1", "text": "The first one", "author_id": "7"}],
        },
        "meta": {"next_token": "n3xt"},
    }


@pytest.mark.parametrize("keys", [TWEET_KEYS, POST_KEYS], ids=["tweet", "post"])
def test_both_key_families_give_the_same_card(keys: dict[str, str]) -> None:
    cards = cards_from_answer(answer(keys))

    (card,) = cards.posts
    assert card.text == "The beginning and the end."
    assert (card.author_name, card.author_username) == ("Acme", "acme")
    assert card.created_at == datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
    assert card.metrics == ((Metric.REPLIES, 12), (Metric.REPOSTS, 84), (Metric.LIKES, 311))
    assert card.references[0].relation is Relation.REPOST
    assert card.references[0].text == "The first one"
    assert card.references[0].author_username == "acme"
    assert cards.next_token == "n3xt"


def test_a_reference_that_was_not_included_keeps_its_id() -> None:
    document = {
        "data": {"id": "2", "text": "a", "referenced_tweets": [{"type": "quoted", "id": "1"}]}
    }

    (reference,) = cards_from_answer(document).posts[0].references

    assert (reference.relation, reference.post_id, reference.text) == (Relation.QUOTE, "1", "")


def test_a_single_user_is_a_user_card() -> None:
    document = {
        "data": {
            "id": "7",
            "name": "Acme",
            "username": "acme",
            "description": "Robots &amp; rain",
            "protected": True,
            "public_metrics": {"followers_count": 3, "tweet_count": 9},
        }
    }

    cards = cards_from_answer(document)

    (user,) = cards.users
    assert cards.posts == ()
    assert user.text == "Robots & rain"
    assert user.is_protected
    assert user.metrics == ((Metric.FOLLOWERS, 3), (Metric.POSTS, 9))


def test_partial_errors_name_what_is_missing_by_the_last_segment_of_the_type() -> None:
    error = {
        "value": "20",
        "detail": "Could not find tweet with ids: [20].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }

    (found,) = partial_errors({"data": [], "errors": [error]})

    assert (found.value, found.kind) == ("20", "resource-not-found")
    assert found.resource_type == "tweet"


def test_media_polls_and_places_are_described_from_the_includes() -> None:
    document = {
        "data": {
            "id": "1",
            "text": "look",
            "attachments": {"media_keys": ["3_1", "3_2"], "poll_ids": ["p"]},
            "geo": {"place_id": "here"},
        },
        "includes": {
            "media": [{"media_key": "3_1", "type": "photo", "width": 4, "height": 3}],
            "polls": [{"id": "p", "options": [{"label": "Tabs", "votes": 2}]}],
            "places": [{"id": "here", "full_name": "Ghent, Belgium"}],
        },
    }

    (card,) = cards_from_answer(document).posts

    assert [(media.kind, media.width) for media in card.media] == [("photo", 4), ("", 0)]
    assert [(option.label, option.votes) for option in card.poll] == [("Tabs", 2)]
    assert card.place == "Ghent, Belgium"


def test_direct_messages_lists_and_deletions_are_no_cards() -> None:
    for data in (
        {"id": "1", "text": "hi", "event_type": "MessageCreate"},
        {"id": "1", "name": "A List"},
        {"deleted": True},
    ):
        assert cards_from_answer({"data": data}).is_empty


def test_entities_colour_their_own_letters_and_links_read_as_x_displays_them() -> None:
    text = "🎉 Hi @acme, see https://t.co/a &amp; #XAPI"
    entities = {
        "mentions": [{"start": 5, "end": 10, "username": "ACME"}],
        "urls": [
            {
                "start": 16,
                "end": 30,
                "url": "https://t.co/a",
                "display_url": "acme.example",
                "expanded_url": "https://acme.example/",
            }
        ],
        "hashtags": [{"start": 37, "end": 42, "tag": "XAPI"}],
    }

    parts = parts_of(text, entities)

    assert "".join(part.text for part in parts) == "🎉 Hi @acme, see acme.example & #XAPI"
    coloured = {part.kind: part.text for part in parts if part.kind is not PartKind.PLAIN}
    assert coloured == {
        PartKind.MENTION: "@acme",
        PartKind.LINK: "acme.example",
        PartKind.HASHTAG: "#XAPI",
    }
    assert [part.target for part in parts if part.target] == ["https://acme.example/"]


def test_a_text_without_entities_is_coloured_by_its_signs() -> None:
    text = "It&#39;s @acme, #XAPI at (https://t.co/a?b=1&amp;c), not a@b.example or #1"

    parts = parts_of(text, {})

    assert "".join(part.text for part in parts) == (
        "It's @acme, #XAPI at (https://t.co/a?b=1&c), not a@b.example or #1"
    )
    assert [(part.kind, part.text) for part in parts if part.kind is not PartKind.PLAIN] == [
        (PartKind.MENTION, "@acme"),
        (PartKind.HASHTAG, "#XAPI"),
        (PartKind.LINK, "https://t.co/a?b=1&c"),
    ]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "ms-word:x"])
def test_a_link_leads_only_to_web_addresses(address: str) -> None:
    entities = {"urls": [{"start": 0, "end": 4, "url": "t.co", "expanded_url": address}]}

    (part,) = parts_of("t.co", entities)

    assert (part.text, part.kind, part.target) == ("t.co", PartKind.LINK, "")


def test_an_entity_at_a_wrong_place_is_found_close_by_and_never_moves_a_word() -> None:
    text = "one #two three"

    near = parts_of(text, {"hashtags": [{"start": 0, "end": 4, "tag": "two"}]})
    missing = parts_of(text, {"hashtags": [{"start": 4, "end": 8, "tag": "four"}]})

    assert [part.text for part in near] == ["one ", "#two", " three"]
    assert [part.text for part in missing] == [text]


KEYS = [
    "data",
    "includes",
    "errors",
    "meta",
    "id",
    "text",
    "username",
    "entities",
    "users",
    "tweets",
    "posts",
    "media",
    "start",
    "tag",
    "url",
    "public_metrics",
    "hashtags",
    "urls",
    "created_at",
    "referenced_tweets",
    "note_tweet",
    "attachments",
    "polls",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_no_document_makes_the_reader_raise(document: object) -> None:
    cards = cards_from_answer(document)

    assert all(card.post_id for card in cards.posts)
    assert all(user.user_id for user in cards.users)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.text(max_size=5))))
def test_cutting_a_text_loses_and_adds_no_letter(text: str, tags: list[tuple[int, str]]) -> None:
    plain = text.replace("&", "")
    tagged: dict[str, object] = {"hashtags": [{"start": at, "tag": tag} for at, tag in tags]}

    for entities in (tagged, {}):
        assert "".join(part.text for part in parts_of(plain, entities)) == plain
