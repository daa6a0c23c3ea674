"""The questions of the pack sheet: reference, tags, compression, links."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from kitops_desktop.modelkit.compression_estimate import CompressionEstimate
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.ui.editor.compression_text import estimate_sentence, estimate_text
from kitops_desktop.ui.editor.pack_check import COMPRESSION_TEXTS, PackAnswers, PackFacts, moving_tags
from kitops_desktop.ui.units import count_text
from kitops_desktop.ui.widgets.parts import label, restyle
from kitops_desktop.ui.widgets.reference_field import ReferenceField


class PackForm(QWidget):
    """``answers`` are what is entered; ``changed`` tells of every change."""

    changed = Signal()
    links_changed = Signal()

    def __init__(
        self,
        reference: str,
        compression: Compression,
        below: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``below`` stands under the reference, and says more of it."""
        super().__init__(parent)
        self._below = (below,) if below is not None else ()
        self.reference = ReferenceField(reference)
        self.reference.setAccessibleName("Reference")
        self.reference.setPlaceholderText("name:tag, or registry/name:tag")
        self._wrong = label("", "danger", wrap=True)
        self._moves = label("", "warning", wrap=True)
        self.more_tags = QLineEdit()
        self.more_tags.setAccessibleName("More tags")
        self.more_tags.setPlaceholderText("latest, stable")
        self.compression = QComboBox()
        self.compression.setAccessibleName("Compression")
        for one, (name, _) in COMPRESSION_TEXTS.items():
            self.compression.addItem(name, one)
        self.compression.setCurrentIndex(list(COMPRESSION_TEXTS).index(compression))
        self._means = label("", "caption", wrap=True)
        self._estimate: CompressionEstimate | None = None
        self.follow_links = QCheckBox("Pack &links as what they point to")
        self.follow_links.hide()
        self._lay_out()
        self.reference.textChanged.connect(self._on_changed)
        self.more_tags.textChanged.connect(self._on_changed)
        self.compression.currentIndexChanged.connect(self._on_changed)
        self.follow_links.toggled.connect(lambda _: self.links_changed.emit())
        self._on_changed()

    @property
    def answers(self) -> PackAnswers:
        return PackAnswers(
            self.reference.text(),
            self.more_tags.text(),
            Compression(self.compression.currentData()),
            self.follow_links.isChecked(),
        )

    def show_facts(self, facts: PackFacts) -> None:
        """Say which tags would move; offer to follow links where there are some."""
        if facts.links:
            self.follow_links.setText(f"Pack {count_text(facts.links, 'link')} as what they point to")
            self.follow_links.show()
        moves = moving_tags(self.answers, facts)
        self._moves.setText(moves)
        self._moves.setVisible(bool(moves))

    def show_estimate(self, estimate: CompressionEstimate | None) -> None:
        """Say beside each compression what it would come to; None while that is not known."""
        self._estimate = estimate
        for row, (one, (name, _)) in enumerate(COMPRESSION_TEXTS.items()):
            about = "" if estimate is None else estimate_text(estimate, one)
            self.compression.setItemText(row, f"{name}  ·  {about}" if about else name)
        self._show_meaning()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        for name, widget, below in (
            ("&Reference", self.reference, (self._wrong, self._moves, *self._below)),
            ("&More tags", self.more_tags, ()),
            ("&Compression", self.compression, (self._means,)),
        ):
            title = label(name, "strong")
            title.setBuddy(widget)
            layout.addWidget(title)
            layout.addWidget(widget)
            for text in below:
                layout.addWidget(text)
            layout.addSpacing(8)
        layout.addWidget(self.follow_links)
        self._moves.hide()

    def _on_changed(self) -> None:
        answers = self.answers
        problem = answers.reference_problem()
        self._wrong.setText(problem)
        self._wrong.setVisible(bool(problem))
        self.reference.setAccessibleDescription(problem)
        restyle(self.reference, invalid=bool(problem))
        self._show_meaning()
        self.changed.emit()

    def _show_meaning(self) -> None:
        compression = Compression(self.compression.currentData())
        texts = [COMPRESSION_TEXTS[compression][1]]
        if self._estimate is not None:
            texts.append(estimate_sentence(self._estimate, compression))
        self._means.setText(" ".join(filter(None, texts)))
