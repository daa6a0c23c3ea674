"""A project as the editor holds it: the texts of its Kitfile and .kitignore. No Qt, no scanning of the
folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kitops_desktop.classification.classification import Alternative, Classification, Guess, Section
from kitops_desktop.classification.origin import package_of
from kitops_desktop.errors import IgnoreFileError, KitfileNotFound
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.generate import Reason, generate
from kitops_desktop.kitfile.ignore import IGNORE_FILE, IgnoreRules
from kitops_desktop.kitfile.kitfile import Package
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.problems import Problem, Severity
from kitops_desktop.kitfile.three_way import first_mark
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.shown_text import line_end
from kitops_desktop.ui.editor.text_file import ChangedOutside, TextFile


class Part(Enum):
    """The two files of a project that are edited."""

    KITFILE = "Kitfile"
    IGNORE = IGNORE_FILE


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The two files as another program left them; None where there is none."""

    kitfile: str | None
    ignore: str | None


class Project:
    """A folder with the Kitfile being edited. ``document`` is what the text said when it was last read.

    ``reasons`` say why a generated Kitfile is as it is; they are empty for one that was read. ``guesses`` are
    those of the ``proposal`` by content, once the files have been looked into; a line proposed for .kitignore
    has its name as field.
    """

    def __init__(
        self, folder: Path, *, author: str = "", kitfile: Path | None = None, repository: str = ""
    ) -> None:
        """Reads both files, or looks through the folder for a first Kitfile. ``kitfile`` is for a file of
        another name than `kit` looks for, ``repository`` the one that the folder was downloaded from.

        Raises ``FileAccessError`` and ``ContentTooLarge``.
        """
        self.folder = folder
        self.place = kitfile or folder
        """What tells it from other open projects: the folder, or the Kitfile where that was chosen."""
        self.repository = repository
        self.reasons: tuple[Reason, ...] = ()
        self.guesses: tuple[Guess, ...] = ()
        self.proposal = ""
        self._files = {
            Part.KITFILE: TextFile(kitfile or _kitfile_path(folder)),
            Part.IGNORE: TextFile(folder / IGNORE_FILE),
        }
        self._first = {Part.KITFILE: self._first_text(author), Part.IGNORE: ""}
        self._texts = {part: self.unedited(part) for part in Part}
        self.document = KitfileDocument(self._texts[Part.KITFILE])

    @property
    def name(self) -> str:
        return self.folder.name or str(self.folder)

    @property
    def kitfile_path(self) -> Path:
        return self._files[Part.KITFILE].path

    @property
    def is_new(self) -> bool:
        """Whether the Kitfile was never saved."""
        return self._files[Part.KITFILE].saved is None

    @property
    def modified(self) -> bool:
        """Whether something was edited that is on no disk; a proposed Kitfile as proposed is not."""
        return any(self.is_modified(part) for part in Part)

    def is_modified(self, part: Part) -> bool:
        return self._texts[part] != self.unedited(part)

    @property
    def needs_saving(self) -> bool:
        return self.modified or self.is_new

    def text(self, part: Part) -> str:
        return self._texts[part]

    def set_text(self, part: Part, text: str) -> None:
        """Edit; ``document`` stays what it is until ``read``."""
        self._texts[part] = text

    @property
    def is_read(self) -> bool:
        """Whether ``document`` is of the text as it is now."""
        return self.document.text == self._texts[Part.KITFILE]

    def read(self) -> KitfileDocument:
        """Read the text anew."""
        self.document = self.document.changed(self._texts[Part.KITFILE])
        return self.document

    def ignore_rules(self) -> IgnoreRules:
        """The rules being edited, saved or not. Raises ``IgnoreFileError``."""
        return IgnoreRules.parse(self._texts[Part.IGNORE])

    def ignore_problem(self) -> Problem | None:
        mark = first_mark(self._texts[Part.IGNORE])
        if mark is not None:
            return Problem(Severity.ERROR, "choose one of the two versions", mark, field=IGNORE_FILE)
        try:
            self.ignore_rules()
        except IgnoreFileError as error:
            return Problem(Severity.ERROR, error.reason, error.line, field=IGNORE_FILE)
        return None

    def with_patterns(self, patterns: Iterable[str]) -> str:
        """The text of .kitignore with these patterns added at its end; those it has already are not
        repeated.
        """
        text = self._texts[Part.IGNORE]
        known = {line.strip() for line in text.splitlines()}
        new = [pattern for pattern in dict.fromkeys(patterns) if pattern not in known]
        if not new:
            return text
        end = line_end(text)
        gap = end if text and not text.endswith("\n") else ""
        return text + gap + "".join(pattern + end for pattern in new)

    @property
    def changed_outside(self) -> bool:
        """Whether another program changed a file that is open here. Reads both files."""
        return any(file.changed_outside for file in self._files.values())

    def on_disk(self) -> OnDisk:
        """Both files as they are now on disk. Raises ``FileAccessError`` and ``ContentTooLarge``."""
        return OnDisk(*(self._files[part].text_on_disk() for part in Part))

    def save(self, *, anyway: bool = False, on_written: Callable[[Path], None] | None = None) -> None:
        """Write what was changed; with ``anyway`` also over what another program wrote meanwhile.

        ``on_written`` gets each file at once: who watches the folder has to know before it is told of it.
        Raises ``ChangedOutside`` and ``FileAccessError``.
        """
        if not anyway and self.changed_outside:
            raise ChangedOutside(self.folder)
        parts = []
        if self._texts[Part.IGNORE] != (self._files[Part.IGNORE].saved or ""):
            parts.append(Part.IGNORE)
        if self._texts[Part.KITFILE] != self._files[Part.KITFILE].saved or anyway:
            parts.append(Part.KITFILE)
        for part in parts:
            self._files[part].save(self._texts[part], anyway=anyway)
            if on_written is not None:
                on_written(self._files[part].path)

    def accept_disk(self) -> OnDisk:
        """What is on disk counts as read from now on; the texts being edited stay.

        A vanished Kitfile leaves the text as the one to be saved.
        """
        return OnDisk(*(self._files[part].load() for part in Part))

    def saved(self, part: Part) -> str | None:
        """The text as it was last read or saved; None where there was no file."""
        return self._files[part].saved

    def base(self, part: Part) -> str | None:
        """What the text being edited came from; "" for a file that was not there, None when nobody knows."""
        base = self._files[part].base
        return "" if base is None and self._files[part].saved is None else base

    def distrust(self, part: Part, base: str) -> None:
        """The text being edited came from ``base``, not from what is on disk: who saves is asked first."""
        self._files[part].distrust(base)

    def unedited(self, part: Part) -> str:
        """The text as it would be without edits."""
        saved = self._files[part].saved
        return self._first[part] if saved is None else saved

    def take_classification(self, found: Classification) -> None:
        """Keep what was found in the files; the text stays as it is."""
        left_out = (
            Guess(IGNORE_FILE, one.pattern, one.why, (Alternative(section=Section.IGNORED),))
            for one in found.ignore
        )
        self.guesses, self.proposal = (*found.guesses, *left_out), to_yaml(found.kitfile)

    def propose(self) -> None:
        """Take the proposal by content as the text that was never edited, until the Kitfile is saved."""
        self._first[Part.KITFILE] = self._texts[Part.KITFILE] = self.proposal

    def _first_text(self, author: str) -> str:
        if self._files[Part.KITFILE].saved is not None:
            return ""
        own = Package(name=name_text(self.folder.name), authors=(author,) if author else ())
        generated = generate(self.folder, package=package_of(self.repository) if self.repository else own)
        self.reasons = generated.reasons
        return to_yaml(generated.kitfile)


def _kitfile_path(folder: Path) -> Path:
    try:
        return find_kitfile(folder)
    except KitfileNotFound:
        return folder / "Kitfile"
