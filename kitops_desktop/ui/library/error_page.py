"""What stands in place of a page that cannot be shown."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kitops_desktop.explanation.registries import of_reading
from kitops_desktop.ui.error_text import diagnostics_text
from kitops_desktop.ui.registry_remedy import explained_beside, remedy_of
from kitops_desktop.ui.widgets.error_panel import ErrorPanel


class ErrorPage(QWidget):
    """The error, with a button to try again, and one to the registry that is to be signed in to or set up."""

    retry_wanted = Signal()
    remedy_wanted = Signal(str)  # host

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel: ErrorPanel | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 14, 0, 0)
        self._column.addStretch(1)

    def show_error(self, error: Exception) -> None:
        """Show this error instead of an earlier one."""
        self.clear()
        remedy = remedy_of(error)
        self._panel = ErrorPanel(of_reading(explained_beside(error, remedy)), diagnostics_text(error))
        self._panel.add_button("Try again", "retry").clicked.connect(self.retry_wanted)
        if remedy is not None:
            go = self._panel.add_button(remedy.text, remedy.icon)
            go.clicked.connect(lambda: self.remedy_wanted.emit(remedy.host))
        self._column.insertWidget(0, self._panel)

    def clear(self) -> None:
        """Show none: in a stack an error that is not on view would still want its height."""
        if self._panel is not None:
            self._column.removeWidget(self._panel)
            self._panel.hide()
            self._panel.deleteLater()
            self._panel = None
