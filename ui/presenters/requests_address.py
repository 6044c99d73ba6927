"""The address line of Requests: as it will be sent, or as it is being typed."""

from core.catalogue import catalogue
from core.request_draft import Draft


class AddressLine:
    """Keeps what is typed until it is finished, so that no keystroke is taken back.

    Attributes:
        is_wrong: whether what is typed is no address of X's.
    """

    def __init__(self) -> None:
        self.is_wrong = False
        self._typed: str | None = None
        self._draft: Draft | None = None

    def text(self, draft: Draft, origin: str) -> str:
        """Return what stands there: the whole address of the draft, unless it is being typed."""
        if self._typed is not None and draft == self._draft:
            return self._typed
        return origin + draft.target()

    def note(self, text: str, draft: Draft, *, is_wrong: bool) -> None:
        """Take down what was typed, and the draft that it stands for."""
        self._typed, self._draft, self.is_wrong = text, draft, is_wrong

    @property
    def is_elsewhere(self) -> bool:
        """Return whether what is typed names a host that is neither the App's nor X's."""
        typed = (self._typed or "").strip().lower()
        return self.is_wrong and typed.startswith(("http:", "https:", "//"))

    def finish(self) -> None:
        """Let what was typed become the address that is sent; what is wrong stays to be mended."""
        if not self.is_wrong:
            self._typed = None

    def clear(self) -> None:
        """Forget what was typed."""
        self._typed, self._draft, self.is_wrong = None, None, False


def operation_id_at(method: str, target: str) -> str:
    """Return the id of the operation that a path means, "" for none."""
    found = catalogue().find(method, target)
    return found.operation_id if found is not None else ""
