"""Runs a program, and sends what it says to X through requests to the sandbox instead.

tweepy has X's hosts written into it. Its signature is made for the address that it sends to,
so the address changes before anything is signed. The client itself is untouched.
"""

import os
import runpy
import sys

import requests

_HOSTS = ("https://api.x.com", "https://api.twitter.com")
_send = requests.Session.request


def _request(session, method, url, **how):  # type: ignore[no-untyped-def]
    for host in _HOSTS:
        url = url.replace(host, os.environ["KEYPANE_TEST_ORIGIN"], 1)
    return _send(session, method, url, **how)


setattr(requests.Session, "request", _request)  # noqa: B010 - else mypy wants its types
runpy.run_path(sys.argv[1], run_name="__main__")
