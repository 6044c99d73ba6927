"""Welcome: what an empty vault shows. Four doors, and the promise that nothing leaves."""

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import icon, theme
from ui.widgets import Banner, Button, Label, NoticeState, PageView


class _Door(Button):
    """A large button with an icon, a title and a sentence."""

    def __init__(self, title: str, text: str, icon_name: str) -> None:
        super().__init__("", "door", name=title)
        self.setAccessibleDescription(text)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self._name = icon_name
        self._picture = QLabel()
        self._draw()
        theme().changed.connect(self._draw)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, "heading"))
        self._text = Label(text, "small", wraps=True)
        words.addWidget(self._text)
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 16, 16, 16)
        line.setSpacing(12)
        line.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Ask for room for two lines below the title."""
        return QSize(theme().px(320), theme().px(88))

    def minimumSizeHint(self) -> QSize:
        """Need the same height and less width."""
        return QSize(theme().px(240), theme().px(88))

    def _draw(self) -> None:
        size = theme().px(20)
        self._picture.setPixmap(icon(self._name, "accent", 20).pixmap(QSize(size, size)))


class WelcomeView(PageView):
    """The four doors. It has one state.

    Signals:
        have_keys_wanted, no_app_wanted, import_wanted, sandbox_wanted: the doors.
        notice_action_wanted: the button of a notice; arg is its key.
    """

    have_keys_wanted = Signal()
    no_app_wanted = Signal()
    import_wanted = Signal()
    sandbox_wanted = Signal()
    notice_action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        page = self.page
        page.column.addSpacing(theme().px(72))
        page.column.addWidget(Label(self.tr("Welcome to Keypane"), "title"))
        words = self.tr("Keys, tokens and sign-ins of your X Apps, in one place. How do you start?")
        page.column.addWidget(Label(words, "dim", wraps=True))
        self._notice = Banner()
        self._notice.action_wanted.connect(self.notice_action_wanted)
        page.column.addWidget(self._notice)
        grid = QGridLayout()
        grid.setSpacing(16)
        for place, (door, wanted) in enumerate(self._doors()):
            door.clicked.connect(wanted)
            grid.addWidget(door, place // 2, place % 2)
        page.column.addLayout(grid)
        promise = self.tr("Everything stays on this computer. No account.")
        page.column.addWidget(Label(promise, "small"))

    def show_notice(self, notice: NoticeState | None) -> None:
        """Show a notice above the doors, or none."""
        self._notice.render_state(notice)

    def _doors(self) -> tuple[tuple[_Door, SignalInstance], ...]:
        have_keys = _Door(
            self.tr("I have keys"),
            self.tr("Paste them from X's console. Keypane names each value and checks it."),
            "key",
        )
        no_app = _Door(
            self.tr("I have no App yet"),
            self.tr("Keypane opens X's console and walks beside you, step by step."),
            "plus",
        )
        imports = _Door(
            self.tr("Import"),
            self.tr(
                "From .env, xurl, twurl, Postman or JSON. You see what it adds before it is kept."
            ),
            "import",
        )
        sandbox = _Door(
            self.tr("Try the sandbox"),
            self.tr("A pretend X on this computer. Free, offline, no keys needed."),
            "sandbox",
        )
        return (
            (have_keys, self.have_keys_wanted),
            (no_app, self.no_app_wanted),
            (imports, self.import_wanted),
            (sandbox, self.sandbox_wanted),
        )
