"""The accounts of the practice world. All are invented."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Account:
    """One user of the practice world.

    Attributes:
        joined: RFC 3339.
        followers, following, listed: shown in `public_metrics`.
    """

    id: str
    username: str
    name: str
    description: str
    joined: str
    location: str = ""
    url: str = ""
    followers: int = 0
    following: int = 0
    listed: int = 0
    is_verified: bool = False
    is_protected: bool = False


ACCOUNTS: Final = (
    Account(
        "1733410282",
        "acme",
        "Acme",
        "We build things that mostly work. Our bot posts here too.",
        "2013-09-05T17:40:12.000Z",
        "Toledo",
        "https://acme.example",
        4210,
        180,
        37,
        is_verified=True,
    ),
    Account(
        "1733412290",
        "acme_ops",
        "Acme Operations",
        "Is it down? Ask here first.",
        "2013-09-05T17:48:33.000Z",
        "Toledo",
        "https://status.acme.example",
        905,
        42,
        11,
    ),
    Account(
        "2244410115",
        "newsdesk_demo",
        "Newsdesk Demo",
        "Headlines that never happened, on time.",
        "2013-12-14T04:35:55.000Z",
        "Everywhere",
        followers=1544,
        following=310,
        listed=29,
    ),
    Account(
        "3108351019",
        "quiet_corner",
        "Quiet Corner",
        "Protected on purpose.",
        "2015-03-24T09:02:01.000Z",
        followers=12,
        following=9,
        is_protected=True,
    ),
    Account(
        "2244999021",
        "PracticeDevs",
        "Practice Developers",
        "News for people who build on a platform that exists only on this computer.",
        "2013-12-14T05:10:00.000Z",
        "127.0.0.1",
        "https://developers.example",
        52100,
        7,
        620,
        is_verified=True,
    ),
    Account(
        "1100200301",
        "ada_builds",
        "Ada Oyelaran",
        "Compilers, ceramics, corgis.",
        "2019-02-26T11:15:09.000Z",
        "Lagos",
        "https://ada.example",
        2310,
        402,
        19,
    ),
    Account(
        "1100200417",
        "jonas_b",
        "Jonas Bergström",
        "I maintain more than I write.",
        "2019-02-26T12:41:50.000Z",
        "Umeå",
        followers=774,
        following=221,
        listed=6,
    ),
    Account(
        "1280044017",
        "mei_graphs",
        "Mei Tanaka",
        "Charts about buses.",
        "2020-07-06T07:27:31.000Z",
        "Sendai",
        "https://mei.example",
        3902,
        511,
        48,
    ),
    Account(
        "1280051213",
        "rosa_writes",
        "Rosa Ibáñez",
        "Technical writer. Commas are load-bearing.",
        "2020-07-06T07:55:40.000Z",
        "Valencia",
        followers=1180,
        following=640,
        listed=14,
    ),
    Account(
        "1390077706",
        "byte_bakery",
        "Byte Bakery",
        "Bread and small utilities.",
        "2021-05-05T22:00:00.000Z",
        "Ghent",
        "https://bakery.example",
        689,
        95,
        4,
    ),
    Account(
        "1390081555",
        "cloudwatcher",
        "Idris Hall",
        "On call for the weather.",
        "2021-05-05T22:21:13.000Z",
        "Cardiff",
        followers=431,
        following=388,
        listed=2,
    ),
    Account(
        "1510099128",
        "testing_tess",
        "Tess Novák",
        "If it has no test, it has an opinion.",
        "2022-04-02T03:33:03.000Z",
        "Brno",
        followers=2077,
        following=150,
        listed=21,
    ),
)
SIGNED_IN_ACCOUNTS: Final = ACCOUNTS[:4]  # those that the consent page offers
OWNER_ID: Final = ACCOUNTS[0].id
BY_ID: Final = {account.id: account for account in ACCOUNTS}
BY_USERNAME: Final = {account.username.lower(): account for account in ACCOUNTS}
