"""`keypane sign-in`: the authorization code flow, in a browser or with a pasted address."""

import argparse
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

from cli.browser_opener import may_open, open_page
from cli.command_run import CommandRun
from cli.outcome import DONE
from cli.parsing import Parser, command
from cli.progress import X
from cli.shapes import user_facts, user_text
from core.abandoned import STOPPED, TIME_UP, write_down
from core.authorization import ATTEMPT_SECONDS, AuthorizationAttempt
from core.errors import BadInput, NoRedirect, StateMismatch
from core.model import App, UserToken
from core.page_window import BROWSER, REDIRECT
from core.ports import Listener
from core.scopes import DEFAULT_SCOPES, check_scopes, parse_scopes

_LONGEST_LINE = 1 << 14


def parser_of(name: str) -> Parser:
    """Return the parser of `sign-in`."""
    parser = command(
        name,
        "Sign a user in to an App. With --browser system, your browser opens and comes back "
        "by itself; with --browser embedded, X's page is shown in a window of Keypane; with "
        "--browser paste, open the printed address in any browser, and paste the address that "
        "it ends at.",
        _sign_in,
        "sign-in 'My App'",
        "sign-in 'My App' --browser embedded",
        "sign-in 'My App' --browser paste",
        "sign-in 'My App' --scopes 'tweet.read users.read offline.access' --browser paste",
    )
    parser.add_argument("app", metavar="APP", help="the App's name")
    parser.add_argument(
        "--scopes",
        default=" ".join(DEFAULT_SCOPES),
        metavar='"…"',
        help="what to ask for, separated by spaces (default: %(default)s)",
    )
    parser.add_argument(
        "--browser",
        choices=("system", "embedded", "paste"),
        default="system",
        help="where the person consents",
    )
    return parser


def _sign_in(run: CommandRun, arguments: argparse.Namespace) -> int:
    run.operation = "exchange"
    app = run.app(arguments.app)
    run.vault().preflight()  # a code lives for 30 seconds: what it brings must be storable now
    scopes = parse_scopes(arguments.scopes)
    for warning in check_scopes(scopes):
        run.say(f"Warning: {warning}")
    way = {"paste": _by_paste, "embedded": _by_window}.get(arguments.browser, _by_browser)
    token = way(run, app, scopes)
    now = run.world.clock.now()
    run.answer({"user": user_facts(token, now)}, f"Signed in: {user_text(token, now)}")
    return DONE


def _by_paste(run: CommandRun, app: App, scopes: tuple[str, ...]) -> UserToken:
    attempt = run.world.sign_in.begin(app, scopes)
    with _written_down(run, attempt):
        _show(run, attempt)
        return _paste(run, attempt)


def _paste(run: CommandRun, attempt: AuthorizationAttempt) -> UserToken:
    _note(run, attempt, "paste_offered")
    run.say("Open this address in a browser, then paste the address that the browser ends at.")
    return _complete(run, attempt)


def _by_window(run: CommandRun, app: App, scopes: tuple[str, ...]) -> UserToken:
    """Show X's page in a window process; the person may go on in their own browser."""
    from cli.page_window import check_display, page_wanted, show_page

    check_display()
    attempt = run.world.sign_in.begin(app, scopes)
    with _written_down(run, attempt):
        _show(run, attempt)
        run.say("A window shows X's page. Authorize the App there; closing the window stops.")
        _note(run, attempt, "opened_here")
        ended = show_page(page_wanted(run.world, attempt, app.name), run.cancel)
        if ended.outcome == BROWSER:
            with _closed(run.world.browser_sign_in.listen_for(attempt)) as listener:
                return _await(run, attempt, listener)
        if ended.outcome != REDIRECT:
            raise NoRedirect
        return _exchange(run, attempt, ended.url)


def _by_browser(run: CommandRun, app: App, scopes: tuple[str, ...]) -> UserToken:
    attempt, bound = run.world.browser_sign_in.begin(app, scopes)
    with _closed(bound) as listener, _written_down(run, attempt):
        _show(run, attempt)
        return _await(run, attempt, listener)


@contextmanager
def _written_down(run: CommandRun, attempt: AuthorizationAttempt) -> Iterator[None]:
    """Keep in Activity how the attempt ended if X never answered it."""
    try:
        yield
    except BaseException as end:
        because = TIME_UP if isinstance(end, NoRedirect) else STOPPED
        write_down(run.world.vault, run.world.clock.now(), attempt, because)
        raise


def _note(run: CommandRun, attempt: AuthorizationAttempt, what: str) -> None:
    attempt.timeline.note(run.world.clock.now(), what, attempt.authorize_url)


def _closed(listener: Listener | None) -> AbstractContextManager[Listener | None]:
    """Close it at the end; after success that is once the browser has its page."""
    return closing(listener) if listener is not None else nullcontext()


def _await(run: CommandRun, attempt: AuthorizationAttempt, listener: Listener | None) -> UserToken:
    if listener is None:
        run.say(
            f"X sends the browser back to {attempt.redirect_uri}, which is not on this computer, "
            "so Keypane cannot hear of it."
        )
        return _paste(run, attempt)
    _open(run, attempt)  # somebody listens already
    run.say(
        f"Listening at {attempt.redirect_uri} for {ATTEMPT_SECONDS // 60} minutes. "
        "Ctrl-C stops waiting."
    )
    redirected_url = listener.wait(run.cancel)
    if redirected_url is None:
        raise NoRedirect
    return _exchange(run, attempt, redirected_url)


def _open(run: CommandRun, attempt: AuthorizationAttempt) -> None:
    if may_open((run.stdin, run.stderr), os.environ) and open_page(
        attempt.authorize_url, os.environ
    ):
        _note(run, attempt, "opened_system")
        run.say("Your browser shows X's page. Authorize the App there.")
    else:
        run.say("Open this address in a browser on this computer.")


def _show(run: CommandRun, attempt: AuthorizationAttempt) -> None:
    run.answer({"authorize_url": attempt.authorize_url}, attempt.authorize_url)


def _complete(run: CommandRun, attempt: AuthorizationAttempt) -> UserToken:
    """Take lines until one is this attempt's redirect; foreign ones change nothing."""
    mismatch: StateMismatch | None = None
    while line := run.stdin.readline(_LONGEST_LINE):
        if not line.strip():
            continue
        try:
            return _exchange(run, attempt, line.strip())
        except StateMismatch as foreign:
            mismatch = foreign
            run.say("This address does not belong to this sign-in. Nothing was sent.")
    raise mismatch or BadInput("stdin", "no address came")


def _exchange(run: CommandRun, attempt: AuthorizationAttempt, url: str) -> UserToken:
    with run.progress.waiting(X):
        return run.world.sign_in.complete(attempt, url, run.cancel)
