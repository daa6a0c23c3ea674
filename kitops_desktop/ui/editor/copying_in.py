"""Files from outside of the project: offered to be copied into it, then named in the Kitfile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from kitops_desktop.explanation import explain
from kitops_desktop.jobs.background import Background
from kitops_desktop.jobs.copy_into_job import CopyIntoWork, SameName, Survey, survey
from kitops_desktop.jobs.job import Job, JobState
from kitops_desktop.ui.background_signals import Reader
from kitops_desktop.ui.editor import form_edits
from kitops_desktop.ui.editor.field_names import FieldPath
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.navigation import TRANSFERS
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.parts import label, restyle
from kitops_desktop.ui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from kitops_desktop.ui.editor.project_page import ProjectPage

_MAX_NAMES = 8
_RULES = (
    (SameName.SKIP, "&Keep what is there, and copy the rest"),
    (SameName.KEEP_BOTH, "Keep &both: the copy gets another name"),
    (SameName.REPLACE, "&Replace the files that are there"),
)


def ask_copy_into(page: ProjectPage, paths: tuple[Path, ...], section: FieldPath | None) -> None:
    """Offer to copy what is not in the folder of the project; then move it to ``section`` of the Kitfile
    (None: to none). What is in the folder already is moved at once.
    """
    folder = page.project.folder
    inside = tuple(name for path in paths if (name := form_edits.path_in_folder(folder, path)))
    outside = tuple(path for path in paths if not form_edits.path_in_folder(folder, path))
    if inside and section is not None:
        page.folder_side.move_paths(inside, section)
    if outside:
        _CopyingIn(page, outside, section).ask()


class CopySheet(Sheet):
    """``agreed`` carries the ``SameName`` once it is known what would be copied."""

    agreed = Signal(object)

    def __init__(
        self, folder: Path, sources: tuple[Path, ...], background: Background, host: QWidget
    ) -> None:
        super().__init__("Copy into the project", host, width=500)
        self._reader = Reader(background, self)
        one = len(sources) == 1
        self.body.addWidget(
            label(
                f"{'This is' if one else 'These are'} not in the folder of the project, and a ModelKit takes "
                f"only what is. {'It is' if one else 'They are'} copied; the original stays where it is.",
                wrap=True,
            )
        )
        names = [name_text(str(source)) for source in sources]
        for name in (*names[:_MAX_NAMES], *_rest(names)):
            self.body.addWidget(label(f"• {name}", wrap=True))
        self._says = label("Looking at what would be copied…", "muted", wrap=True)
        self.body.addWidget(self._says)
        self._conflict = QWidget()
        self._rules = self._make_rules()
        self.body.addWidget(self._conflict)
        self.body.addStretch(1)
        self.add_button("Cancel").clicked.connect(self.close_sheet)
        self._copy = self.add_button("Copy", "primary", "copy")
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self._agree)
        self._reader.read(lambda token: survey(folder, sources, token), self._on_survey, self._on_failed)

    def _make_rules(self) -> dict[SameName, QRadioButton]:
        self._conflict.hide()
        column = QVBoxLayout(self._conflict)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._in_the_way = label("", "strong", wrap=True)
        column.addWidget(self._in_the_way)
        group = QButtonGroup(self)
        made = {}
        for rule, text in _RULES:
            made[rule] = QRadioButton(text)
            group.addButton(made[rule])
            column.addWidget(made[rule])
        made[SameName.KEEP_BOTH].setChecked(True)
        return made

    def _on_survey(self, found: Survey) -> None:
        free = "" if found.free is None else f"; {size_text(found.free)} free"
        self._says.setText(f"{count_text(found.files, 'file')}, {size_text(found.size)}{free}")
        names = [name_text(name) for name in found.in_the_way]
        listed = ", ".join((*names[:_MAX_NAMES], *_rest(names)))
        self._in_the_way.setText(f"The folder has this already: {listed}")
        self._conflict.setVisible(bool(names))
        fits = found.free is None or found.size <= found.free
        if not fits:
            restyle(self._says, kind="danger")
        self._copy.setEnabled(fits)
        if fits:
            self._copy.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._says.setText(explain(error).what_and_why)
        restyle(self._says, kind="danger")

    def _agree(self) -> None:
        self.agreed.emit(next(rule for rule, made in self._rules.items() if made.isChecked()))
        self.close_sheet()


class _CopyingIn(QObject):
    """From the offer to the entry; goes when that is done, or with the page."""

    def __init__(self, page: ProjectPage, sources: tuple[Path, ...], section: FieldPath | None) -> None:
        super().__init__(page)
        self._page, self._sources, self._section = page, sources, section
        self._job: Job | None = None
        page.navigator.job_signals.changed.connect(self._on_job)

    def ask(self) -> None:
        page = self._page
        sheet = CopySheet(page.project.folder, self._sources, page.workspace.background, page.sheet_host)
        sheet.agreed.connect(self._start)
        sheet.closed.connect(self._on_closed)
        sheet.open_sheet()

    @Slot(object)
    def _start(self, same_name: SameName) -> None:
        page = self._page
        work = CopyIntoWork(page.project.folder, self._sources, same_name)
        self._job = page.workspace.jobs.submit(work)
        self._tell(f"{work.title} …")

    @Slot()
    def _on_closed(self) -> None:
        if self._job is None:
            self.deleteLater()

    @Slot(object)
    def _on_job(self, job: Job) -> None:
        if job is not self._job or not job.state.is_finished:
            return
        if job.state is JobState.DONE and job.result is not None:
            names = tuple(name for name in job.result.details["names"] if name)
            self._page.navigator.notify(f"{job.result.summary}.")
            self._page.look.look()
            if self._section is not None and names:
                self._page.folder_side.move_paths(names, self._section)
        elif job.state is JobState.FAILED:
            self._tell(f"{job.title}: {job.explanation.title if job.explanation else 'It failed.'}")
        self.deleteLater()

    def _tell(self, text: str) -> None:
        navigator = self._page.navigator
        navigator.notify(text, "Show", lambda: navigator.show_page(TRANSFERS))


def _rest(names: list[str]) -> tuple[str, ...]:
    rest = len(names) - _MAX_NAMES
    return (f"and {rest:,} more",) if rest > 0 else ()
