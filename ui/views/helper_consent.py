"""The question whether a program may have a token: who asks, for what, and three answers."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets import Button, Dialog, Label


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What the question says.

    Attributes:
        app: whose token it is.
        program: the path of the program's file, "" where the system does not tell.
        process: as "process 4242 of me".
        token: as "Access Token of @acme".
        seconds: after how long no answer is a refusal.
    """

    app: str
    program: str
    process: str
    token: str
    seconds: int


class ConsentDialog(Dialog):
    """Asks once. Esc and Enter refuse: a question that comes by itself meets typing hands.

    Signals:
        answered: arg is "once", "remember" or "refuse".
    """

    answered = Signal(str)

    def __init__(self, state: ConsentState, parent: QWidget) -> None:
        title = self.tr("Give a program a token of {app}?").format(app=state.app)
        super().__init__(title, parent, width=520)
        program = state.program or self.tr("The system does not say which program it is")
        who = self.tr("{program}, {process}").format(program=program, process=state.process)
        wants = self.tr("It wants the {token}.").format(token=state.token)
        what = self.tr(
            "It gets an access token that works now, and never a Refresh Token. Remembered, this "
            "program gets every token of this App until you withdraw it in Settings."
        )
        ends = self.tr("Without an answer it is refused after {n} seconds.").format(n=state.seconds)
        path = Label(who, "mono", wraps=True)
        for part in (path, Label(wants, "strong", wraps=True), Label(what, "body", wraps=True)):
            self.column.addWidget(part)
        self.column.addWidget(Label(ends, "small", wraps=True))
        self.setAccessibleDescription(f"{who} {wants} {what} {ends}")
        refuse = Button(self.tr("Refuse"))
        once = Button(self.tr("Allow once"))
        always = Button(self.tr("Allow and remember"))
        always.setVisible(bool(state.program))
        for button, answer in ((refuse, "refuse"), (always, "remember"), (once, "once")):
            button.clicked.connect(lambda _checked=False, answer=answer: self._answer(answer))
            self.foot.addWidget(button)
        self.rejected.connect(lambda: self.answered.emit("refuse"))
        refuse.setDefault(True)
        refuse.setFocus()

    def _answer(self, answer: str) -> None:
        if answer == "refuse":
            self.reject()
            return
        self.accept()
        self.answered.emit(answer)
