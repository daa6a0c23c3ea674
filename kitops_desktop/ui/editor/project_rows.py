"""The projects the user works on, as rows with what the list shows of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.records.projects import Project as Record
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.units import age_text


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """``is_there`` says whether the folder still exists, ``is_modified`` whether edits in it are unsaved.

    ``opened_at`` is in seconds since the epoch.
    """

    folder: Path
    name: str
    last_reference: str
    opened_at: float
    is_there: bool = True
    is_modified: bool = False

    @property
    def state(self) -> str:
        if not self.is_there:
            return "folder is gone"
        return "modified" if self.is_modified else ""

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
        )
        for record in records
    )


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # may not be looked at, which is not being gone
        return True
