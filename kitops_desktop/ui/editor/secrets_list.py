"""The secrets that would be packed, in the pack sheet: a tick for each, and a button that keeps them out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.ui.editor.doubts_model import path_text
from kitops_desktop.ui.editor.folder_scan import Flagged
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, frame, label

MOST_SHOWN = 12


class SecretsList(QWidget):
    """Hidden while there are none."""

    ignore_wanted = Signal(object)  # tuple[Flagged, ...]
    allowed = Signal(object, bool)  # path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._secrets: tuple[Flagged, ...] = ()
        self._open: tuple[Flagged, ...] = ()
        self._boxes: dict[str, QCheckBox] = {}
        self._title = label("", "strong", wrap=True)
        self._ignore = button("Add to .kitignore", "eye-off")
        self._ignore.setAccessibleName("Add all to .kitignore")
        self._ignore.clicked.connect(lambda: self.ignore_wanted.emit(self._open))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self._ignore)
        row.addStretch(1)
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(self._title)
        inside.addWidget(
            label(
                "Everybody who gets the kit could read them. Tick those to pack all the same.",
                "muted",
                wrap=True,
            )
        )
        inside.addLayout(self._rows)
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(frame("warning-panel", inside))
        self.hide()

    def show_secrets(self, secrets: tuple[Flagged, ...], unticked: tuple[Flagged, ...]) -> None:
        self._open = unticked
        if secrets != self._secrets:
            self._secrets = secrets
            self._fill()
        open_paths = {one.path for one in unticked}
        for path, box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(path not in open_paths)
            box.blockSignals(False)
        self._ignore.setVisible(bool(unticked))
        self.setVisible(bool(secrets))

    def _fill(self) -> None:
        for box in self._boxes.values():
            self._rows.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {one.path: self._box(one) for one in self._secrets[:MOST_SHOWN]}
        left = len(self._secrets) - MOST_SHOWN
        more = f"; {left:,} more are in the list beside the form" if left > 0 else ""
        verb = "is" if len(self._secrets) == 1 else "are"
        self._title.setText(
            f"{count_text(len(self._secrets), 'secret')} {verb} in what would be packed{more}"
        )

    def _box(self, one: Flagged) -> QCheckBox:
        box = QCheckBox(f"{path_text(one)}: {one.flag.reason}".replace("&", "&&"))
        box.setAccessibleName(path_text(one))
        box.setAccessibleDescription(one.flag.reason)
        box.toggled.connect(lambda ticked, path=one.path: self.allowed.emit(path, ticked))
        self._rows.addWidget(box)
        return box
