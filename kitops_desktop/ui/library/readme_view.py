"""A README out of a kit, rendered without trusting it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from kitops_desktop.ui.colours import colours_of
from kitops_desktop.ui.library.readme_limits import as_plain, is_quick

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


_MARGIN = 16
_ABOVE_HEADING, _BELOW = 14, 6


class ReadmeView(QTextBrowser):
    """Shows Markdown without HTML; loads nothing, neither from the network nor from disk, and opens nothing:
    ``link_chosen`` tells of a link.
    """

    link_chosen = Signal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("README")
        self.setOpenLinks(False)
        self.anchorClicked.connect(self.link_chosen)
        self.highlighted.connect(lambda url: self.setToolTip(address_text(url)))
        self.document().setDocumentMargin(_MARGIN)

    def show_readme(self, text: str) -> None:
        """As Markdown; what would take long to lay out so is shown as the text that it is."""
        if not is_quick(text):
            self.document().setPlainText(as_plain(text))
            return
        self.document().setMarkdown(text, _FEATURES)
        changes = QTextCursor(self.document())
        changes.beginEditBlock()  # or everything is laid out anew for each paragraph
        _space_out(self.document())
        _draw_tables(self.document(), colours_of(self.palette()).colour("strong_border"))
        changes.endEditBlock()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: ANN401, N802
        # an empty answer would make Qt try the name as a local file, so pictures get an invisible one
        if kind == QTextDocument.ResourceType.ImageResource:
            picture = QImage(1, 1, QImage.Format.Format_ARGB32)
            picture.fill(0)
            return picture
        return ""


def address_text(url: QUrl) -> str:
    """The address as it is sent: letters that look like others, and what would turn a line around, as
    codes.
    """
    return bytes(url.toEncoded().data()).decode("ascii", "replace")


def _space_out(document: QTextDocument) -> None:
    """Some air around headings and paragraphs; Markdown out of Qt has next to none."""
    block = document.begin()
    while block.isValid():
        shape = block.blockFormat()
        is_heading = shape.headingLevel() > 0
        is_code = shape.hasProperty(QTextFormat.Property.BlockCodeFence)
        in_list = block.textList() is not None
        shape.setTopMargin(_ABOVE_HEADING if is_heading and block.blockNumber() else 0)
        shape.setBottomMargin(0 if in_list or is_code else _BELOW)
        QTextCursor(block).setBlockFormat(shape)
        block = block.next()


def _draw_tables(document: QTextDocument, border: QColor) -> None:
    """Thin lines around the cells of tables."""
    for table in document.rootFrame().childFrames():
        if isinstance(table, QTextTable):
            shape = table.format().toTableFormat()
            shape.setBorderCollapse(True)
            shape.setBorder(1)
            shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            shape.setBorderBrush(border)
            shape.setCellPadding(5)
            shape.setCellSpacing(0)
            shape.setTopMargin(_BELOW)
            table.setFormat(shape)
