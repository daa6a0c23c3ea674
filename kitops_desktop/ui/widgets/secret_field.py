"""A field for a password or an access token, and the button that shows it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from kitops_desktop.ui.widgets.parts import icon_button


class SecretField(QLineEdit):
    """Masked until somebody asks to see it. ``what`` it is called stands on that button."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = icon_button("eye", f"Show the {what}")
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show)

    def row(self, *further: QWidget) -> QHBoxLayout:
        """The field with its button, and what else stands beside it."""
        made = QHBoxLayout()
        made.setSpacing(4)
        made.addWidget(self, 1)
        for widget in (self._eye, *further):
            made.addWidget(widget)
        return made

    def _show(self, shown: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
