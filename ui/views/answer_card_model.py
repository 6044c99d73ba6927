"""The cards of an answer as a model: what is spoken of each, and the card itself."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from core.card_model import CardsState
from ui.views.answer_card_words import moment_exact, spoken_card
from ui.views.answer_pictures import AnyCard, CardPictures

_Index = QModelIndex | QPersistentModelIndex


class CardModel(QAbstractListModel):
    """Posts first, then users."""

    def __init__(self, pictures: CardPictures) -> None:
        super().__init__(pictures)
        self._pictures = pictures
        self._cards: tuple[AnyCard, ...] = ()

    def set_cards(self, cards: CardsState) -> None:
        """Show these cards."""
        self.beginResetModel()
        self._cards = (*cards.posts, *cards.users)
        self.endResetModel()

    def card(self, row: int) -> AnyCard:
        """Return the card of a row."""
        return self._cards[row]

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many cards there are."""
        return 0 if parent is not None and parent.isValid() else len(self._cards)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is spoken, the exact time as a tooltip, and the card itself."""
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            missing = self._pictures.spoken(card)
            return "\n".join(filter(None, (spoken_card(card), missing)))
        if role == Qt.ItemDataRole.UserRole:
            return card
        if role == Qt.ItemDataRole.ToolTipRole and card.created_at is not None:
            return moment_exact(card.created_at)
        return None
