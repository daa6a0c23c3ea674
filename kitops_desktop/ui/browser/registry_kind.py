"""Well-known registries to choose from, and what is to be known of the one that is entered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from kitops_desktop.registry.well_known import (
    NOT_MEASURED,
    REGISTRIES,
    WellKnown,
    ability_text,
    summary,
    well_known,
)
from kitops_desktop.ui.widgets.parts import label

_OTHER = "Another registry"


class KindChoice(QComboBox):
    """``picked`` carries the ``WellKnown`` registry that the user chose, None for another one."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Kind of registry")
        self.addItem(_OTHER, "")
        for known in REGISTRIES:
            self.addItem(known.name, known.key)
        self.setMaxVisibleItems(len(REGISTRIES) + 1)
        self.activated.connect(self._on_activated)

    def show_kind(self, known: WellKnown | None) -> None:
        """Show what the address that is entered is of."""
        self.setCurrentIndex(max(0, self.findData(known.key if known is not None else "")))

    def _on_activated(self, row: int) -> None:
        self.picked.emit(REGISTRIES[row - 1] if row > 0 else None)


class KindFacts(QWidget):
    """What a well-known registry wants for a sign-in, and what it can do: two sentences, or the first alone
    where the other is told elsewhere.
    """

    def __init__(self, parent: QWidget | None = None, *, sign_in_only: bool = False) -> None:
        super().__init__(parent)
        self._sign_in = label("", "caption", wrap=True)
        self._can = label("", "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._sign_in)
        column.addWidget(self._can)
        self._can.setVisible(not sign_in_only)
        self.hide()

    def show_kind(self, known: WellKnown | None) -> None:
        self.setVisible(known is not None)
        if known is None:
            return
        self._sign_in.setText(f"Sign in with: {_lowered(known.sign_in)}")
        self._can.setText(f"{summary(known)} {NOT_MEASURED}")
        self._can.setToolTip("\n".join(ability_text(ability) for ability in known.abilities))

    @property
    def text(self) -> str:
        return f"{self._sign_in.text()}\n{self._can.text()}"


def kind_of(host: str) -> WellKnown | None:
    """What is known of a host by its name."""
    return well_known(host) if host else None


def blank_text(known: WellKnown) -> str:
    """What is still to be filled in."""
    if known.blank == known.host:
        return f"Enter the address of your {known.name}."
    blanks = [word for word in ("ACCOUNT", "REGION", "NAME", "COMPANY") if word in known.blank]
    return f"Fill in your {' and '.join(blanks)}."


def _lowered(text: str) -> str:
    """A sentence after a colon; names keep their capitals."""
    first = text.partition(" ")[0]
    return text[0].lower() + text[1:] if first in ("Your", "The", "A") else text
