"""The README of a kit, and below it where its links lead: nothing is opened before that was to be read."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.library.readme_view import ReadmeView, address_text
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import frame, label

_WEB = ("http", "https")


class ReadmePane(QWidget):
    """A link that is clicked, or chosen with Enter, shows its whole address and a button that opens it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ReadmeView()
        self._url = QUrl()
        self._leads = label("", "muted")
        self.address = ElidedLabel("", "strong")
        self.open = click_button("Open in browser", self._open, "external")
        self.copy = click_button("Copy address", lambda: copy_text(address_text(self._url)), "copy")
        self.close_link = click_button("Close", self.hide_link, "close", "quiet")
        self.link = frame("info-panel", self._make_link())
        self.link.setAccessibleName("Where the link leads")
        self.link.hide()
        self.view.link_chosen.connect(self.show_link)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.link)

    def show_readme(self, text: str) -> None:
        self.hide_link()
        self.view.show_readme(text)

    def hide_link(self) -> None:
        if self.link.isVisible():
            self.view.setFocus()
        self.link.hide()

    @Slot(QUrl)
    def show_link(self, url: QUrl) -> None:
        """Say where a link leads; only what leads to the web can be opened."""
        self._url = url
        is_web = url.scheme() in _WEB and bool(url.host())
        host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
        self._leads.setText(f"Leads to {host}:" if is_web else "Leads to no web page:")
        self.address.setText(address_text(url))
        self.address.setAccessibleName(address_text(url))
        self.open.setVisible(is_web)
        self.link.show()
        (self.open if is_web else self.copy).setFocus()

    def _open(self) -> None:
        QDesktopServices.openUrl(self._url)
        self.hide_link()

    def _make_link(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (self.open, self.copy):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.close_link)
        column.addWidget(self._leads)
        column.addWidget(self.address)
        column.addLayout(row)
        return column
