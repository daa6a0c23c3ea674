"""A window that says in which scheme it is dressed, by the theme of KitOps Desktop."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QPushButton

from kitops_desktop.ui.theme import Theme


def main() -> int:
    application = QApplication(sys.argv)
    theme = Theme(application, "system")
    said = QPushButton(theme.scheme)
    said.setWindowTitle("Scheme")
    theme.changed.connect(lambda: said.setText(theme.scheme))
    said.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
