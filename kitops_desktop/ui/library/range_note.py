"""That files come by range and what it means, with the other way to have them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from kitops_desktop.modelkit.unpack_plan import UnpackPlan
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.unpack_choice import range_text, whole_text
from kitops_desktop.ui.widgets.parts import label

_MEANING = (
    "A layer is known by the digest of all its bytes, so a part of one cannot be checked: these files are"
    " what the registry gives when it is asked for them. They are put in place as all others are, nothing"
    " outside the folder, nothing half. Whole layers are checked before any of their files gets its name."
)


class RangeNote(QWidget):
    """Hidden while nothing comes by range. ``changed`` comes with another answer."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label("", "warning", wrap=True)
        self._help = click_button("What does this mean?", self._toggle_meaning, "", "link")
        self._meaning = label(_MEANING, "muted", wrap=True)
        self._meaning.hide()
        self._whole = QCheckBox()
        self._whole.toggled.connect(self.changed)
        row = QHBoxLayout()
        row.addWidget(self._help)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._text)
        layout.addLayout(row)
        layout.addWidget(self._meaning)
        layout.addWidget(self._whole)
        self.hide()

    @property
    def whole_layers(self) -> bool:
        return self._whole.isChecked()

    def want_whole(self, whole: bool) -> None:
        """The answer of an earlier time."""
        self._whole.blockSignals(True)
        self._whole.setChecked(whole)
        self._whole.blockSignals(False)

    def show_plan(self, plan: UnpackPlan | None, *, keep: bool) -> None:
        """``keep``: all of the kit is pulled anyway, and verified."""
        comes = plan is not None and bool(plan.pieces) and not keep
        if plan is not None and comes:
            self._text.setText(f"{range_text(plan)}.")
            self._text.setVisible(not self.whole_layers)
            self._whole.setText(whole_text(plan))
        self.setVisible(comes)

    def _toggle_meaning(self) -> None:
        self._meaning.setVisible(not self._meaning.isVisibleTo(self))
