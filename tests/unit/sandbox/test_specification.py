"""The sandbox's own API file, read as X's is, beside X's."""

from core.catalogue import Catalogue, built_in
from core.catalogue_source import read_source
from core.catalogue_update import difference
from sandbox import Sandbox
from sandbox.catalogue import OPERATIONS
from tests.unit.sandbox.client import Client

# Where the sandbox's tables say more, or X's file says less, than the other.
MORE_OR_LESS = {
    "pagination_token",  # X's file gives their length, the sandbox makes its own
    "next_token",
    "query",  # self-serve Apps may send less than the file says
    "max_results",  # the file names few defaults
    "sort_order",
    "search_count.fields",  # the file names no values
    "rules_count.fields",
    "ids",  # of rules: the file asks for none at least
    "exclude",
}


def test_it_differs_from_xs_file_only_where_that_is_known(client: Client, sandbox: Sandbox) -> None:
    sandbox.field_family = "post"
    raw = client.call("GET", "/2/openapi.json").content
    found = Catalogue(read_source(raw, {}))

    told = difference(built_in(), found)

    assert told.added == ()
    assert len(found.operations) == len(OPERATIONS) + 1
    strange = [
        (each.operation, change)
        for each in told.changed
        for change in each.changes
        if change != "the body has another shape"
        and change.removeprefix("parameter ").split()[0].rstrip(":") not in MORE_OR_LESS
    ]
    assert strange == []


def test_it_needs_no_credential_and_speaks_the_familys_names(
    client: Client, sandbox: Sandbox
) -> None:
    def names() -> set[str]:
        document = client.call("GET", "/2/openapi.json").json()
        return {one["name"] for one in document["paths"]["/2/tweets"]["get"]["parameters"]}

    assert "tweet.fields" in names()
    sandbox.field_family = "post"
    assert "post.fields" in names()
