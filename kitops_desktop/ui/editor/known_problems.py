"""What is known to be wrong with a project: in its texts, its folder and its files; and what helps."""

from __future__ import annotations

from kitops_desktop.classification.concerns import Concern, content_concerns, kitfile_concerns
from kitops_desktop.classification.remedies import IgnoreFix
from kitops_desktop.kitfile.problems import Severity
from kitops_desktop.ui.editor.content_look import ContentLook
from kitops_desktop.ui.editor.doubts_model import DoubtsModel
from kitops_desktop.ui.editor.folder_look import FolderLook
from kitops_desktop.ui.editor.problem_rows import ProblemRow, doubt_rows, fix_name, problem_rows
from kitops_desktop.ui.editor.project import Part
from kitops_desktop.ui.editor.project_editor import ProjectEditor


class KnownProblems:
    """``rows`` are as ``gather`` last found them."""

    def __init__(
        self, editor: ProjectEditor, look: FolderLook, content: ContentLook, doubts: DoubtsModel
    ) -> None:
        self.rows: tuple[ProblemRow, ...] = ()
        self._editor, self._look, self._content, self._doubts = editor, look, content, doubts

    @property
    def count(self) -> int:
        """Without mere advice."""
        return sum(row.severity is not Severity.ADVICE for row in self.rows)

    def gather(self) -> tuple[ProblemRow, ...]:
        """All of it, the worst first."""
        project, doubts = self._editor.project, self._doubts
        self.rows = problem_rows(
            project.document,
            project.ignore_problem(),
            self._concerns(),
            doubt_rows(doubts.doubts, doubts.allowed),
            project.folder,
        )
        return self.rows

    def mend(self, row: ProblemRow) -> None:
        """Do what helps, as one step that can be undone."""
        if isinstance(row.fix, IgnoreFix):
            text = self._editor.project.with_patterns(row.fix.patterns)
            self._editor.replace_text(Part.IGNORE, text, fix_name(row))
        elif row.fix is not None:
            self._editor.edit(row.fix.edit, fix_name(row))

    def _concerns(self) -> tuple[Concern, ...]:
        """What folder, files and Kitfile give cause for, as far as that is known of what stands here now."""
        scan, document = self._look.scan, self._editor.document
        of_folder = () if self._look.outdated else scan.problems
        of_text = tuple(kitfile_concerns(document.kitfile, scan.facts)) if document.is_readable else ()
        return (*of_folder, *of_text, *content_concerns(self._content.result.looks))
