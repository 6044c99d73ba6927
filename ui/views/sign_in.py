"""The sign-in of a user in three steps, in the place of the pane it was started from."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.views.sign_in_consent import ConsentView
from ui.views.sign_in_scopes import ScopesView
from ui.views.sign_in_timeline import TimelineView
from ui.views.sign_in_who import WhoView
from ui.widgets import Button, Label, ScopeChips, centred, set_kind

STEPS = ("scopes", "consent", "who")


class _StepLine(QFrame):
    """Where we are: done steps with a check, the present one in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("steps")
        names = (self.tr("Scopes"), self.tr("Consent at X"), self.tr("Who will use it"))
        self._names = names
        self._labels = [Label("", "small") for _ in names]
        self.chips = ScopeChips()
        self.change = Button(self.tr("Change…"), owner=self.tr("scopes"))
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 10, 24, 10)
        line.setSpacing(20)
        for label in self._labels:
            line.addWidget(label)
        line.addStretch(1)
        line.addWidget(self.chips)
        line.addWidget(self.change)

    def show_step(self, step: int) -> None:
        for index, (label, name) in enumerate(zip(self._labels, self._names, strict=True)):
            label.setText(f"✓ {name}" if index < step else f"{index + 1}  {name}")
            set_kind(label, "step-on" if index == step else "small")
            label.setAccessibleDescription(self.tr("Present step") if index == step else "")
        self.chips.setVisible(step == 1)
        self.change.setVisible(step == 1)


class SignInView(QWidget):
    """Holds the three steps; each step's view says what was wanted.

    Attributes:
        scopes, consent, who: the views of the steps.
        timeline: what happened so far, below each of them.

    Signals:
        cancel_wanted: leave, wherever it stands.
        change_scopes_wanted: go back to step 1.
    """

    cancel_wanted = Signal()
    change_scopes_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scopes = ScopesView()
        self.consent = ConsentView()
        self.who = WhoView()
        self.timeline = TimelineView()
        self._line = _StepLine()
        self._line.change.clicked.connect(self.change_scopes_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(centred(self.scopes))
        self._stack.addWidget(self.consent)
        self._stack.addWidget(centred(self.who))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self._stack, 1)
        column.addWidget(self.timeline)
        for view in (self.scopes, self.consent, self.who):
            view.cancel_wanted.connect(self.cancel_wanted)

    def escape(self) -> None:
        """Leave with Esc, as with *Cancel*."""
        self.cancel_wanted.emit()

    def show_step(self, step: str, scopes: tuple[str, ...] = ()) -> None:
        """Show one of STEPS; `scopes` stand in the line of step 2."""
        index = STEPS.index(step)
        self._stack.setCurrentIndex(index)
        self._line.show_step(index)
        self._line.chips.set_scopes(scopes, most=4)
        self._line.chips.setVisible(index == 1 and bool(scopes))

    @property
    def step(self) -> str:
        """The step that shows."""
        return STEPS[self._stack.currentIndex()]
