"""The scope planner's choice: which scopes are ticked, which preset that is."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from core.catalogue import Operation, catalogue
from core.scopes import ALL_SCOPES, DEFAULT_SCOPES, PRESETS, Risk, least_scopes
from ui.views.sign_in_operations import OperationPick, OperationsDialog
from ui.views.sign_in_scopes import PresetState, ScopeState

_RISKS = {
    Risk.READS: (QCoreApplication.translate("scopes", "low"), "ok"),
    Risk.PRIVATE: (QCoreApplication.translate("scopes", "private"), "warn"),
    Risk.LASTING: (QCoreApplication.translate("scopes", "medium"), "warn"),
    Risk.WRITES: (QCoreApplication.translate("scopes", "high"), "bad"),
}
OPERATIONS: Final = "operations"
_FIRST_GROUPS: Final = ("Posts", "Users")
# With these Keypane can ask X whose token it is.
_WHOSE: Final = frozenset({"tweet.read", "users.read"})
# The scopes that nearly everyone wants come first; the rest keeps the order of X's table.
_FIRST = ("tweet.read", "users.read", "offline.access", "tweet.write", "dm.read")


class ScopeChoice:
    """Which scopes the person wants."""

    def __init__(self, chosen: tuple[str, ...] = DEFAULT_SCOPES) -> None:
        self.chosen = set(chosen)
        self.operations: tuple[str, ...] = ()

    def toggle(self, scope: str, wanted: bool) -> None:
        """Want a scope, or not any more."""
        if wanted:
            self.chosen.add(scope)
        else:
            self.chosen.discard(scope)

    def preset(self, key: str) -> None:
        """Start from a preset."""
        self.chosen = set(PRESETS[key])

    def plan(self, operations: Iterable[str]) -> None:
        """Want the fewest scopes that allow these operations."""
        self.operations = tuple(operations)
        self.chosen = set(planned(self.operations))

    def scopes(self) -> tuple[str, ...]:
        """Return the chosen scopes in the order of X's table."""
        return tuple(scope.name for scope in ALL_SCOPES if scope.name in self.chosen)

    def states(self) -> tuple[ScopeState, ...]:
        """Return a row for each scope, the common ones first."""
        rank = {name: place for place, name in enumerate(_FIRST)}
        ordered = sorted(ALL_SCOPES, key=lambda scope: rank.get(scope.name, len(rank)))
        return tuple(
            ScopeState(
                scope.name,
                QCoreApplication.translate("scopes", scope.title),
                _sentence(scope.meaning, scope.note),
                *_RISKS[scope.risk],
                scope.name in self.chosen,
            )
            for scope in ordered
        )

    def presets(self) -> tuple[PresetState, ...]:
        """Return the presets; the one that equals the choice is marked."""
        is_planned = bool(self.operations) and set(planned(self.operations)) == self.chosen
        label = QCoreApplication.translate("scopes", "The operations I call…")
        return (
            *(
                PresetState(key, _preset_label(key), set(scopes) == self.chosen and not is_planned)
                for key, scopes in PRESETS.items()
            ),
            PresetState(OPERATIONS, label, is_planned),
        )


def planned(operations: Iterable[str]) -> tuple[str, ...]:
    """Return the fewest scopes that allow the operations of these ids, and staying signed in."""
    found = (catalogue().by_id(each) for each in operations)
    return least_scopes(operation.scopes for operation in found if operation is not None)


def operation_picks(chosen: Iterable[str]) -> tuple[OperationPick, ...]:
    """Return the operations that take a user's token, Posts and Users first."""
    ticked = set(chosen)
    rank = {tag: place for place, tag in enumerate(_FIRST_GROUPS)}

    def place(operation: Operation) -> tuple[int, str]:
        return rank.get(operation.tag, len(rank)), operation.tag

    return tuple(
        OperationPick(
            each.operation_id,
            each.tag,
            each.title,
            f"{each.method} {each.path}",
            each.operation_id in ticked,
        )
        for each in sorted(catalogue().operations, key=place)
        if each.scopes
    )


def ask_operations(choice: ScopeChoice, parent: QWidget, then: Callable[[], None]) -> None:
    """Ask which operations are meant; take their least scopes, then call `then`."""
    dialog = OperationsDialog(operation_picks(choice.operations), parent)

    def show(operations: tuple[str, ...]) -> None:
        scopes = planned(operations) if operations else ()
        dialog.render_scopes(scopes, _doubt(scopes))

    def take(operations: tuple[str, ...]) -> None:
        choice.plan(operations)
        then()

    dialog.changed.connect(show)
    dialog.chosen.connect(take)
    show(dialog.checked())
    dialog.open()


def _doubt(scopes: tuple[str, ...]) -> str:
    if not scopes or set(scopes) >= _WHOSE:
        return ""
    return QCoreApplication.translate(
        "scopes",
        "Without tweet.read and users.read Keypane cannot ask X which account signed in.",
    )


def _sentence(meaning: str, note: str) -> str:
    translated = QCoreApplication.translate("scopes", meaning)
    if not note:
        return translated
    return f"{translated} · {QCoreApplication.translate('scopes', note)}"


def _preset_label(key: str) -> str:
    """Return the few words of a preset's button."""
    labels = {
        "Read Posts and users": QCoreApplication.translate("scopes", "Read only"),
        "Read and write Posts": QCoreApplication.translate("scopes", "Bot that posts"),
    }
    return labels.get(key, QCoreApplication.translate("scopes", key))
