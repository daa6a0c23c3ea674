"""What would be packed, layer by layer and file by file, folded away until somebody wants to see it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHeaderView, QToolButton, QTreeView, QVBoxLayout, QWidget

from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.ui.editor.contents_model import Column, ContentsModel
from kitops_desktop.ui.icons import icon

_HEIGHT = 240


class LayersList(QWidget):
    """Hidden while there is no plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ContentsModel(self)
        self.toggle = QToolButton()
        self.toggle.setText("Layers and files")
        self.toggle.setCheckable(True)
        self.toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.toggle.setProperty("kind", "link")
        self.toggle.toggled.connect(self._on_toggled)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setAccessibleName("Layers and files to be packed")
        self.tree.setUniformRowHeights(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setFixedHeight(_HEIGHT)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.SIZE, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.tree)
        self._plan: PackPlan | None = None
        self._on_toggled(False)
        self.hide()

    def show_plan(self, plan: PackPlan | None) -> None:
        """Layers in the order of the manifest with their exact sizes, and what is left out and why."""
        if plan is not self._plan:
            self._plan = plan
            self.model.show_plan(plan)
        self.setVisible(plan is not None)

    @Slot(bool)
    def _on_toggled(self, opened: bool) -> None:
        self.toggle.setIcon(icon("chevron-down" if opened else "chevron-right"))
        self.tree.setVisible(opened)
