"""The operations of X as data, and what is published about them."""

import json

import pytest

from core.catalogue import BEARER, OAUTH1, RESOURCES, USER, catalogue, published
from core.catalogue_source import make, words_of
from core.errors import BadInput


def test_all_operations_of_x_are_there() -> None:
    operations = catalogue().operations

    assert len(operations) == 178
    assert len({each.operation_id for each in operations}) == 178
    methods = [each.method for each in operations]
    assert {name: methods.count(name) for name in sorted(set(methods))} == {
        "DELETE": 24,
        "GET": 100,
        "POST": 49,
        "PUT": 5,
    }


def test_the_kinds_of_authentication_are_those_of_x() -> None:
    def count(*kinds: str) -> int:
        return sum(set(each.auth) == set(kinds) for each in catalogue().operations)

    assert count(OAUTH1, USER) == 94
    assert count(BEARER) == 39
    assert count(BEARER, OAUTH1, USER) == 29
    assert count(BEARER, USER) == 7
    assert count(USER) == 5
    assert count(BEARER, OAUTH1) == 3
    assert count() == 1


@pytest.mark.parametrize(
    ("method", "path", "operation_id"),
    [
        ("GET", "/2/tweets", "getPostsByIds"),
        ("POST", "/2/tweets", "createPosts"),
        ("GET", "/2/tweets/42", "getPostsById"),
        ("GET", "/2/tweets/42?expansions=author_id", "getPostsById"),
        ("GET", "/2/users/me", "getUsersMe"),
        ("get", "/2/users/42", "getUsersById"),
        ("GET", "/2/tweets/search/recent", "searchPostsRecent"),
        ("PUT", "/2/tweets/42/hidden", "hidePostsReply"),
    ],
)
def test_a_concrete_path_finds_its_operation(method: str, path: str, operation_id: str) -> None:
    found = catalogue().find(method, path)

    assert found is not None
    assert found.operation_id == operation_id


@pytest.mark.parametrize("path", ["/2/nothing", "/2/tweets/", "/", "/2/tweets/1/2/3/4"])
def test_an_unknown_path_finds_nothing(path: str) -> None:
    assert catalogue().find("GET", path) is None


def test_parameters_carry_their_limits() -> None:
    search = catalogue().by_id("searchPostsRecent")
    assert search is not None
    parameters = {each.name: each for each in search.parameters}

    assert parameters["query"].required
    assert parameters["query"].facts["max_length"] == 4096
    assert parameters["max_results"].facts["minimum"] == 10
    assert parameters["max_results"].facts["maximum"] == 100
    assert parameters["sort_order"].enum == ("recency", "relevancy")
    assert "author_id" in parameters["expansions"].enum
    assert ("start_time", "since_id") in search.exclusions


def test_a_body_carries_its_fields() -> None:
    create = catalogue().by_id("createPosts")
    assert create is not None
    assert create.body is not None
    properties = create.body["properties"]

    assert properties["poll"]["properties"]["duration_minutes"]["maximum"] == 10080
    assert "mentionedUsers" in properties["reply_settings"]["enum"]


def test_streams_are_marked() -> None:
    streams = [each for each in catalogue().operations if each.streaming]

    assert "/2/tweets/search/stream" in {each.path for each in streams}
    assert all(each.method == "GET" for each in streams)


def test_a_path_is_filled_in_and_escaped() -> None:
    operation = catalogue().by_id("getUsersBookmarksByFolderId")
    assert operation is not None

    assert operation.path_with({"id": "1", "folder_id": "a/b"}).endswith(
        "/1/bookmarks/folders/a%2Fb"
    )
    for wrong in ({"id": "1"}, {"id": "1", "folder_id": ".."}):
        with pytest.raises(BadInput):
            operation.path_with(wrong)


def test_every_operation_has_a_title_of_its_own() -> None:
    titles = json.loads((RESOURCES / "titles.json").read_text("utf-8"))

    assert set(titles) == {each.operation_id for each in catalogue().operations}
    assert {each.operation_id: each.title for each in catalogue().operations} == titles
    assert len(set(titles.values())) == len(titles)


def test_no_title_is_an_operation_id_split_into_words() -> None:
    derived = [
        each.title
        for each in catalogue().operations
        if each.title.casefold() == words_of(each.operation_id).casefold()
    ]

    assert derived == []


def test_titles_are_short_and_begin_with_a_capital() -> None:
    for operation in catalogue().operations:
        assert 4 <= len(operation.title) <= 48
        assert not operation.title[0].islower()
        assert not operation.title.endswith(".")


def test_what_x_says_may_not_be_given_together_excludes_each_other() -> None:
    operation = catalogue().by_id("listBroadcasts")

    assert operation is not None
    assert operation.exclusions == (("ids", "max_results"), ("ids", "pagination_token"))


def test_the_catalogue_holds_no_prose_of_x() -> None:
    document = json.loads((RESOURCES / "catalogue.json").read_text("utf-8"))
    texts: list[str] = []

    def visit(node: object) -> None:
        if isinstance(node, dict):
            for name, child in node.items():
                if name != "title" or not isinstance(child, str):
                    visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, str):
            texts.append(node)

    visit(document)

    assert [text for text in texts if len(text.split()) > 2] == []


def test_what_is_published_is_about_known_operations() -> None:
    known = {each.operation_id for each in catalogue().operations}

    assert set(published().limits) <= known
    assert set(published().resources) <= known
    assert set(published().prices["request"]) <= known
    assert published().quotas("getUsersMe", "user")[0].calls == 75
    assert published().quotas("getUsersMe", "app") == ()
    assert published().read_at == "2026-08-22"
    assert set(published().dates) == {"limits", "prices", "resources", "access"}


def test_access_notes_name_known_operations_and_their_day() -> None:
    known = {each.operation_id for each in catalogue().operations}

    assert {one for row in published().access for one in row.operations} <= known
    assert {row.level for row in published().access} == {"enterprise", "condition"}
    assert published().access_to("likePost")[0].since == "2026-04-16"
    assert published().access_to("getUsersMe") == ()


def test_the_script_makes_facts_of_a_document() -> None:
    document = {
        "openapi": "3.0.0",
        "info": {"version": "9"},
        "components": {"schemas": {"Id": {"type": "string", "pattern": "^x$"}}},
        "paths": {
            "/2/things/{id}": {
                "get": {
                    "operationId": "getThingById",
                    "summary": "X's own sentence",
                    "description": "More of it",
                    "security": [{"OAuth2UserToken": ["b", "a"]}],
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "description": "prose",
                            "schema": {"$ref": "#/components/schemas/Id"},
                        }
                    ],
                }
            }
        },
    }

    made = make(document, {})

    assert made["operations"] == [
        {
            "id": "getThingById",
            "method": "GET",
            "path": "/2/things/{id}",
            "tag": "Other",
            "title": "Get thing by id",
            "auth": {"OAuth2UserToken": ["a", "b"]},
            "parameters": [
                {"name": "id", "in": "path", "required": True, "pattern": "^x$", "type": "string"}
            ],
            "streaming": False,
        }
    ]
    assert words_of("getPostsByIds") == "Get posts by ids"
