"""Which pictures may be fetched, and what is taken for a picture."""

import pytest

from core.cards import cards_from_answer
from core.environment import Environment
from core.errors import BadAnswer, Cancelled, ConnectFailed, TimedOut, VaultLocked
from core.media import MEDIA_BYTES, Fetched, Media, Trouble, kind_of
from core.media_hosts import MediaSource, has_media, media_source
from core.model import HttpRequest, HttpResponse
from core.ports import CancelToken
from tests.fakes.fake_transport import FakeTransport

X = Environment.x()
ORIGIN = "http://127.0.0.1:8123"
SANDBOX = Environment.sandbox(ORIGIN)
CUSTOM = Environment.custom(
    {
        "authorize_url": "https://own.example/a",
        "token_url": "https://own.example/t",
        "revoke_url": "https://own.example/r",
        "api_url": "https://own.example",
    }
)
LOOPBACK_CUSTOM = Environment.custom(
    {
        name: f"{ORIGIN}/{name}"
        for name in ("authorize_url", "token_url", "revoke_url", "api_url", "issuer")
    }
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0" + bytes(30)
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + bytes(30)
GIF = b"GIF89a" + bytes(30)
PBS = MediaSource("https://pbs.twimg.com/media/GxY_1-z.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "https://pbs.twimg.com/media/GxY_1-z.jpg",
        "https://pbs.twimg.com:443/media/GxY_1-z.jpg",
        "https://pbs.twimg.com/profile_images/1/My%20face_normal.jpeg",
        "https://video.twimg.com/ext_tw_video_thumb/1/pu/img/a.jpg",
        "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png",
    ],
)
def test_the_media_of_x_may_be_fetched_for_an_answer_of_x_alone(address: str) -> None:
    assert media_source(X, address) == MediaSource(address)
    for other in (SANDBOX, CUSTOM, LOOPBACK_CUSTOM):
        assert media_source(other, address) is None


def test_the_query_of_an_address_is_kept_apart() -> None:
    found = media_source(X, "https://pbs.twimg.com/media/G?format=jpg&name=small")

    assert found == MediaSource(
        "https://pbs.twimg.com/media/G", (("format", "jpg"), ("name", "small"))
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pbs.twimg.com/media/a.jpg",
        "//pbs.twimg.com/media/a.jpg",
        "http://pbs.twimg.com/media/a.jpg",
        "ftp://pbs.twimg.com/media/a.jpg",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://pbs.twimg.com",
        "https://pbs.twimg.com/",
        "https://pbs.twimg.com:8443/media/a.jpg",
        "https://pbs.twimg.com.evil.example/media/a.jpg",
        "https://evil-pbs.twimg.com/media/a.jpg",
        "https://evil.example/pbs.twimg.com/media/a.jpg",
        "https://pbs.twimg.com@evil.example/media/a.jpg",
        "https://evil.example@pbs.twimg.com/media/a.jpg",
        "https://evil.example\\@pbs.twimg.com/media/a.jpg",
        "https://pbs.twimg.com\\.evil.example/media/a.jpg",
        "https://PBS.twimg.com/media/a.jpg",
        "https://pbs.twimg.com./media/a.jpg",
        "https://pbs.twimg.com/media/../../a.jpg",
        "https://pbs.twimg.com/media/%2e%2E/a.jpg",
        "https://pbs.twimg.com/media/.%2e",
        "https://pbs.twimg.com/media/a%2fb.jpg",
        "https://pbs.twimg.com/media//a.jpg",
        "https://pbs.twimg.com/media/a.jpg#b",
        "https://pbs.twimg.com/media/a b.jpg",
        " https://pbs.twimg.com/media/a.jpg",
        "https://pbs.twimg.com/media/a.jpg\n",
        "https://pbs.twimg.com/media/ä.jpg",
        "https://pbs.twimg.com/media/a.jpg?x=\r\nHost:evil",
        "https://pbs.twimg.com/media/a.jpg?" + "&".join(f"a{n}=1" for n in range(9)),
        "https://pbs.twimg.com/" + "a" * 2_048,
        "https://abs.twimg.com/favicons/twitter.ico",
        "https://abs.twimg.com/sticky/default_profile_images/../../a.png",
        "https://api.x.com/2/users/me",
        "https://x.com/media/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        f"{ORIGIN}/pbs/media/a.png",
        "https://localhost/pbs/media/a.png",
    ],
)
def test_no_other_address_of_an_answer_of_x_is_followed(address: str) -> None:
    assert media_source(X, address) is None


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8124/pbs/media/a.png",
        "http://localhost:8123/pbs/media/a.png",
        "https://127.0.0.1:8123/pbs/media/a.png",
        f"{ORIGIN}/2/users/me",
        f"{ORIGIN}/pbsmedia/a.png",
        f"{ORIGIN}/pbs/../2/users/me",
        f"{ORIGIN}/pbs/%2e%2e/2/users/me",
        f"{ORIGIN}@evil.example/pbs/media/a.png",
    ],
)
def test_of_a_sandbox_only_its_own_stand_in_is_asked(address: str) -> None:
    assert media_source(SANDBOX, address) is None
    assert media_source(SANDBOX, f"{ORIGIN}/pbs/media/a.png") is not None


