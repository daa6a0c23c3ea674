"""A field to open a repository or a kit by its name, with what was opened before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.ui.browser.entered_address import read_address, read_name
from kitops_desktop.ui.widgets.parts import button, label, restyle


class OpenField(QWidget):
    """``wanted`` carries an ``Address``. With a ``registry`` names are of that one; else they are whole.
    ``hosts`` are the registries on the list.
    """

    wanted = Signal(object)

    def __init__(self, name: str, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.registry = ""
        self.hosts: tuple[str, ...] = ()
        self.field = QLineEdit()
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(placeholder)
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(90)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field.setCompleter(completer)
        self._says = label("", "danger", wrap=True)
        self._says.hide()
        go = button("Open")
        go.setAccessibleName(name)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._says)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(lambda _: self._say(""))
        self.field.returnPressed.connect(self._on_go)
        go.clicked.connect(self._on_go)

    def show_known(self, references: Sequence[str]) -> None:
        """What is offered while somebody types."""
        self._known.setStringList(list(references))

    @Slot()
    def _on_go(self) -> None:
        text = self.field.text()
        try:
            of_one = bool(self.registry)
            address = read_name(text, self.registry, self.hosts) if of_one else read_address(text, self.hosts)
        except InvalidArgument as error:
            self._say(error.message)
            self.field.setFocus()
            return
        self.field.clear()
        self.wanted.emit(address)

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))
        self.field.setAccessibleDescription(text)
        restyle(self.field, invalid=bool(text))
