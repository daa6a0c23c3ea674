"""Going to a place of a project: a line of a text, a field of the form, a file in the tree."""

from __future__ import annotations

from kitops_desktop.kitfile.problems import field_path
from kitops_desktop.ui.editor.folder_side import FolderSide
from kitops_desktop.ui.editor.form_pane import FormPane
from kitops_desktop.ui.editor.pane_fit import Pane
from kitops_desktop.ui.editor.panes import Panes
from kitops_desktop.ui.editor.problem_rows import ProblemRow
from kitops_desktop.ui.editor.text_pane import TextPane


class ProjectPlaces:
    """Brings the pane on view that has it."""

    def __init__(
        self, panes: Panes, folder_side: FolderSide, form_pane: FormPane, text_pane: TextPane
    ) -> None:
        self._panes, self._folder_side = panes, folder_side
        self._form, self._text_pane = form_pane.form, text_pane

    def go_to(self, row: ProblemRow) -> None:
        """Where something is wrong: the line, else the field, else the file."""
        if row.line is not None:
            self._panes.reveal(Pane.TEXT)
            self._text_pane.go_to(row.part, row.line, row.column or 1)
        elif row.field:
            self.focus_field(row.field)
        elif row.path:
            self._panes.reveal(Pane.CONTENTS)
            self._folder_side.setCurrentWidget(self._folder_side.tree_pane)
            self._folder_side.tree_pane.reveal(row.path)

    def focus_field(self, field: str) -> None:
        self._panes.reveal(Pane.FORM)
        self._form.focus_field(field_path(field))

    def focus_path_of(self, entry: str) -> None:
        """Where an entry of the Kitfile says what is in its layer."""
        self.focus_field(f"{entry}.path")
