"""Manifest and config of a kit: the bytes that are behind its digests."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QWidget

from kitops_desktop.formats.json_layout import indented
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.ui.library.buttons import click_button, copy_text
from kitops_desktop.ui.library.text_view import TextView
from kitops_desktop.ui.widgets.elided_label import ElidedLabel

_MOST_INDENTED = 128 << 10  # bytes


class ManifestTab(TextView):
    """Shows one of the two documents, indented or as stored."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Manifest", parent)
        self._kit: ModelKit | None = None
        choose = QLabel("&Document")
        self._document = QComboBox()
        self._document.addItems(["Manifest", "Config"])
        choose.setBuddy(self._document)
        self._digest = ElidedLabel("", "muted")
        self._raw = QCheckBox("As &stored")
        self._raw.setToolTip("The exact bytes, without indentation")
        self.bar.addWidget(choose)
        self.bar.addWidget(self._document)
        self.bar.addWidget(self._digest, 1)
        self.bar.addWidget(self._raw)
        self.add_copy_button()
        self.bar.addWidget(click_button("Copy digest", self._copy_digest, "copy"))
        self._document.currentIndexChanged.connect(self._refresh)
        self._raw.toggled.connect(self._refresh)

    def show_kit(self, kit: ModelKit) -> None:
        self._kit = kit
        self._refresh()

    def show_raw(self, raw: bool) -> None:
        """Show the bytes as stored, or indented."""
        self._raw.setChecked(raw)

    def show_document(self, number: int) -> None:
        """0 is the manifest, 1 the config."""
        self._document.setCurrentIndex(number)

    @property
    def _chosen(self) -> tuple[str, bytes]:
        if self._kit is None:
            return "", b""
        if self._document.currentIndex() == 0:
            return self._kit.descriptor.digest, self._kit.manifest_bytes
        return self._kit.manifest.config.digest, self._kit.config_bytes

    @Slot()
    def _refresh(self) -> None:
        digest, content = self._chosen
        self._digest.setText(digest)
        self._digest.setAccessibleName(f"Digest: {digest}")
        self.show_text(shown(content, raw=self._raw.isChecked()))

    def _copy_digest(self) -> None:
        copy_text(self._chosen[0])


def shown(content: bytes, *, raw: bool) -> str:
    """The document as text; what is not JSON, or too long to be gone through, is shown as stored."""
    text = content.decode("utf-8", "replace")
    if raw or len(content) > _MOST_INDENTED:
        return text
    try:
        return indented(text)
    except (ValueError, RecursionError):
        return text
