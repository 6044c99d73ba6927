"""Pictures of an answer: fetched only where a person allowed it, and only what is in sight."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QPixmap

from core.card_model import CardsState
from core.media import Trouble
from core.media_hosts import has_media, media_source
from ui.presenters.media_words import (
    MEDIA_SETTING,
    offer_words,
    shown_words,
    toggle_words,
    trouble_words,
    waiting_words,
)
from ui.presenters.picture_decoding import decoded
from ui.views.answer_pictures import MediaState
from ui.widgets.picture_tile import PictureLook

if TYPE_CHECKING:
    from core.environment import Environment
    from core.ports import CancelToken
    from ui.desk import Desk
    from ui.jobs import Job
    from ui.views.answer import AnswerView

AT_ONCE: Final = 3
MOST_BYTES: Final = 48 << 20


class AnswerMedia(QObject):
    """Fetches the pictures of the answer that is shown; forgets them with it.

    They live in memory only, at most 48 MiB beside those in sight: the ones that were out of
    sight longest go first, and are fetched again when they are looked at again.
    """

    def __init__(self, desk: Desk, answer: AnswerView) -> None:
        super().__init__(answer)
        self._desk = desk
        self._view = answer
        self._cards = CardsState()
        self._environment: Environment | None = None
        self._always = False
        self._choice: bool | None = None  # the person's, for this answer
        self._queue: list[str] = []
        self._jobs: dict[str, Job] = {}
        self._sizes: OrderedDict[str, int] = OrderedDict()  # bytes by address, oldest look first
        self._failed: set[str] = set()
        self._in_sight: frozenset[str] = frozenset()
        answer.media_toggled.connect(self._toggle)
        answer.cards.pictures_seen.connect(self._see)
        answer.cards.picture_wanted.connect(self._try_again)
        answer.destroyed.connect(partial(_stop, self._jobs))  # a lock, or the end
        desk.snapshot_changed.connect(self._read_setting)
        self._read_setting()

    def follow(self, environment: Environment, cards: CardsState) -> None:
        """Belong to this answer from now on; another one is a matter of its own."""
        if cards is self._cards and environment == self._environment:
            return
        self._forget()
        self._cards, self._environment, self._choice = cards, environment, None
        self._render()

    @property
    def is_allowed(self) -> bool:
        """Whether pictures of this answer are fetched."""
        return self._always if self._choice is None else self._choice

    def _toggle(self) -> None:
        self._choice = not self.is_allowed
        self._forget()
        self._render()

    def _render(self) -> None:
        environment = self._environment
        if environment is None or not self._cards.has_pictures or not has_media(environment):
            self._view.render_media(MediaState())
            return
        shown = self.is_allowed
        words = shown_words(environment.kind) if shown else offer_words(environment.kind)
        self._view.render_media(MediaState(words, toggle_words(shown=shown), shown))

    def _forget(self) -> None:
        """Stop what is under way, and let go of every picture."""
        self._queue.clear()
        shown = (*self._sizes, *self._failed, *self._jobs)
        _stop(self._jobs)
        for address in shown:
            self._view.cards.show_picture(address, None)
        self._sizes.clear()
        self._failed.clear()

    # --- fetching ----------------------------------------------------------------------------

    def _see(self, addresses: tuple[str, ...]) -> None:
        """Fetch what is in sight; what waited and went out of sight waits no more."""
        if not self.is_allowed:
            return
        self._in_sight = frozenset(addresses)
        for address in addresses:
            if address in self._sizes:
                self._sizes.move_to_end(address)
        known = {*self._sizes, *self._failed, *self._jobs}
        self._queue = [address for address in addresses if address not in known]
        self._go_on()

    def _try_again(self, address: str) -> None:
        if address in self._failed:
            self._failed.discard(address)
            self._queue.insert(0, address)
            self._go_on()

    def _go_on(self) -> None:
        while self._queue and len(self._jobs) < AT_ONCE:
            self._fetch(self._queue.pop(0))

    def _fetch(self, address: str) -> None:
        environment = self._environment
        source = media_source(environment, address) if environment is not None else None
        if source is None:
            self._fail(address, Trouble.FOREIGN)
            return
        media = self._desk.world.media

        def work(cancel: CancelToken) -> QImage | Trouble:
            return decoded(media.fetch(source, cancel))

        job = self._jobs[address] = self._desk.submit(work)
        self._view.cards.show_picture(address, PictureLook(words=waiting_words()))
        job.succeeded.connect(partial(self._came, address, job))
        job.failed.connect(partial(self._broke, address, job))

    def _came(self, address: str, job: Job, outcome: object) -> None:
        if self._jobs.get(address) is not job:
            return  # the answer has changed, or pictures are not wanted any more
        del self._jobs[address]
        if isinstance(outcome, QImage):
            self._sizes[address] = outcome.sizeInBytes()
            self._view.cards.show_picture(address, PictureLook(QPixmap.fromImage(outcome)))
            self._make_room()
        elif isinstance(outcome, Trouble):
            self._fail(address, outcome)
        self._go_on()

    def _broke(self, address: str, job: Job, _bug: object) -> None:
        self._came(address, job, Trouble.BROKEN)

    def _fail(self, address: str, trouble: Trouble) -> None:
        self._failed.add(address)
        words, can_retry = trouble_words(trouble)
        self._view.cards.show_picture(address, PictureLook(words=words, can_retry=can_retry))

    def _make_room(self) -> None:
        """Let go of what was out of sight longest; what is in sight would be fetched again."""
        whole = sum(self._sizes.values())
        for address in [name for name in self._sizes if name not in self._in_sight]:
            if whole <= MOST_BYTES:
                return
            whole -= self._sizes.pop(address)
            self._view.cards.show_picture(address, None)

    # --- the setting -------------------------------------------------------------------------

    def _read_setting(self) -> None:
        vault = self._desk.world.vault
        job = self._desk.submit(lambda _cancel: vault.setting(MEDIA_SETTING, "") == "yes")
        job.succeeded.connect(self._take_setting)

    def _take_setting(self, always: object) -> None:
        before, self._always = self.is_allowed, always is True
        if before is not self.is_allowed:
            self._forget()
            self._render()


def _stop(jobs: dict[str, Job], _gone: object = None) -> None:
    """Cancel the jobs; what they bring is nobody's any more."""
    cancelled = list(jobs.values())
    jobs.clear()
    for job in cancelled:
        job.cancel()
