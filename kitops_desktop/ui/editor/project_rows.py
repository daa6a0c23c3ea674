"""The projects the user works on, as rows with what the list shows of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.jobs.project_state import PackedAs, ProjectState
from kitops_desktop.records.projects import Project as Record
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.standing_text import Pill, pills, standing_tone
from kitops_desktop.ui.units import age_text
from kitops_desktop.ui.widgets.badge import Tone


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """``is_there`` says whether the folder still exists, ``is_modified`` whether edits in it are unsaved,
    ``standing`` how it stands to what it was packed as, None while that is not known.

    ``opened_at`` is in seconds since the epoch.
    """

    folder: Path
    name: str
    last_reference: str
    opened_at: float
    is_there: bool = True
    is_modified: bool = False
    last_digest: str = ""
    standing: ProjectState | None = None

    @property
    def state(self) -> str:
        if not self.is_there:
            return "folder is gone"
        return "modified" if self.is_modified else ""

    @property
    def packed(self) -> PackedAs:
        return PackedAs(self.last_reference, self.last_digest)

    @property
    def pills(self) -> tuple[Pill, ...]:
        """All that the list says of its state."""
        if not self.is_there:
            return ((self.state, "danger"),)
        edited: tuple[Pill, ...] = ((self.state, "warning"),) if self.is_modified else ()
        return (*edited, *pills(self.standing))

    @property
    def states(self) -> str:
        """The same as one line."""
        return ", ".join(text for text, _ in self.pills)

    @property
    def tone(self) -> Tone:
        """The colour of its dot."""
        if not self.is_there:
            return "danger"
        return "warning" if self.is_modified else standing_tone(self.standing)

    @property
    def place(self) -> str:
        """The folder, with ~ for the home folder."""
        try:
            return "~/" + name_text(self.folder.relative_to(Path.home()).as_posix())
        except (ValueError, RuntimeError):
            return name_text(str(self.folder))

    @property
    def opened(self) -> str:
        return age_text(self.opened_at)


def read_rows(records: Iterable[Record]) -> tuple[ProjectRow, ...]:
    """A row for each record; looks whether the folders are there, which may take time on a network."""
    return tuple(
        ProjectRow(
            record.folder,
            name_text(record.name or record.folder.name),
            record.last_reference,
            record.opened_at,
            _is_there(record.folder),
            last_digest=record.last_digest,
        )
        for record in records
    )


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # may not be looked at, which is not being gone
        return True
