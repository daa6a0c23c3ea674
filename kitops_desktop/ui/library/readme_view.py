"""A README out of a kit, rendered without trusting it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class ReadmeView(QTextBrowser):
    """Shows Markdown without HTML; loads nothing, neither from the network nor from disk.

    Links lead to the browser, and only those to the web.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("README")
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.anchorClicked.connect(self._on_link)
        self.highlighted.connect(lambda url: self.setToolTip(url.toString()))
        self.document().setDocumentMargin(14)

    def show_readme(self, text: str) -> None:
        self.document().setMarkdown(text, _FEATURES)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: ANN401, N802
        # an empty answer would make Qt try the name as a local file, so pictures get an invisible one
        if kind == QTextDocument.ResourceType.ImageResource:
            picture = QImage(1, 1, QImage.Format.Format_ARGB32)
            picture.fill(0)
            return picture
        return ""

    @Slot(QUrl)
    def _on_link(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