def test_a_server_of_ones_own_makes_nothing_be_fetched() -> None:
    assert not has_media(CUSTOM)
    assert has_media(X)
    assert has_media(SANDBOX)
    for address in ("https://own.example/pbs/a.png", f"{ORIGIN}/pbs/media/a.png"):
        assert media_source(CUSTOM, address) is None
        assert media_source(LOOPBACK_CUSTOM, address) is None


# --- fetching ----------------------------------------------------------------------------------


def answer(body: bytes = PNG, content_type: str = "image/png", status: int = 200) -> HttpResponse:
    return HttpResponse(status, {"content-type": content_type}, body)


def fetch(*outcomes: HttpResponse | Exception) -> tuple[Fetched, HttpRequest]:
    transport = FakeTransport(*outcomes)
    fetched = Media(transport).fetch(PBS, CancelToken())
    (request,) = transport.seen
    return fetched, request


def test_a_picture_is_asked_for_without_any_credential_and_within_bounds() -> None:
    fetched, request = fetch(answer())

    assert (fetched.kind, fetched.data, fetched.trouble) == ("png", PNG, None)
    assert (request.method, request.url, request.query) == ("GET", PBS.url, ())
    assert request.authorization is None
    assert [name for name, _ in request.headers] == ["Accept"]
    assert (request.form, request.body) == (None, None)
    assert request.max_body_bytes == MEDIA_BYTES == 8 << 20
    assert request.deadline_seconds == 30


@pytest.mark.parametrize(
    ("response", "trouble"),
    [
        (answer(status=301), Trouble.MOVED),
        (answer(status=304), Trouble.MOVED),
        (answer(status=404), Trouble.GONE),
        (answer(status=410), Trouble.GONE),
        (answer(status=403), Trouble.REFUSED),
        (answer(status=500), Trouble.REFUSED),
        (answer(status=206), Trouble.REFUSED),
        (answer(content_type="text/html"), Trouble.NO_PICTURE),
        (answer(content_type=""), Trouble.NO_PICTURE),
        (answer(content_type="image/svg+xml"), Trouble.NO_PICTURE),
        (answer(content_type="image/jpeg"), Trouble.NO_PICTURE),
        (answer(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Trouble.NO_PICTURE),
        (answer(b""), Trouble.NO_PICTURE),
        (answer(PNG[:12]), Trouble.NO_PICTURE),
        (ConnectFailed(host="pbs.twimg.com"), Trouble.UNREACHABLE),
        (TimedOut(reason="timeout"), Trouble.SLOW),
        (TimedOut(reason="broken"), Trouble.UNREACHABLE),
        (BadAnswer("the answer is too large", status=200), Trouble.TOO_MUCH),
        (VaultLocked(), Trouble.UNREACHABLE),
    ],
)
def test_what_is_no_picture_is_named_and_nothing_of_it_kept(
    response: HttpResponse | Exception, trouble: Trouble
) -> None:
    fetched, _ = fetch(response)

    assert fetched == Fetched(trouble=trouble, status=fetched.status)


def test_who_stops_waiting_gets_nothing() -> None:
    with pytest.raises(Cancelled):
        fetch(Cancelled())


@pytest.mark.parametrize(
    ("data", "said", "kind"),
    [
        (JPEG, "image/jpeg", "jpeg"),
        (PNG, "IMAGE/PNG; charset=binary", "png"),
        (WEBP, "image/webp", "webp"),
        (GIF, "image/gif", "gif"),
    ],
)
def test_the_four_kinds_are_known_by_their_first_bytes(data: bytes, said: str, kind: str) -> None:
    assert kind_of(data) == kind
    assert fetch(answer(data, said))[0].kind == kind


def test_a_picture_does_not_print_itself() -> None:
    assert "PNG" not in repr(fetch(answer())[0])


# --- what an answer says of pictures -----------------------------------------------------------


def test_a_photo_has_its_own_address_and_a_video_that_of_its_still() -> None:
    media: list[dict[str, object]] = [
        {"media_key": "3_1", "type": "photo", "url": "p", "preview_image_url": "q"},
        {"media_key": "7_2", "type": "video", "url": "film", "preview_image_url": "still"},
        {"media_key": "16_3", "type": "animated_gif", "preview_image_url": "frame"},
        {"media_key": "3_4", "type": "photo", "url": 7},
    ]
    keys = ["3_1", "7_2", "16_3", "3_4"]
    post = {"id": "1", "text": "a", "attachments": {"media_keys": keys}}

    cards = cards_from_answer({"data": post, "includes": {"media": media}})

    assert [one.picture for one in cards.posts[0].media] == ["p", "still", "frame", ""]
    assert cards.has_pictures


def test_profile_pictures_are_those_of_authors_and_of_users() -> None:
    user = {"id": "7", "name": "A", "username": "a", "profile_image_url": "face"}
    post = {"id": "1", "text": "a", "author_id": "7"}

    of_post = cards_from_answer({"data": [post], "includes": {"users": [user]}})
    of_user = cards_from_answer({"data": user})

    assert (of_post.posts[0].portrait, of_user.users[0].portrait) == ("face", "face")
    assert of_post.has_pictures
    assert of_user.has_pictures
    assert not cards_from_answer({"data": [post]}).has_pictures
