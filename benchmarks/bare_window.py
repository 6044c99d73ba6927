"""The peer that cannot be beaten by much: PySide6 with one window and a list, nothing else."""

import sys

from PySide6.QtWidgets import QApplication, QListWidget, QMainWindow


def main() -> int:
    """Show the window until it is closed."""
    app = QApplication(sys.argv)
    window = QMainWindow()
    names = QListWidget()
    names.addItems([f"Row {number}" for number in range(20)])
    window.setCentralWidget(names)
    window.resize(1100, 720)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
