"""The words of backups and copies: when, how much, and what a restore would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from core.vault.factory import Copy
from core.vault.restoring import MERGE, REPLACE, Preview
from core.vault.vault import VaultStatus
from ui.views.backup_dialogs import RestoreState, RestoreWay
from ui.views.settings_vault import CopyLine


def tr(text: str) -> str:
    """Translate words of backups."""
    return QCoreApplication.translate("backups", text)


def copy_lines(copies: Sequence[Copy], today: date) -> tuple[CopyLine, ...]:
    """Return how the copies are called and what their buttons say; no two are heard alike.

    Copies of one minute are told apart by their seconds, those of one day by their time.
    """
    minutes = Counter(f"{copy.made_at:%F %H:%M}" for copy in copies)
    clocks = [
        f"{copy.made_at.astimezone():%H:%M:%S}"
        if minutes[f"{copy.made_at:%F %H:%M}"] > 1
        else f"{copy.made_at.astimezone():%H:%M}"
        for copy in copies
    ]
    lines = [_copy_line(copy, clock, today) for copy, clock in zip(copies, clocks, strict=True)]
    lines = [
        line if is_alone or clock in line.verb else _named(line, clock)
        for line, clock, is_alone in zip(lines, clocks, _are_alone(lines), strict=True)
    ]
    return tuple(
        line if is_alone else _named(line, tr("copy {n}").format(n=number))
        for number, (line, is_alone) in enumerate(zip(lines, _are_alone(lines), strict=True), 1)
    )


def _are_alone(lines: Sequence[CopyLine]) -> list[bool]:
    heard = Counter(line.name or line.verb for line in lines)
    return [heard[line.name or line.verb] == 1 for line in lines]


def _named(line: CopyLine, mark: str) -> CopyLine:
    name = (line.name or line.verb).rstrip("…")
    return replace(line, name=tr("{verb}, {mark}").format(verb=name, mark=mark))


def _copy_line(copy: Copy, clock: str, today: date) -> CopyLine:
    made = copy.made_at.astimezone()
    days = (today - made.date()).days
    if days <= 0:
        return CopyLine(
            copy.name,
            tr("Today, {time}").format(time=clock),
            tr("Restore from {time}…").format(time=clock),
        )
    if days == 1:
        return CopyLine(
            copy.name, tr("Yesterday, {time}").format(time=clock), tr("Restore from yesterday…")
        )
    day = _day(made)
    return CopyLine(
        copy.name,
        tr("{day}, {time}").format(day=day, time=clock),
        tr("Restore from {day}…").format(day=day),
    )


def saved_words(apps: int, users: int, name: str) -> str:
    """Return what a finished backup says."""
    return tr("Backed up {much} to {name}. Without its passphrase nobody can open it.").format(
        much=_much(apps, users), name=name
    )


def preview_state(
    previews: Mapping[str, Preview], status: VaultStatus, *, is_copy: bool
) -> RestoreState:
    """Return what the preview shows; into a vault that is not open there is one way only."""
    merge, replaced = previews[MERGE], previews[REPLACE]
    apps = tuple(
        tr("{app}, {state}: {users}").format(
            app=app.name,
            state=tr("here too") if app.is_here else tr("new here"),
            users=", ".join(app.users) or tr("no users"),
        )
        for app in merge.apps
    )
    ways: tuple[RestoreWay, ...] = (
        RestoreWay(
            MERGE,
            tr("Add what is missing here"),
            tr("What is here stays. Nothing older is put over something newer."),
            _lines(merge, replaces=False),
        ),
        RestoreWay(
            REPLACE,
            tr("Make the vault as it was then"),
            tr("What was added since goes; a copy of it is kept. Newer tokens stay."),
            _lines(replaced, replaces=True),
        ),
    )
    if status.state not in {"open", "session"}:
        ways = (RestoreWay(MERGE, "", "", (*_new_vault(status), *_lines(merge, replaces=False))),)
    elif is_copy:
        ways = ways[::-1]
    return RestoreState(
        tr("Restore this copy?") if is_copy else tr("Restore this backup?"),
        tr("Made on {day} at {time}, with {much}.").format(
            day=_day(merge.made_at.astimezone()),
            time=f"{merge.made_at.astimezone():%H:%M}",
            much=_much(len(merge.apps), merge.users),
        ),
        apps,
        ways,
    )


def _new_vault(status: VaultStatus) -> tuple[str, ...]:
    lines = []
    if status.state == "locked":
        lines.append(
            tr("The vault that is here is set aside, whole, in its folder under quarantine.")
        )
    if status.key == "keyring":
        lines.append(tr("The new vault opens with the keyring."))
    else:
        lines.append(tr("The new vault opens with the passphrase of this backup."))
    return tuple(lines)


def _lines(preview: Preview, *, replaces: bool) -> tuple[str, ...]:
    lines = []
    if not preview.added and not (replaces and preview.only_here):
        lines.append(tr("Nothing would change: all of it is here."))
    if preview.newer_here:
        names = ", ".join(preview.newer_here)
        lines.append(tr("Newer here, so it stays: {names}.").format(names=names))
    if replaces and preview.only_here:
        names = ", ".join(preview.only_here)
        lines.append(tr("Leaves this vault: {names}.").format(names=names))
    if preview.uncertain:
        names = ", ".join(preview.uncertain)
        lines.append(
            tr(
                "Uncertain afterwards, since X may have replaced the token: {names}. Refresh tries "
                "once; if X says no, sign in again."
            ).format(names=names)
        )
    return tuple(lines)


def _much(apps: int, users: int) -> str:
    first = tr("1 App") if apps == 1 else tr("{n} Apps").format(n=apps)
    second = tr("1 user") if users == 1 else tr("{n} users").format(n=users)
    return tr("{apps} and {users}").format(apps=first, users=second)


def _day(moment: datetime) -> str:
    if moment.date() == datetime.now().astimezone().date():
        return tr("today")
    if moment.date() == datetime.now().astimezone().date() - timedelta(days=1):
        return tr("yesterday")
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), "d MMM yyyy")
