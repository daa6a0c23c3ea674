"""The sheet with what was deleted in registries from here, to put it back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kitops_desktop.records.deleted_versions import DeletedVersion
from kitops_desktop.ui.browser.deleted_model import DeletedModel
from kitops_desktop.ui.widgets.restore_sheet import RestoreSheet

_TITLE = "Deleted in registries"
_NOTE = (
    "What was deleted in registries from this computer. It can be put back until the registry collects its"
    " garbage; what this computer has too is sent again."
)


class DeletedSheet(RestoreSheet[DeletedVersion]):
    """``restore_wanted`` carries a ``DeletedVersion``, once for each that was chosen."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(_TITLE, _NOTE, DeletedModel(), host, name=_TITLE, width=720)

    def sentence(self) -> str:
        return "" if self.model.rows else "Nothing was deleted."

    def restore(self, chosen: tuple[DeletedVersion, ...]) -> None:
        for version in chosen:
            self.restore_wanted.emit(version)
        self.close_sheet()
