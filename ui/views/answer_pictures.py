"""The pictures of cards: which are in sight, how each looks now, and the line that offers them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QVBoxLayout, QWidget

from core.card_model import MediaNote, PostCard, UserCard
from ui.theme import theme
from ui.views.answer_card_words import DOT, media_words
from ui.widgets import Button, ElidedLabel
from ui.widgets.picture_tile import Picture, PictureLook

AnyCard: TypeAlias = PostCard | UserCard
_LOOK_MS: Final = 60


def pictures_of(card: PostCard) -> list[Picture]:
    """Return the attachments of a Post as frames for them."""
    return [_picture(media) for media in card.media]


def _picture(media: MediaNote) -> Picture:
    kind, size = media_words(media)
    is_still = media.kind in {"video", "animated_gif"}
    words = (
        ""
        if media.picture
        else _tr("No address in the answer: add url and preview_image_url to media.fields.")
    )
    badge = DOT.join(filter(None, (kind, size))) if is_still else ""
    shape = (media.width, media.height)
    return Picture(media.picture, kind, size, media.alt_text, badge, *shape, words)


def addresses_of(card: AnyCard) -> Iterator[str]:
    """Yield the addresses of a card's pictures, the attachments first."""
    if isinstance(card, PostCard):
        yield from (media.picture for media in card.media if media.picture)
    if card.portrait:
        yield card.portrait


class CardPictures(QObject):
    """Keeps how each picture looks, and tells which ones are in sight.

    Attributes:
        shown: whether there are frames for pictures at all.
        looks: by address.

    Signals:
        seen: arg is a tuple of the addresses in sight, from top to bottom.
    """

    seen = Signal(tuple)

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.shown = False
        self.looks: dict[str, PictureLook] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._tell)

    def show(self, *, shown: bool) -> None:
        """Begin or end to show pictures; none is kept either way."""
        self.shown = shown
        self.looks.clear()
        self.look_soon()

    def look_soon(self) -> None:
        """Tell in a moment what is in sight then."""
        if self.shown and not self._timer.isActive():
            self._timer.start()

    def take(self, address: str, look: PictureLook | None) -> None:
        """Let a picture look so; None forgets it."""
        if look is None:
            self.looks.pop(address, None)
        else:
            self.looks[address] = look
        self._view.viewport().update()

    def failed(self, card: AnyCard) -> list[str]:
        """Return the pictures of a card that can be tried again."""
        return [name for name in addresses_of(card) if self._can_retry(name)]

    def spoken(self, card: AnyCard) -> str:
        """Return what is to be said of a card's pictures that are not there, "" for nothing."""
        looks = [self.looks.get(address) for address in dict.fromkeys(addresses_of(card))]
        words = dict.fromkeys(look.words for look in looks if look is not None and look.words)
        return "\n".join(_tr("Picture: {words}").format(words=each) for each in words)

    def rows_in_sight(self) -> Iterable[int]:
        """Return the rows of which at least a part is in sight."""
        view = self._view
        first = view.indexAt(QPoint(1, 1))
        if not first.isValid() or not view.isVisible():
            return ()
        last = first.row()
        model, height = view.model(), view.viewport().height()
        while last + 1 < model.rowCount():
            if view.visualRect(model.index(last + 1, 0)).top() >= height:
                break
            last += 1
        return range(first.row(), last + 1)

    def _can_retry(self, address: str) -> bool:
        look = self.looks.get(address)
        return look is not None and look.can_retry

    def _tell(self) -> None:
        if self.shown:
            cards = (self._card(row) for row in self.rows_in_sight())
            found = (address for card in cards for address in addresses_of(card))
            self.seen.emit(tuple(dict.fromkeys(found)))

    def _card(self, row: int) -> AnyCard:
        card = self._view.model().index(row, 0).data(Qt.ItemDataRole.UserRole)
        assert isinstance(card, PostCard | UserCard)
        return card


@dataclass(frozen=True, slots=True)
class MediaState:
    """What the line above the cards says.

    Attributes:
        text: whether pictures are fetched, and what fetching tells; "" hides the line.
        button: what can be done about it.
        shown: whether the cards have frames for pictures.
    """

    text: str = ""
    button: str = ""
    shown: bool = False


class MediaLine(QFrame):
    """Shows a MediaState.

    Signals:
        toggled: pictures are wanted, or not any more.
    """

    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ElidedLabel("", "small")
        self.button = Button("", "link")
        self.button.clicked.connect(self.toggled)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 7, 20, 7)
        line.setSpacing(12)
        line.addWidget(self._text, 1)
        line.addWidget(self.button)
        self.hide()

    def render_media(self, state: MediaState) -> None:
        """Show `state`, or vanish when there is nothing to say."""
        self.setVisible(bool(state.text))
        self._text.setText(state.text)
        self.button.relabel(state.button)
        self.button.setAccessibleDescription(state.text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a hairline below."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme().colour("line"))
        painter.end()


class CardsPage(QWidget):
    """The line about pictures above the cards.

    Attributes:
        line: the line.
    """

    def __init__(self, cards: QWidget) -> None:
        super().__init__()
        self.line = MediaLine()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.line)
        column.addWidget(cards, 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("cards", text)
