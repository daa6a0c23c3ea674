"""A tree of files and the preview beside it, with a button that shows or hides that."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from kitops_desktop.ui.library.preview_look import PreviewLook
from kitops_desktop.ui.library.preview_panel import PreviewPanel
from kitops_desktop.ui.widgets.parts import icon_button

_LEAST_FILES, _LEAST_PANEL, _GAP = 340, 290, 14
_PAUSE = 500  # milliseconds


class PreviewSplit(QWidget):
    """``button`` goes where the page has its buttons. In a narrow window there is no preview."""

    def __init__(
        self, files: QWidget, panel: PreviewPanel, look: PreviewLook, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.panel = panel
        self.button = icon_button("eye", "Preview", role="muted")
        self.button.setCheckable(True)
        self.button.setToolTip("Show or hide what is in the current file")
        self.button.clicked.connect(self._on_clicked)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setProperty("kind", "panes")
        self._splitter.setChildrenCollapsible(False)
        for part, least in ((files, _LEAST_FILES), (panel, _LEAST_PANEL)):
            part.setMinimumWidth(least)
            self._splitter.addWidget(part)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._splitter.splitterMoved.connect(lambda *_: self._pause.start())
        self._pause.timeout.connect(self._remember)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.setMinimumWidth(_LEAST_FILES)
        panel.hide()

    def refresh(self) -> None:
        """Show it as it was left, here or on another page."""
        self._arrange(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        self._arrange(event.size().width())
        super().resizeEvent(event)

    @Slot(bool)
    def _on_clicked(self, shown: bool) -> None:
        self._look.remember(shown=shown)
        self._arrange(self.width())

    def _arrange(self, width: int) -> None:
        settings = self._look.settings
        has_room = width >= _LEAST_FILES + _LEAST_PANEL + _GAP
        self.button.setEnabled(has_room)
        self.button.setChecked(settings.preview_shown and has_room)
        was_shown = not self.panel.isHidden()
        self.panel.setVisible(settings.preview_shown and has_room)
        if has_room and not self._pause.isActive():
            panel = (width - _GAP) * settings.preview_share // 100
            self._splitter.setSizes([width - _GAP - panel, panel])
        if was_shown and self.panel.isHidden():
            self.panel.pause()

    def _remember(self) -> None:
        files, panel = self._splitter.sizes()
        if panel:
            self._look.remember(share=round(100 * panel / (files + panel)))
