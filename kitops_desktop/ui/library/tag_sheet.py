"""The sheet that gives a kit another tag, and takes tags away."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from kitops_desktop.oci.reference import Reference, short_repository
from kitops_desktop.ui.library.buttons import click_button
from kitops_desktop.ui.library.tag_choice import EXAMPLE, TagAdvice, advise
from kitops_desktop.ui.widgets.elided_label import ElidedLabel
from kitops_desktop.ui.widgets.parts import label, restyle
from kitops_desktop.ui.widgets.sheet import Sheet


class TagSheet(Sheet):
    """``tag_wanted`` carries the advice that was followed, ``untag_wanted`` a reference to take away."""

    tag_wanted = Signal(object)  # TagAdvice
    untag_wanted = Signal(object)  # Reference

    def __init__(
        self,
        source: Reference,
        digest: str,
        tags: tuple[str, ...],
        existing: Mapping[str, str],
        host: QWidget,
    ) -> None:
        super().__init__("Tags", host)
        self._source, self._digest, self._existing = source, digest, existing
        self._advice = TagAdvice(None, "")
        name = short_repository(source.repository_name)
        self._example = f"{name}:v4" if name else EXAMPLE
        self.body.addWidget(label(name or "(unnamed)", "strong", wrap=True))
        for tag in tags:
            self.body.addLayout(self._tag_row(source.with_tag(tag), is_last=len(tags) == 1))
        self._make_field(name)
        self.body.addStretch(1)
        self.add_button("Close").clicked.connect(self.close_sheet)
        self._add = self.add_button("Add tag", "primary", "tag")
        self._add.clicked.connect(self._on_add)
        self.first = self._field
        self._on_edited(self._field.text())

    def _make_field(self, name: str) -> None:
        caption = QLabel("&New tag")
        self._field = QLineEdit(f"{name}:" if name else "")
        caption.setBuddy(self._field)
        self._field.textChanged.connect(self._on_edited)
        self._says = label(wrap=True)
        self.body.addSpacing(6)
        self.body.addWidget(caption)
        self.body.addWidget(self._field)
        self.body.addWidget(self._says)

    def _tag_row(self, reference: Reference, *, is_last: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(ElidedLabel(reference.tag or "", mode=Qt.TextElideMode.ElideRight), 1)
        away = click_button("Remove tag", lambda: self._take_away(reference), "minus", "quiet")
        away.setAccessibleName(f"Remove tag {reference.tag}")
        away.setEnabled(not is_last)
        away.setToolTip("The only tag. To be rid of it, remove the ModelKit." if is_last else "")
        row.addWidget(away)
        return row

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self._advice = advise(text, self._digest, self._existing, self._example)
        self._says.setText(self._advice.text)
        restyle(self._says, kind=self._advice.tone or "muted")
        restyle(self._field, invalid=self._advice.tone == "danger")
        self._add.setText("Move tag" if self._advice.moved_from else "Add tag")
        self._add.setEnabled(self._advice.reference is not None)

    def _on_add(self) -> None:
        self.tag_wanted.emit(self._advice)
        self.close_sheet()

    def _take_away(self, reference: Reference) -> None:
        self.untag_wanted.emit(reference)
        self.close_sheet()
