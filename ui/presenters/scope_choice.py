"""The scope planner's choice: which scopes are ticked, which preset that is."""

from PySide6.QtCore import QCoreApplication

from core.scopes import ALL_SCOPES, DEFAULT_SCOPES, PRESETS, Risk
from ui.views.sign_in_scopes import PresetState, ScopeState

_RISKS = {
    Risk.READS: (QCoreApplication.translate("scopes", "low"), "ok"),
    Risk.PRIVATE: (QCoreApplication.translate("scopes", "private"), "warn"),
    Risk.LASTING: (QCoreApplication.translate("scopes", "medium"), "warn"),
    Risk.WRITES: (QCoreApplication.translate("scopes", "high"), "bad"),
}
# The scopes that nearly everyone wants come first; the rest keeps the order of X's table.
_FIRST = ("tweet.read", "users.read", "offline.access", "tweet.write", "dm.read")


class ScopeChoice:
    """Which scopes the person wants."""

    def __init__(self, chosen: tuple[str, ...] = DEFAULT_SCOPES) -> None:
        self.chosen = set(chosen)

    def toggle(self, scope: str, wanted: bool) -> None:
        """Want a scope, or not any more."""
        if wanted:
            self.chosen.add(scope)
        else:
            self.chosen.discard(scope)

    def preset(self, key: str) -> None:
        """Start from a preset."""
        self.chosen = set(PRESETS[key])

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
        return tuple(
            PresetState(key, _preset_label(key), set(scopes) == self.chosen)
            for key, scopes in PRESETS.items()
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
