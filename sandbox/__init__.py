"""A complete, strict X on 127.0.0.1, for practice and for tests.

`Sandbox` starts and stops it. Nothing here imports the product, and Flask is
imported only when a sandbox starts. The rooms: `server` is the face, `web` the
routes, `listener` the sockets, `delivery` what happens between the two; `apps`,
`app_only`, `authorization`, `token_endpoint`, `grants`, `oauth1` and
`three_legged` are X's sign-in; `operations` and what it names are X's API;
`faults`, `ledger` and `control` are the test bench.
"""

from sandbox.apps import ReadyApp
from sandbox.faults import BadFault, Fault
from sandbox.ledger import SeenRequest
from sandbox.server import Sandbox

__all__ = ["BadFault", "Fault", "ReadyApp", "Sandbox", "SeenRequest"]
