"""Writes the shells' completions and the man page from the command line's own parsers.

    python -m scripts.make_completions

A test runs it again and finds the files as they are, so help, completions and man page
cannot differ.
"""

import sys
import tomllib
from pathlib import Path

from scripts.cli_tree import COMMON, HEAD, Command, Option, all_options, commands
from scripts.man_page import man_page

ROOT = Path(__file__).resolve().parent.parent


# --- shells ----------------------------------------------------------------------------------


def bash(found: list[Command]) -> str:
    """Return the completion for bash."""
    lines = [
        f"# bash completion for keypane; {HEAD}",
        "_keypane() {",
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}",
        '    local path="" word skip="" index words=""',
        "    for ((index = 1; index < COMP_CWORD; index++)); do",
        "        word=${COMP_WORDS[index]}",
        '        if [[ -n $skip ]]; then skip=""; continue; fi',
        '        case "$word" in',
        "            --) return ;;",
        "            --home|--vault-passphrase-fd) skip=1 ;;",
        "            -*) ;;",
        '            *) case "$path" in',
        '                "") path=$word ;;',
        f'                {_or(_groups(found))}) path="$path $word" ;;',
        "            esac ;;",
        "        esac",
        "    done",
        '    case "$path:$previous" in',
    ]
    for command in found:
        lines += [
            f'        "{command.path}:{option.name}") words="{" ".join(option.choices)}" ;;'
            for option in command.options
            if option.choices
        ]
    lines += [
        '        *:--home) COMPREPLY=($(compgen -d -- "$current")); return ;;',
        "        *:--output|*:--environment) return ;;",
        "    esac",
        '    if [[ -z $words ]]; then case "$path" in',
        f'        "") words="{" ".join(_names(found))} --sandbox {_common()}" ;;',
    ]
    for command in found:
        options = " ".join(option.name for option in all_options(command))
        actions = " ".join(command.actions)
        lines.append(f'        "{command.path}") words="{f"{actions} {options}".strip()}" ;;')
    lines += [
        "    esac; fi",
        '    COMPREPLY=($(compgen -W "$words" -- "$current"))',
        "}",
        "complete -o default -F _keypane keypane keypane-cli",
    ]
    return "\n".join(lines) + "\n"


def zsh(found: list[Command]) -> str:
    """Return the completion for zsh."""
    lines = [
        "#compdef keypane keypane-cli",
        f"# {HEAD}",
        'local path_=""; local -a found; local index word previous=${words[CURRENT-1]} skip=""',
        "for ((index = 2; index < CURRENT; index++)); do",
        "    word=${words[index]}",
        '    if [[ -n $skip ]]; then skip=""; continue; fi',
        '    case "$word" in',
        "        --) _normal; return ;;",
        "        --home|--vault-passphrase-fd) skip=1 ;;",
        "        -*) ;;",
        '        *) case "$path_" in',
        '            "") path_=$word ;;',
        f'            ({_or(_groups(found))}) path_="$path_ $word" ;;',
        "        esac ;;",
        "    esac",
        "done",
        'case "$path_:$previous" in',
    ]
    for command in found:
        lines += [
            f'    ("{command.path}:{option.name}") compadd {" ".join(option.choices)}; return ;;'
            for option in command.options
            if option.choices
        ]
    lines += ["    (*:--home) _files -/; return ;;", "    (*:--output) _files; return ;;", "esac"]
    lines += ['case "$path_" in', '    "") found=(']
    lines += [f"        {_zsh_word(c.path, c.summary)}" for c in found if " " not in c.path]
    lines += [f"        {_zsh_word(name, text)}" for name, _, text in COMMON]
    lines.append("    ) ;;")
    by_path = {command.path: command for command in found}
    for command in found:
        lines.append(f'    ("{command.path}") found=(')
        for action in command.actions:
            summary = by_path[f"{command.path} {action}"].summary
            lines.append(f"        {_zsh_word(action, summary)}")
        lines += [f"        {_zsh_word(o.name, o.help)}" for o in all_options(command)]
        lines.append("    ) ;;")
    lines += ["esac", "_describe keypane found || _files"]
    return "\n".join(lines) + "\n"


