"""The man page, made from the command line's parsers."""

from scripts.cli_tree import COMMON, HEAD, Command, Option

EXIT_CODES = (
    (0, "done"),
    (2, "wrong use or bad input"),
    (3, "X refused"),
    (4, "no answer, or an unknown outcome"),
    (5, "the vault or the keyring"),
    (6, "no usable credential: generate one or sign in"),
    (130, "cancelled"),
)


def man_page(found: list[Command], version: str) -> str:
    """Return the man page, in the macros of man(7)."""
    lines = [
        f'.\\" {HEAD}',
        f'.TH KEYPANE 1 "" "keypane {version}"',
        ".SH NAME",
        "keypane \\- looks after tokens for the X API",
        ".SH SYNOPSIS",
        ".B keypane",
        "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]",
        ".SH DESCRIPTION",
        "Without a command, the window opens. With --sandbox it opens on an X for practice.",
        ".SH OPTIONS",
        "Before or behind every command:",
    ]
    for option in (Option(*each) for each in COMMON):
        lines += _man_option(option)
    lines.append(".SH COMMANDS")
    for command in found:
        lines += [f".SS {_man(command.path)}", f".B {_man(command.usage)}", ".PP"]
        lines.append(_man(command.help))
        for option in command.options:
            lines += _man_option(option)
        if command.examples and not command.actions:
            lines += [".PP", ".nf", *(f".RS 4\n{_man(e)}\n.RE" for e in command.examples), ".fi"]
    lines.append(".SH EXIT STATUS")
    for code, meaning in EXIT_CODES:
        lines += [".TP", f".B {code}", meaning]
    lines += [
        ".SH FILES",
        "The data directory: $KEYPANE_HOME, else ~/.local/share/keypane,",
        "~/Library/Application Support/Keypane or %LOCALAPPDATA%\\eKeypane.",
    ]
    return "\n".join(lines) + "\n"


def _man_option(option: Option) -> list[str]:
    value = f" \\fI{_man(option.value)}\\fR" if option.value else ""
    choices = f" ({', '.join(option.choices)})" if option.choices else ""
    return [".TP", f"\\fB{_man(option.name)}\\fR{value}", _man(option.help + choices) or "\\&"]


def _man(text: str) -> str:
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
