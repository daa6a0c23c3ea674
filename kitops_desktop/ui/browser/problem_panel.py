"""An error of a registry, with what can be done about it at once."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.explanation.registries import of_reading
from kitops_desktop.ui.browser.remedies import Offer, Remedy, offers
from kitops_desktop.ui.error_text import beside_sign_in, diagnostics_text
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.widgets.error_panel import ErrorPanel

_PER_ROW = 2


class ProblemPanel(QWidget):
    """Shows one error or nothing. ``remedy_wanted`` carries a ``Remedy`` and the error it is for."""

    remedy_wanted = Signal(object, object)
    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error: BaseException | None = None
        self._panel: ErrorPanel | None = None
        self._first: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_error(
        self,
        error: BaseException,
        *,
        explanation: Explanation | None = None,
        retry: bool = True,
        without: Collection[Remedy] = (),
        signs_in: bool = False,
    ) -> None:
        """Show this error instead of an earlier one, in the words of ``explanation`` if that is given.

        ``retry`` offers to try again; what is in ``without`` is not offered. ``signs_in`` is for those who
        add a button of their own for that.
        """
        self.clear()
        self.error = error
        found = tuple(offer for offer in offers(error) if offer.remedy not in without)
        said = explanation or of_reading(explain(error))
        if signs_in or any(offer.remedy is Remedy.SIGN_IN for offer in found):
            said = beside_sign_in(said)
        self._panel = ErrorPanel(said, diagnostics_text(error))
        self._add_offers(self._panel, found, error)
        if retry:
            again = self._panel.add_button("Try again", "retry")
            again.clicked.connect(self.retry_wanted)
            self._first = self._first or again
        self._column.addWidget(self._panel)
        self.show()

    @property
    def first(self) -> QWidget | None:
        """The first that can be done about it, None while nothing is shown."""
        return self._first

    def focus_first(self) -> None:
        """The focus on what can be done about it."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        self.error, self._first = None, None
        if self._panel is not None:
            self._panel.hide()
            self._panel.deleteLater()
            self._panel = None
        self.hide()

    def _add_offers(self, panel: ErrorPanel, found: tuple[Offer, ...], error: BaseException) -> None:
        layout = panel.layout()
        if not found or not isinstance(layout, QVBoxLayout):
            return
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.setColumnStretch(_PER_ROW, 1)
        for number, offer in enumerate(found):
            want = partial(self.remedy_wanted.emit, offer.remedy, error)
            made = click_button(offer.text, want, offer.icon)
            self._first = self._first or made
            grid.addWidget(made, number // _PER_ROW, number % _PER_ROW)
        layout.insertLayout(layout.count() - 1, grid)
