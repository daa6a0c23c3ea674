"""What a repository is: the facts, and its model card beside them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kitops_desktop.importers.hugging_face.values import HfRepository
from kitops_desktop.ui.hugging_face.facts_card import FactsCard
from kitops_desktop.ui.hugging_face.hf_problem import HfProblem
from kitops_desktop.ui.library.readme_pane import ReadmePane
from kitops_desktop.ui.widgets.parts import label


class HfOverview(QWidget):
    """``show_repository`` replaces all that is shown; the rest comes as it is known."""

    link_wanted = Signal(object)  # HfTarget
    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = QScrollArea()
        self._facts.setWidgetResizable(True)
        self._facts.setAccessibleName("Facts")
        self.card = ReadmePane()
        self.card.view.setAccessibleName("Model card")
        self.problem = HfProblem()
        """What is wrong with the model card."""
        self._shown: FactsCard | None = None
        self._note = label("", "muted", wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._facts, 5)
        layout.addWidget(self.card, 4)

    def show_repository(self, repository: HfRepository) -> None:
        self._shown = FactsCard(repository)
        self._shown.link_wanted.connect(self.link_wanted)
        self._shown.copied.connect(self.copied)
        self.problem.setParent(None)
        self.problem.clear()
        self._note = label("", "muted", wrap=True)
        page = QWidget()
        page.setProperty("kind", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        for widget in (self.problem, self._shown, self._note):
            column.addWidget(widget)
        column.addStretch(1)
        self._facts.setWidget(page)
        for before, after in pairwise((self._facts, *self._shown.controls, self.card.view)):
            QWidget.setTabOrder(before, after)
        self.card.hide()

    def show_files(self, text: str) -> None:
        """How much is in it."""
        if self._shown is not None:
            self._shown.show_files(text)

    def show_card(self, text: str | None, note: str = "") -> None:
        """Show the model card, or say why there is none."""
        self.problem.clear()
        self.card.setVisible(text is not None)
        self.card.show_readme(text or "")
        self._note.setText(note)

    def show_problem(self, error: Exception) -> None:
        """The model card cannot be read."""
        self.card.hide()
        self._note.setText("")
        self.problem.show_failure(error)
