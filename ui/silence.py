"""What is said when a window is open already and does not answer."""

import sys
from typing import Final

NO_ANSWER: Final = 4
SENTENCE: Final = (
    "Keypane is open already with this data directory, and its window does not answer. "
    "End it in the list of running programs, then start Keypane again. What is in the vault is "
    "safe."
)
_SHOWN_MS: Final = 60_000


def tell_of_silence() -> int:
    """Say so, in a box too where nobody reads standard error; return the exit code."""
    if sys.stderr is not None:
        sys.stderr.write(f"keypane: {SENTENCE}\n")
        sys.stderr.flush()
    if sys.stderr is None or not sys.stderr.isatty():
        _show()
    return NO_ANSWER


def _show() -> None:
    from PySide6.QtCore import QCoreApplication, QTimer
    from PySide6.QtWidgets import QMessageBox

    from ui.application import make_application

    app = make_application()
    box = QMessageBox()
    box.setWindowTitle("Keypane")
    # The words as the core's are: marked here, translated where a language is loaded.
    box.setText(QCoreApplication.translate("silence", SENTENCE))
    box.finished.connect(app.quit)
    QTimer.singleShot(_SHOWN_MS, box, box.close)
    box.open()
    app.exec()
