"""The answer area: tabs, status, partial errors, and what came in five forms."""

import json
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme
from ui.views.answer_cards import CardList
from ui.views.answer_code import AnswerCode
from ui.views.answer_headers import HeadersView
from ui.views.answer_json import JsonView
from ui.views.answer_pictures import CardsPage, MediaState
from ui.views.answer_problem import PartialLine, ProblemCard
from ui.views.answer_run import RunBar, RunState
from ui.views.answer_state import AnswerPhase, AnswerState, AnswerTab
from ui.views.answer_stream import StreamView
from ui.views.answer_timing import TimingView
from ui.views.requests_dress import inset
from ui.widgets import (
    Button,
    ElidedLabel,
    EmptyState,
    Hairline,
    Label,
    Spinner,
    Status,
    StatusChip,
    TabBar,
)

_TABS: Final = tuple(AnswerTab)
_SIDE: Final = 20
_GAP: Final = 12


class _BusyPage(QWidget):
    """A turning arc and what is waited for, in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Label("", "dim")
        self._hint = Label(self.tr("Esc cancels"), "small")
        self._spinner = Spinner()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch(1)
        line.addWidget(self._spinner)
        line.addWidget(self._text)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(line)
        column.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_words(self, text: str, *, is_turning: bool = True) -> None:
        """Say what is waited for; nothing turns while it is held."""
        self._spinner.setVisible(is_turning)
        self._text.setText(text)
        self.setAccessibleName(text)


class AnswerView(QWidget):
    """Shows an AnswerState. Which tab is open is the person's choice and stays.

    Signals:
        action_wanted: arg is the key of a problem's action.
        copy_wanted: args are a kind ("text", "id", "value", "path", "raw", "header",
            "code") and the text to copy.
        language_chosen: arg is the key of a language of the Code tab.
        link_wanted: arg is the address of a link in a Post.
        media_toggled: pictures are wanted, or not any more.
        next_page_wanted, all_pages_wanted.
        pause_wanted, resume_wanted, stop_wanted: of what is under way.
        tab_chosen: arg is an AnswerTab, as a string.
    """

    action_wanted = Signal(str)
    copy_wanted = Signal(str, str)
    language_chosen = Signal(str)
    link_wanted = Signal(str)
    media_toggled = Signal()
    next_page_wanted = Signal()
    all_pages_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    tab_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: AnswerState | None = None
        # A fallback that was shown because a tab had nothing is no choice of the person.
        self._chosen = AnswerTab.CARDS
        self._is_rendering = False
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.tabs = TabBar(self.tr("Answer"))
        self.status = StatusChip()
        self._facts = ElidedLabel("", "small")
        self._partial = PartialLine()
        self._partial_problem = ProblemCard()
        self.cards = CardList()
        self._cards_page = CardsPage(self.cards)
        self.media = self._cards_page.line
        self.json = JsonView()
        self.headers = HeadersView()
        self.timing = TimingView()
        self.code = AnswerCode()
        self._problem = ProblemCard()
        self._empty = EmptyState("")
        self._busy = _BusyPage()
        self._all = Button(self.tr("All pages…"))
        self._next = Button(self.tr("Next page"))
        self.run = RunBar()
        self.stream = StreamView()
        self._make_tabs()
        self._lay_out()
        self._connect()
        self.render_state(AnswerState())

    def render_state(self, state: AnswerState) -> None:
        """Make the area look like `state`; heavy parts only when they are other objects."""
        old, self._state = self._state, state
        self._facts.setText(state.facts)
        self._facts.setAccessibleDescription(state.facts_detail)
        self._fit_head()
        if old is None or old.banner != state.banner:
            self._partial.render_banner(state.banner)
            self._partial_problem.render_problem(None)
        self._problem.render_problem(state.problem)
        self._busy.show_words(state.busy_text)
        if old is None or old.cards is not state.cards:
            self.cards.render_cards(state.cards)
        if state.is_stream:
            if old is None or not old.is_stream:
                self.stream.lines.clear()
        elif old is None or old.document is not state.document or old.raw_text != state.raw_text:
            self.json.render_json(state.document, state.raw_text)
        self.headers.render_headers(state.headers, state.request_headers)
        self.timing.render_bars(state.timing)
        self.code.render_state(state.code)
        self._next.relabel(state.next_page or self.tr("Next page"))
        self._all.setVisible(state.can_walk)
        self._foot.setVisible(bool(state.next_page) and not self.run.isVisibleTo(self))
        self._name_cards_tab(state)
        self._show_page()

    def render_media(self, state: MediaState) -> None:
        """Offer pictures, or show them."""
        self.media.render_media(state)
        self.cards.show_pictures(shown=state.shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tabs whole: where there is little room, the facts go first."""
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        state = self._state
        if state is None:
            return
        room = self.width() - self.tabs.sizeHint().width() - 2 * _SIDE - _GAP
        kind = state.status_kind.value
        self.status.render_state(Status(state.status, kind) if state.status else None)
        number = state.status.partition(" ")[0]
        if number.isdigit() and self.status.sizeHint().width() > room:
            self.status.render_state(Status(number, kind))
        self.status.setAccessibleName(state.status)
        room -= self.status.sizeHint().width() + _GAP if state.status else 0
        has_room = self._facts.sizeHint().width() <= room
        self._facts.setVisible(bool(state.facts) and has_room)
        self.status.setToolTip("" if has_room else f"{state.status}\n{state.facts}".strip())

    def render_run(self, state: RunState | None) -> None:
        """Show how far what is under way has come; None when nothing is."""
        self.run.render_run(state)
        if state is not None and self._state is not None:
            held = state.is_paused and not self._state.is_stream
            words = self.tr("Paused. What came is kept.") if held else self._state.busy_text
            self._busy.show_words(words, is_turning=not held)
        shows_foot = state is None and self._state is not None and bool(self._state.next_page)
        self._foot.setVisible(shows_foot)

    def add_lines(self, lines: Sequence[bytes]) -> None:
        """Put lines of a stream on top of those shown."""
        self.stream.lines.add(lines)
        self._show_page()

    def _show_line(self, line: bytes) -> None:
        text = line.decode("utf-8", errors="replace")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        self.json.render_json(document, text)

    def _make_tabs(self) -> None:
        for tab, label in zip(
            _TABS,
            (
                self.tr("Posts"),
                self.tr("JSON"),
                self.tr("Headers"),
                self.tr("Timing"),
                self.tr("Code"),
            ),
            strict=True,
        ):
            self.tabs.setTabData(self.tabs.addTab(label), tab)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(_SIDE, 1, _SIDE, 0)
        head.setSpacing(_GAP)
        self.setMinimumWidth(theme().px(320))
        head.addWidget(self.tabs)
        head.addStretch(1)
        head.addWidget(self.status)
        head.addWidget(self._facts)
        self._stack = QStackedWidget()
        self._headers_page = inset(self.headers, 17)
        self._problem_page = _scrolling(self._problem)
        for page in (
            self._cards_page,
            self.json,
            self._headers_page,
            self.timing,
            self.code,
            self._problem_page,
            self.stream,
            self._empty,
            self._busy,
        ):
            self._stack.addWidget(page)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(20, 6, 20, 6)
        foot.addStretch(1)
        foot.addWidget(self._all)
        foot.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self._partial)
        column.addWidget(self._partial_problem)
        column.addWidget(self._stack, 1)
        column.addWidget(self._foot)
        column.addWidget(self.run)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._choose_tab)
        self._partial.problem_toggled.connect(self._toggle_problem)
        self._next.clicked.connect(self.next_page_wanted)
        self._all.clicked.connect(self.all_pages_wanted)
        self.run.pause_wanted.connect(self.pause_wanted)
        self.run.resume_wanted.connect(self.resume_wanted)
        self.run.stop_wanted.connect(self.stop_wanted)
        self.stream.line_chosen.connect(self._show_line)
        self.stream.copy_wanted.connect(self.copy_wanted)
        for problem in (self._problem, self._partial_problem):
            problem.action_wanted.connect(self.action_wanted)
        for part in (self.cards, self.json, self.headers, self.code):
            part.copy_wanted.connect(self.copy_wanted)
        self.cards.link_wanted.connect(self.link_wanted)
        self.media.toggled.connect(self.media_toggled)
        self.code.language_chosen.connect(self.language_chosen)

    def _choose_tab(self, place: int) -> None:
        if not self._is_rendering:
            self._chosen = _TABS[place]
            self.tab_chosen.emit(self._chosen.value)
        self._show_page()

    def _toggle_problem(self, is_open: bool) -> None:
        problem = self._state.banner.problem if self._state and self._state.banner else None
        self._partial_problem.render_problem(problem if is_open else None)

    def _name_cards_tab(self, state: AnswerState) -> None:
        is_users = bool(state.cards.users) and not state.cards.posts
        name = self.tr("Users") if is_users else self.tr("Posts")
        self.tabs.setTabText(0, self.tr("Stream") if state.is_stream else name)

    def _show_page(self) -> None:
        state = self._state
        if state is None:
            return
        tab = self._chosen
        is_done = state.phase is AnswerPhase.DONE
        has_none = is_done and state.cards.is_empty and not state.holds_nothing
        if tab is AnswerTab.CARDS and has_none and self._has(state):
            tab = AnswerTab.JSON
        self._is_rendering = True
        self.tabs.setCurrentIndex(_TABS.index(tab))
        self._is_rendering = False
        self._stack.setCurrentWidget(self._page(tab, state))

    @staticmethod
    def _has(state: AnswerState) -> bool:
        return state.document is not None or bool(state.raw_text)

    def _page(self, tab: AnswerTab, state: AnswerState) -> QWidget:
        if tab is AnswerTab.CODE:
            return self.code
        if state.is_stream and tab in {AnswerTab.CARDS, AnswerTab.JSON}:
            return self._stream_page(tab, state)
        if state.phase is AnswerPhase.BUSY:
            return self._busy
        if tab is AnswerTab.CARDS and state.phase is AnswerPhase.FAILED:
            return self._problem_page
        pages = {
            AnswerTab.CARDS: (self._cards_page, not state.cards.is_empty),
            AnswerTab.JSON: (self.json, self._has(state)),
            AnswerTab.HEADERS: (self._headers_page, bool(state.headers or state.request_headers)),
            AnswerTab.TIMING: (self.timing, bool(state.timing)),
        }
        page, has_content = pages[tab]
        if has_content:
            return page
        self._empty.render_words(*self._empty_words(state.phase))
        return self._empty

    def _stream_page(self, tab: AnswerTab, state: AnswerState) -> QWidget:
        if not self.stream.lines.rowCount():
            is_over = state.phase is AnswerPhase.FAILED
            return self._problem_page if is_over else self._busy
        if tab is AnswerTab.JSON and not self.stream.currentIndex().isValid():
            self._empty.render_words(
                self.tr("No Post chosen"), self.tr("Choose one of the stream to see its JSON.")
            )
            return self._empty
        return self.json if tab is AnswerTab.JSON else self.stream

    def _empty_words(self, phase: AnswerPhase) -> tuple[str, str]:
        if phase is AnswerPhase.EMPTY:
            return (
                self.tr("Nothing sent yet"),
                self.tr("Send shows X's answer here. Ctrl+Enter sends, Esc cancels."),
            )
        if phase is AnswerPhase.FAILED:
            return self.tr("No answer came"), self.tr("The first tab says why.")
        if self._state is not None and self._state.holds_nothing:
            return self.tr("Nothing found"), self.tr("X's answer is complete, and empty.")
        return self.tr("Nothing to show"), self.tr("The answer is complete and holds none.")


def _scrolling(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    page = QWidget()
    page.setObjectName("page")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
    column.addStretch(1)
    area.setWidget(page)
    return area
