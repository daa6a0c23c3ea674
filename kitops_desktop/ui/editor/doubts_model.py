"""What is doubtful and would be packed, as rows; all but junk have a tick for packing it all the same."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from kitops_desktop.classification.looking_over import LookedOver
from kitops_desktop.kitfile.secrets import FlagKind
from kitops_desktop.ui.editor.folder_scan import Doubts, Flagged, FolderScan, doubts_of
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.icons import icon
from kitops_desktop.ui.units import count_text

Index = QModelIndex | QPersistentModelIndex
_ICONS = {
    FlagKind.SECRET: ("key", "danger"),
    FlagKind.PICKLE: ("warning", "warning"),
    FlagKind.JUNK: ("trash", "muted"),
}


class DoubtsModel(QAbstractListModel):
    """Secrets first, then pickles. ``allowed`` are the paths to be packed all the same; kept across scans."""

    allowed_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Flagged, ...] = ()
        self.doubts = Doubts()
        self._allowed: set[str] = set()
        self._unlisted: set[str] = set()
        """Those agreed to that are not in the list: the pack sheet may look into more files."""

    @property
    def allowed(self) -> tuple[str, ...]:
        listed = {row.path: None for row in self.rows if row.path in self._allowed}
        return tuple(listed | dict.fromkeys(sorted(self._unlisted)))

    def show_scan(self, scan: FolderScan, looked: LookedOver | None = None) -> None:
        """``looked`` is what looking into the files found, once that is known."""
        self.doubts = doubts_of(scan, looked or LookedOver())
        rows = self.doubts.all
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def allow(self, path: str, allowed: bool) -> None:
        """Agree to pack a secret or pickle, or no longer."""
        (self._allowed.add if allowed else self._allowed.discard)(path)
        self._unlisted.discard(path)
        if allowed and all(row.path != path for row in self.rows):
            self._unlisted.add(path)
        if self.rows:
            last = self.index(len(self.rows) - 1)
            self.dataChanged.emit(self.index(0), last)
        self.allowed_changed.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self._has_tick(index) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{path_text(row)}\n{row.flag.reason}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{path_text(row)}\n{row.flag.reason}\n.kitignore: {row.flag.pattern}"
        if role == Qt.ItemDataRole.CheckStateRole and self._has_tick(index):
            return Qt.CheckState.Checked if row.path in self._allowed else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(*_ICONS[row.flag.kind])
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self._has_tick(index):
            return False
        self.allow(self.rows[index.row()].path, Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _has_tick(self, index: Index) -> bool:
        return index.isValid() and self.rows[index.row()].is_agreeable


def path_text(flagged: Flagged) -> str:
    """The path, and for a folder how many files of it would be packed."""
    name = name_text(flagged.path)
    return name if flagged.is_file else f"{name}/ ({count_text(flagged.count, 'file')})"
