"""The sheet that is asked before a registry is taken off the list, of which something is remembered."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.browser.registry_mark import RegistryMark
from kitops_desktop.ui.browser.registry_memory import RegistryMemory
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet

_STAYS = "Its sign-in stays, and so does everything that is in it."


class RemoveSheet(Sheet):
    """``remove_wanted`` carries whether what was opened is to be kept."""

    remove_wanted = Signal(bool)

    def __init__(self, registry: str, what_for: HostLabel, memory: RegistryMemory, host: QWidget) -> None:
        super().__init__(f"Remove {registry}", host)
        mark = RegistryMark()
        self.body.addWidget(mark)
        mark.show_label(what_for)
        self.body.addWidget(label(f"It is taken off the list. {_STAYS}", wrap=True))
        if memory.names:
            self.body.addWidget(label(memory.names_text, "muted", wrap=True))
        self.keeps = QCheckBox(memory.opened_text)
        self.body.addWidget(self.keeps)
        self.keeps.setVisible(bool(memory.opened))
        self.body.addStretch(1)
        cancel = self.add_button("Cancel")
        cancel.clicked.connect(self.close_sheet)
        self.add_button("Remove", "danger", "trash").clicked.connect(self._on_remove)
        self.first = cancel

    def _on_remove(self) -> None:
        self.remove_wanted.emit(self.keeps.isChecked())
        self.close_sheet()
