"""The form, with what there is to say about it: that the text cannot be read, or that the Kitfile is new."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.ui.editor.kitfile_form import KitfileForm
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import button, frame, label

_PROPOSED = "The folder has no Kitfile; this one is proposed."
_LOOKING = "The folder has no Kitfile; one is proposed by names while the files are being looked into."


class FormPane(QWidget):
    """``form`` does the work."""

    reasons_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = KitfileForm()
        self._says = label("", "warning", wrap=True)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 8)
        row.addWidget(self._says)
        self._warning = frame("warning-panel", row)
        self._warning.hide()
        self._new = self._make_new()
        head = QHBoxLayout()
        head.addWidget(label("Kitfile", "heading"))
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._new)
        layout.addWidget(self._warning)
        layout.addWidget(self.form, 1)

    def show_state(self, document: KitfileDocument) -> None:
        """Say when the form is not what the text says, and take no edits that could not be done."""
        text = form_warning(document)
        self._says.setText(text)
        self._warning.setVisible(bool(text))
        self.form.set_read_only(not document.is_editable)

    def show_new(self, new: bool) -> None:
        self._new.setVisible(new)

    def show_looking(self, looking: bool) -> None:
        """Say that the proposal goes by the names of the files as yet."""
        self._new_text.setText(_LOOKING if looking else _PROPOSED)

    def _make_new(self) -> QWidget:
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 8, 8)
        self._new_text = label(_PROPOSED, wrap=True)
        row.addWidget(self._new_text, 1)
        why = button("Why like this?", kind="link")
        why.clicked.connect(self.reasons_wanted)
        row.addWidget(why)
        panel = frame("info-panel", row)
        panel.hide()
        return panel


def form_warning(document: KitfileDocument) -> str:
    """Why the form does not show all of the text, "" when it does."""
    if document.is_readable or not document.text.strip():
        return ""
    line = document.problems[0].line
    where = "" if line is None else f" (line {line})"
    if not document.is_editable:
        return f"The text cannot be read{where}. The form shows what it said before, and waits."
    count = count_text(len(document.problems), "part")
    return f"{count} of the text cannot be read{where}; the form shows the rest."
