"""Why a proposed Kitfile is as it is: each file and folder with what it was taken for."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.kitfile.generate import Reason
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.widgets.parts import frame, label
from kitops_desktop.ui.widgets.sheet import Sheet

_ICONS = {
    "model": "model",
    "model part": "model",
    "dataset": "dataset",
    "docs": "docs",
    "code": "code",
    "left out": "eye-off",
}
Index = QModelIndex | QPersistentModelIndex


class ReasonsModel(QAbstractTableModel):
    """A row for each path."""

    HEADINGS = ("Path", "Taken as", "Why")

    def __init__(self, reasons: tuple[Reason, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reasons = reasons

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._reasons)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.HEADINGS)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.HEADINGS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        reason = self._reasons[index.row()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icon(_ICONS.get(reason.choice, "file"), "muted")
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        path = "the folder itself" if reason.path == "." else name_text(reason.path)
        return (path, reason.choice, reason.why)[index.column()]


class ReasonsSheet(Sheet):
    """Shows the reasons; nothing is asked."""

    def __init__(self, reasons: tuple[Reason, ...], host: QWidget) -> None:
        super().__init__("Why this Kitfile", host, width=720)
        self.body.addWidget(
            label(
                "The folder had no Kitfile, so one is proposed from the names of its files, by the rules of "
                "kit init. Nothing is written until you save or pack.",
                "muted",
                wrap=True,
            )
        )
        table = QTreeView()
        table.setUniformRowHeights(True)
        table.ensurePolished()  # else rows are laid out before their padding is known
        table.setModel(ReasonsModel(reasons, table))
        table.setAccessibleName("Reasons")
        table.setRootIsDecorated(False)
        table.header().setStretchLastSection(True)
        table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.header().resizeSection(0, 200)
        table.header().resizeSection(1, 90)
        inside = QVBoxLayout()
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(table)
        self.body.addWidget(frame("card", inside), 1)
        close = self.add_button("Close", "primary")
        close.clicked.connect(self.close_sheet)