def fish(found: list[Command]) -> str:
    """Return the completion for fish."""
    lines = [f"# fish completion for keypane; {HEAD}"]
    by_path = {command.path: command for command in found}
    for program in ("keypane", "keypane-cli"):
        for name, value, text in COMMON:
            flag = " -r" if value else ""
            lines.append(f"complete -c {program} -l {name[2:]}{flag} -d {_quoted(text)}")
        for command in found:
            if " " not in command.path:
                lines.append(
                    f"complete -c {program} -f -n __fish_use_subcommand -a {command.path} "
                    f"-d {_quoted(command.summary)}"
                )
            head, _, action = command.path.partition(" ")
            seen = f"__fish_seen_subcommand_from {head}"
            if action:
                seen += f"; and __fish_seen_subcommand_from {action}"
            if command.actions:
                inside = f"{seen}; and not __fish_seen_subcommand_from {' '.join(command.actions)}"
                lines += [
                    f"complete -c {program} -f -n {_quoted(inside)} -a {each} "
                    f"-d {_quoted(by_path[f'{command.path} {each}'].summary)}"
                    for each in command.actions
                ]
            lines += [
                f"complete -c {program} -n {_quoted(seen)} {_fish_option(option)}"
                for option in command.options
            ]
    return "\n".join(lines) + "\n"


def powershell(found: list[Command]) -> str:
    """Return the completion for PowerShell."""
    lines = [f"# PowerShell completion for keypane; {HEAD}", "$keypaneWords = @{"]
    top = " ".join([*_names(found), "--sandbox", _common()])
    lines.append(f"    '' = '{top}'")
    for command in found:
        words = [*command.actions, *(option.name for option in all_options(command))]
        lines.append(f"    '{command.path}' = '{' '.join(words)}'")
    lines += ["}", "$keypaneChoices = @{"]
    lines += [
        f"    '{command.path}:{option.name}' = '{' '.join(option.choices)}'"
        for command in found
        for option in command.options
        if option.choices
    ]
    groups = ", ".join(f"'{name}'" for name in _groups(found))
    lines += [
        "}",
        "Register-ArgumentCompleter -Native -CommandName keypane, keypane-cli -ScriptBlock {",
        "    param($wordToComplete, $commandAst, $cursorPosition)",
        "    $path = ''; $skip = $false; $previous = ''",
        "    $given = @($commandAst.CommandElements | Select-Object -Skip 1)",
        '    $given = @($given | ForEach-Object { "$_" })',
        "    if ($wordToComplete -and $given.Count) {",
        "        $given = @($given | Select-Object -SkipLast 1)",
        "    }",
        "    foreach ($word in $given) {",
        "        $previous = $word",
        "        if ($word -eq '--') { return }",
        "        if ($skip) { $skip = $false; continue }",
        "        if ($word -in '--home', '--vault-passphrase-fd') { $skip = $true; continue }",
        "        if ($word.StartsWith('-')) { continue }",
        "        if ($path -eq '') { $path = $word }",
        f'        elseif ($path -in {groups}) {{ $path = "$path $word" }}',
        "    }",
        '    $words = $keypaneChoices["${path}:$previous"]',
        "    if (-not $words) { $words = $keypaneWords[$path] }",
        """    $found = "$words".Split(' ') | Where-Object { $_ -like "$wordToComplete*" }""",
        "    $found | ForEach-Object {",
        "        $kind = 'ParameterValue'",
        "        [System.Management.Automation.CompletionResult]::new($_, $_, $kind, $_)",
        "    }",
        "}",
    ]
    return "\n".join(lines) + "\n"


# --- small things ----------------------------------------------------------------------------


def _names(found: list[Command]) -> list[str]:
    return [command.path for command in found if " " not in command.path]


def _groups(found: list[Command]) -> list[str]:
    return [command.path for command in found if command.actions]


def _or(names: list[str]) -> str:
    return "|".join(names)


def _common() -> str:
    return " ".join(name for name, _, _ in COMMON)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _zsh_word(name: str, text: str) -> str:
    described = f"{name}:{text}" if text else name
    return "'" + described.replace("'", "'\\''") + "'"


def _fish_option(option: Option) -> str:
    dashes, name = (
        ("l", option.name[2:]) if option.name.startswith("--") else ("s", option.name[1:])
    )
    parts = [f"-{dashes} {name}"]
    if option.choices:
        parts.append(f"-x -a {_quoted(' '.join(option.choices))}")
    elif option.value:
        parts.append("-r")
    return " ".join([*parts, f"-d {_quoted(option.help)}"])


def files() -> dict[Path, str]:
    """Return every file that is made, and what belongs into it."""
    found = commands()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    here = ROOT / "resources" / "completions"
    return {
        here / "keypane.bash": bash(found),
        here / "_keypane": zsh(found),
        here / "keypane.fish": fish(found),
        here / "keypane.ps1": powershell(found),
        ROOT / "docs" / "man" / "keypane.1": man_page(found, str(project["version"])),
    }


def main() -> int:
    """Write the files; say which."""
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
