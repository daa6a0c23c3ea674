"""The line above what is shown of one place: the way back, what the registry is for, and the star."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.browser.favouring import Favouring
from kitops_desktop.ui.browser.registry_mark import RegistryMark
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.widgets.parts import icon_button


class PlaceTop(QWidget):
    """The star makes a favourite of what is shown, or none."""

    back_wanted = Signal()

    def __init__(self, favouring: Favouring, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._favouring, self._reference = favouring, ""
        self._back = click_button("", self.back_wanted.emit, "back", "link")
        self._mark = RegistryMark()
        self._star = icon_button("star", "Favourite", role="muted")
        self._star.setCheckable(True)
        self._star.clicked.connect(self.toggle_favourite)
        favouring.changed.connect(self._show_favourite)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._mark)
        row.addWidget(self._star)

    def show_place(self, reference: str, back: str, label: HostLabel | None = None) -> None:
        """``back`` is where the way back leads, in words; ``label`` what the user says of the registry."""
        self._reference = reference
        self._back.setText(back.replace("&", "&&"))
        self._mark.show_label(label or HostLabel())
        self._show_favourite()

    @Slot()
    def toggle_favourite(self) -> None:
        self._favouring.toggle(self._reference)
        self._show_favourite()  # the button follows what is remembered

    def pass_focus_to(self, widget: QWidget, *others: QWidget) -> None:
        """While a page was being read there was nothing else to hold the focus, but for ``others`` and what
        the page is in, where no key does anything.
        """
        holder = QApplication.focusWidget()
        if holder is None:
            return
        if holder in (self._back, self._star, *others) or holder.isAncestorOf(widget):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_favourite(self) -> None:
        is_favourite = self._reference in self._favouring.known
        self._star.setChecked(is_favourite)
        self._star.setIcon(icon(*(("star-filled", "warning") if is_favourite else ("star", "muted"))))
