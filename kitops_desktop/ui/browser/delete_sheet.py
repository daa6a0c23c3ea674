"""The sheet that names what goes before something is deleted in a registry."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QRadioButton, QWidget

from kitops_desktop.registry.host_label import HostLabel
from kitops_desktop.ui.browser.delete_choice import Deletion, signature_text, tag_text, version_text
from kitops_desktop.ui.browser.problem_panel import ProblemPanel
from kitops_desktop.ui.browser.registry_mark import RegistryMark
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import label
from kitops_desktop.ui.widgets.sheet import Sheet


class DeleteSheet(Sheet):
    """``delete_wanted`` carries "tag" or "version"."""

    delete_wanted = Signal(str)

    def __init__(self, deletion: Deletion, host: QWidget, label_of_host: HostLabel | None = None) -> None:
        """``label_of_host`` is what the registry is called and is for."""
        super().__init__(f"Delete {deletion.tag or 'a version'}", host)
        self.mark = RegistryMark()
        self.body.addWidget(self.mark)
        self.mark.show_label(label_of_host or HostLabel())
        self.body.addWidget(ElidedLabel(deletion.reference.short, "strong"))
        self.body.addWidget(ElidedLabel(deletion.digest, "caption"))
        self.tag = QRadioButton(f"Only the &tag {deletion.tag}")
        self.version = QRadioButton("The &version, with all its tags")
        self._tag_says, self._version_says = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self._signatures = label("", "warning", wrap=True)
        for box, says in ((self.tag, self._tag_says), (self.version, self._version_says)):
            box.toggled.connect(lambda _: self._show_state())
            says.setContentsMargins(26, 0, 0, 6)
            self.body.addWidget(box)
            self.body.addWidget(says)
        self.body.addWidget(self._signatures)
        note = (
            "It can be put back until the registry collects its garbage, which is when room is given back."
            " Others who look meanwhile do not find it."
        )
        self.body.addWidget(label(note, "muted", wrap=True))
        self.problem = ProblemPanel()
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        cancel = self.add_button("Cancel")
        cancel.clicked.connect(self.close_sheet)
        self._delete = self.add_button("Delete", "danger", "trash")
        self._delete.clicked.connect(self._on_delete)
        self.first = cancel
        self._deletion = deletion
        for widget in (self.tag, self._tag_says):
            widget.setVisible(bool(deletion.tag))
        (self.tag if deletion.tag else self.version).setChecked(True)  # the lesser one; nothing changes it
        self.show_deletion(deletion)

    @property
    def deletion(self) -> Deletion:
        """What would go, as far as it is known."""
        return self._deletion

    def show_deletion(self, deletion: Deletion) -> None:
        """What is known now of what goes along."""
        self._deletion = deletion
        self._tag_says.setText(tag_text(deletion))
        self._version_says.setText(version_text(deletion))
        self.tag.setAccessibleDescription(tag_text(deletion))
        self.version.setAccessibleDescription(version_text(deletion))
        self._signatures.setText(signature_text(deletion))
        self._show_state()

    def show_error(self, error: Exception) -> None:
        """It is not known which tags would go: nothing is deleted blindly."""
        self.problem.show_error(error)

    def _show_state(self) -> None:
        # with the tag alone nothing else goes, so that need not be waited for
        self._delete.setEnabled(self._deletion.tags is not None or self.tag.isChecked())
        self._signatures.setVisible(bool(self._signatures.text()) and self.version.isChecked())

    def _on_delete(self) -> None:
        self.delete_wanted.emit("tag" if self.tag.isChecked() else "version")
        self.close_sheet()
