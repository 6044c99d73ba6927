"""Finds the command, runs it, and turns whatever happens into an exit code."""

import json
import logging
from importlib import import_module
from typing import Final

from cli.command_run import CommandRun, Unwritable
from cli.outcome import BUG, CANCELLED, DONE, NO_ANSWER, error_facts, exit_code
from cli.parsing import HelpShown, Parser
from cli.progress import X
from core import __version__
from core.errors import BadInput, Cancelled, KeypaneError

log = logging.getLogger(__name__)

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "sandbox": ("cli.sandbox_command", "serve a fresh X for practice on this computer"),
    "app": ("cli.app_commands", "add, list, show and remove Apps"),
    "bearer": ("cli.bearer_commands", "generate, regenerate, revoke and check Bearer Tokens"),
    "sign-in": ("cli.sign_in_command", "sign a user in to an App"),
    "user": ("cli.user_commands", "list, refresh, revoke and check users' tokens"),
    "token": ("cli.token_command", "print a fresh token"),
    "exec": ("cli.exec_command", "run a program with fresh credentials"),
    "agent": ("cli.agent_command", "serve fresh tokens to your own programs"),
    "request": ("cli.request_command", "send a request to X's API"),
    "operations": ("cli.operations_command", "list what X's API can do"),
    "limits": ("cli.limits_commands", "list rate limits, published and seen"),
    "usage": ("cli.limits_commands", "show how many Posts an App has read"),
    "vault": ("cli.vault_commands", "say where the secrets are, lock them, erase everything"),
    "backup": ("cli.backup_commands", "write everything into one encrypted file"),
    "restore": ("cli.backup_commands", "bring back a backup, or a copy of an earlier day"),
    "import": ("cli.import_command", "take over credentials from other tools"),
    "export": ("cli.export_command", "write what other tools need"),
    "inspect": ("cli.inspect_command", "say what a pasted thing is"),
    "network": ("cli.network_command", "choose the proxy and whom to trust on the way to X"),
    "doctor": ("cli.doctor_command", "check the set-up, and say what to do"),
}
_UNWRITABLE: Final = (
    "keypane: The answer could not be written to standard output: {why}. What the command did "
    "stands. Make room, look at what changed, then do it again."
)
# The others wait for a person, serve, or stay on this computer.
_ASK_X: Final = frozenset({"bearer", "user", "token", "exec", "request", "usage", "doctor"})
_EXAMPLES: Final = (
    "app add 'My App' < keys.env",
    "bearer generate 'My App'",
    "request GET /2/tweets --app 'My App' -q ids=1261326399320715264",
    "sign-in 'My App' --browser paste",
)


def dispatch(run: CommandRun, arguments: list[str]) -> int:
    """Run the command that `arguments` begin with. Never raises."""
    try:
        return _ended(run, arguments)
    except BrokenPipeError:
        return CANCELLED  # whoever read the answer has enough of it
    except Unwritable as full:
        run.complain(_UNWRITABLE.format(why=full))
        return NO_ANSWER
    finally:
        run.close()


def _ended(run: CommandRun, arguments: list[str]) -> int:
    try:
        return _dispatch(run, arguments)
    except HelpShown:
        return DONE
    except (Cancelled, KeyboardInterrupt):
        run.cancel.cancel()
        return failed(run, Cancelled())
    except KeypaneError as error:
        return failed(run, error)
    except (BrokenPipeError, Unwritable):
        raise
    except Exception as bug:
        log.exception("a command died of a bug")
        return failed(run, bug)


def _dispatch(run: CommandRun, arguments: list[str]) -> int:
    Parser.output = run
    name, rest = arguments[0] if arguments else "--help", arguments[1:]
    if name == "help" and rest and rest[0] in COMMANDS:
        name, rest = rest[0], [*rest[1:], "--help"]
    if name in COMMANDS:
        module = import_module(COMMANDS[name][0])
        parser: Parser = module.parser_of(name)
        parsed = parser.parse_args(rest)
        # What streams shows by itself that it goes on.
        is_awaited = name in _ASK_X and not getattr(parsed, "stream", False)
        with run.progress.waiting(X if is_awaited else ""):
            code: int = parsed.handler(run, parsed)
        return code
    if name in {"--help", "-h", "help"}:
        _print_help(run)
        return DONE
    if name == "--version":
        run.answer({"version": __version__}, f"keypane {__version__}")
        return DONE
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise BadInput("arguments", f"there is no command {_shown(name)}{hint} (see keypane --help)")


def failed(run: CommandRun, error: BaseException) -> int:
    """Tell what went wrong, in the form that was asked for, and return the exit code."""
    code = CANCELLED if isinstance(error, Cancelled) else exit_code(error)
    facts = error_facts(error, run.operation)
    if run.options.json:
        run.write(json.dumps({"error": facts}, separators=(",", ":")) + "\n")
        if run.hint:
            run.say(run.hint)
    else:
        step = f" {facts['next_step']}" if facts["next_step"] else ""
        hint = f" {run.hint}" if run.hint and not run.options.quiet else ""
        run.complain(f"keypane: {facts['message']}{step}{hint}")
        if not run.options.quiet:
            from cli.explained import why_lines

            for line in why_lines(error, run.operation):
                run.complain(line)
        if code == BUG:
            run.complain("Please report this.")
    return code


def _print_help(run: CommandRun) -> None:
    lines = ["usage: keypane [COMMAND] …", "", "Without a command, the window opens.", ""]
    lines += ["commands:", *(f"  {name:<11}{text}" for name, (_, text) in COMMANDS.items())]
    parser = Parser(prog="keypane")
    parser.add_examples(*_EXAMPLES)
    lines += ["", parser.epilog or "", "", "keypane COMMAND --help tells more."]
    run.write("\n".join(lines) + "\n")


def _shown(name: str) -> str:
    return repr(name) if name.isprintable() and len(name) <= 20 else "of that name"
