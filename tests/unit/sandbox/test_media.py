"""The sandbox's media: told where they are asked for, and served to nobody who brings a key."""

import struct
import zlib
from typing import Any

import pytest

from tests.unit.sandbox.client import Client

FIXED = "1278347468690915330"
AUTHOR = "2244999021"
WANTED = {
    "expansions": "attachments.media_keys,author_id",
    "media.fields": "url,preview_image_url,width,height,alt_text,duration_ms",
    "user.fields": "profile_image_url",
}


@pytest.fixture
def bearer(client: Client) -> str:
    return client.bearer()


def answer(client: Client, bearer: str, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/2/tweets", bearer, ids=FIXED, **query).json()
    return found


def pixels_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG with a palette whose rows are all there."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, colours = struct.unpack(">IIBB", png[16:26])
    assert (depth, colours) == (8, 3)
    at = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    assert len(zlib.decompress(png[at + 4 : at + 4 + length])) == (width + 1) * height
    return width, height


def test_a_post_tells_of_its_media_only_when_they_are_asked_for(
    client: Client, bearer: str
) -> None:
    plain = answer(client, bearer)
    bare = answer(client, bearer, expansions="attachments.media_keys")
    (post,) = answer(client, bearer, **WANTED)["data"]

    assert "attachments" not in plain["data"][0]
    assert "includes" not in plain
    (media,) = bare["includes"]["media"]
    assert set(media) == {"media_key", "type"}
    assert post["attachments"]["media_keys"] == [media["media_key"]]


def test_what_is_told_is_served_as_it_was_described(client: Client, bearer: str) -> None:
    includes = answer(client, bearer, **WANTED)["includes"]
    (media,), (user,) = includes["media"], includes["users"]

    for address, size in (
        (media["url"], (media["width"], media["height"])),
        (user["profile_image_url"], (48, 48)),
    ):
        found = client.call("GET", address.removeprefix(client.origin))
        assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
        assert pixels_of(found.content) == size


def test_every_sort_of_media_can_be_found_and_fetched(client: Client, bearer: str) -> None:
    found = client.get(
        "/2/tweets/search/recent", bearer, query="has:media", max_results=100, **WANTED
    ).json()

    media = found["includes"]["media"]
    assert {one["type"] for one in media} == {"photo", "video", "animated_gif"}
    assert all(post["attachments"]["media_keys"] for post in found["data"])
    assert all(("url" in one) is (one["type"] == "photo") for one in media)
    for one in {one["media_key"]: one for one in media}.values():
        address = one.get("url") or one["preview_image_url"]
        served = client.call("GET", address.removeprefix(client.origin))
        assert pixels_of(served.content) == (one["width"], one["height"])


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "Referer"])
def test_whoever_brings_more_than_the_request_gets_no_picture(
    client: Client, bearer: str, header: str
) -> None:
    address = answer(client, bearer, **WANTED)["includes"]["media"][0]["url"]
    path = address.removeprefix(client.origin)

    refused = client.call("GET", path, headers={header: f"Bearer {bearer}"})

    assert refused.status_code == 403
    assert not refused.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "/pbs/media/3_1.png",
        "/pbs/media/3_1-sign.png",
        "/pbs/media/7_1-chart.png",
        f"/pbs/profile_images/{AUTHOR}/acme_normal.png",
        "/pbs/profile_images/1/PracticeDevs_normal.png",
        "/pbs/other/3_1-chart.png",
    ],
)
def test_what_no_answer_names_is_not_there(client: Client, path: str) -> None:
    assert client.call("GET", path).status_code == 404
