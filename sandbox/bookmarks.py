"""The caller's bookmarks and their folders; making one needs OAuth 2.0."""

from typing import Final

from sandbox import problems
from sandbox.bodies import read_object, refuse
from sandbox.engagement import post_in_body
from sandbox.exchange import Answer, Refusal, json_answer
from sandbox.limits import Quota
from sandbox.operations import USERS, Ask, Operation
from sandbox.paging import PAGING_TOKEN, max_results, page
from sandbox.rendering import Document
from sandbox.timelines import post_page

READ_SCOPES: Final = ("tweet.read", "users.read", "bookmark.read")
WRITE_SCOPES: Final = ("tweet.read", "users.read", "bookmark.write")
MAX_NAME: Final = 25


def add(ask: Ask) -> Document:
    """Bookmark a Post, in a folder if one is named."""
    post = post_in_body(ask, folder_id=str)
    folder = read_object(ask.call, {"tweet_id": str, "folder_id": str}).get("folder_id")
    if folder is not None:
        filed = _folder(ask, folder)
        if post.id not in filed:
            filed.append(post.id)
    mine = ask.world.timeline.touched.bookmarks.setdefault(ask.caller.user_id, [])
    if post.id not in mine:
        mine.append(post.id)
    return {"data": {"bookmarked": True}}


def remove(ask: Ask) -> Document:
    """Remove a bookmark, from its folders too."""
    touched = ask.world.timeline.touched
    lists = [touched.bookmarks.get(ask.caller.user_id, [])]
    lists += [touched.filed.get(id_, []) for id_ in touched.folders.get(ask.caller.user_id, {})]
    for ids in lists:
        if ask.path["tweet_id"] in ids:
            ids.remove(ask.path["tweet_id"])
    return {"data": {"bookmarked": False}}


def listing(ask: Ask) -> Document:
    """Return the caller's bookmarked Posts, the latest bookmark first."""
    return _posts(ask, ask.world.timeline.touched.bookmarks.get(ask.caller.user_id, []))


def add_folder(ask: Ask) -> Answer:
    """Make a folder."""
    body = read_object(ask.call, {"name": str}, ("name",))
    if not 1 <= len(body["name"]) <= MAX_NAME:
        raise refuse(f"$.name: is not between 1 and {MAX_NAME} characters long")
    folders = ask.world.timeline.touched.folders.setdefault(ask.caller.user_id, {})
    folder_id = str(int(ask.caller.user_id) * 1000 + len(folders) + 1)
    folders[folder_id] = body["name"]
    return json_answer(201, {"data": {"id": folder_id, "name": body["name"]}})


def list_folders(ask: Ask) -> Document:
    """Return the caller's folders."""
    folders = ask.world.timeline.touched.folders.get(ask.caller.user_id, {})
    chosen, meta = page(ask, list(folders), str, ask.call.path)
    return _ids_page([{"id": id_, "name": folders[id_]} for id_ in chosen], meta)


def in_folder(ask: Ask) -> Document:
    """Return the ids of the Posts in one of the caller's folders; X gives no more of them."""
    found = map(ask.world.timeline.get, reversed(_folder(ask, ask.path["folder_id"])))
    ids = [post.id for post in found if post is not None]
    chosen, meta = page(ask, ids, str, ask.call.path)
    return _ids_page([{"id": id_} for id_ in chosen], meta)


def _ids_page(rows: list[Document], meta: Document) -> Document:
    """Return a page of folders' lists: by X's file their meta has a token and no count."""
    if not rows:
        return {"meta": {"result_count": 0}}  # as X answers wherever there is nothing
    tokens = {name: text for name, text in meta.items() if name == "next_token"}
    return {"data": rows, "meta": tokens} if tokens else {"data": rows}


def _folder(ask: Ask, folder_id: str) -> list[str]:
    touched = ask.world.timeline.touched
    if folder_id not in touched.folders.get(ask.caller.user_id, {}):
        detail = f"Could not find bookmark folder with id: [{folder_id}]."
        type_ = problems.PROBLEM + "resource-not-found"
        raise Refusal(problems.flat(404, "Not Found Error", detail, type_))
    return touched.filed.setdefault(folder_id, [])


def _posts(ask: Ask, ids: list[str]) -> Document:
    found = map(ask.world.timeline.get, reversed(ids))
    return post_page(ask, [post for post in found if post is not None], tells_ends=False)


_PAGES: Final = (max_results(1, 100, 100), PAGING_TOKEN)
OPERATIONS: Final = (
    Operation(
        "getUsersBookmarks",
        "GET",
        "/2/users/{id}/bookmarks",
        listing,
        kinds=USERS,
        scopes=READ_SCOPES,
        parameters=_PAGES,
        shape="posts",
        user_quota=(Quota(180),),
        is_own=True,
    ),
    Operation(
        "createUsersBookmark",
        "POST",
        "/2/users/{id}/bookmarks",
        add,
        kinds=("oauth2",),
        scopes=WRITE_SCOPES,
        user_quota=(Quota(50),),
        is_own=True,
    ),
    Operation(
        "deleteUsersBookmark",
        "DELETE",
        "/2/users/{id}/bookmarks/{tweet_id}",
        remove,
        kinds=("oauth2",),
        scopes=WRITE_SCOPES,
        user_quota=(Quota(50),),
        is_own=True,
    ),
    Operation(
        "getUsersBookmarkFolders",
        "GET",
        "/2/users/{id}/bookmarks/folders",
        list_folders,
        kinds=USERS,
        scopes=("users.read", "bookmark.read"),
        parameters=_PAGES,
        user_quota=(Quota(50),),
        is_own=True,
    ),
    Operation(
        "createUsersBookmarkFolder",
        "POST",
        "/2/users/{id}/bookmarks/folders",
        add_folder,
        kinds=("oauth2",),
        scopes=("users.read", "bookmark.write"),
        user_quota=(Quota(50),),
        is_own=True,
    ),
    Operation(
        "getUsersBookmarksByFolderId",
        "GET",
        "/2/users/{id}/bookmarks/folders/{folder_id}",
        in_folder,
        kinds=USERS,
        scopes=READ_SCOPES,
        parameters=_PAGES,
        user_quota=(Quota(50),),
        is_own=True,
    ),
)
