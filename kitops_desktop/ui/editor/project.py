"""A project as the editor holds it: the texts of its Kitfile and .kitignore. No Qt, no scanning of the
folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kitops_desktop.errors import IgnoreFileError, KitfileNotFound
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.generate import Reason, generate
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.problems import Problem, Severity
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.ui.editor.text_file import TextFile

IGNORE_FILE = ".kitignore"


class Project:
    """A folder with the Kitfile being edited.

    ``reasons`` say why a generated Kitfile is as it is; they are empty for one that was read. ``is_new``
    until the
    Kitfile is saved for the first time.
    """

    def __init__(self, folder: Path, *, author: str = "") -> None:
        self.folder = folder
        self.reasons: tuple[Reason, ...] = ()
        self._kitfile = TextFile(_kitfile_path(folder))
        self._ignore = TextFile(folder / IGNORE_FILE)
        self.ignore_text = self._ignore.saved or ""
        self.document = KitfileDocument(self._first_text(author))

    @property
    def name(self) -> str:
        return self.folder.name or str(self.folder)

    @property
    def kitfile_path(self) -> Path:
        return self._kitfile.path

    @property
    def is_new(self) -> bool:
        return self._kitfile.saved is None

    @property
    def modified(self) -> bool:
        return self.document.text != (self._kitfile.saved or "") or self.ignore_modified or self.is_new

    @property
    def ignore_modified(self) -> bool:
        return self.ignore_text != (self._ignore.saved or "")

    @property
    def changed_outside(self) -> bool:
        """Whether another program changed a file that is open here. Reads both files."""
        return self._kitfile.changed_outside or self._ignore.changed_outside

    def ignore_rules(self) -> IgnoreRules:
        """The rules being edited, saved or not. Raises ``IgnoreFileError``."""
        return IgnoreRules.parse(self.ignore_text)

    def ignore_problem(self) -> Problem | None:
        try:
            self.ignore_rules()
        except IgnoreFileError as error:
            return Problem(Severity.ERROR, str(error), field=IGNORE_FILE)
        return None

    def with_patterns(self, patterns: Iterable[str]) -> str:
        """The text of .kitignore with these patterns added at its end; those it has already are not repeated.
        """
        known = {line.strip() for line in self.ignore_text.splitlines()}
        new = [pattern for pattern in dict.fromkeys(patterns) if pattern not in known]
        if not new:
            return self.ignore_text
        end = "\r\n" if "\r\n" in self.ignore_text else "\n"
        start = self.ignore_text
        if start and not start.endswith("\n"):
            start += end
        return start + "".join(pattern + end for pattern in new)

    def save(self, *, anyway: bool = False) -> None:
        """Write what was changed. Raises ``ChangedOutside``, ``FileAccessError``."""
        if self.ignore_modified:
            self._ignore.save(self.ignore_text, anyway=anyway)
        if self.document.text != self._kitfile.saved:
            self._kitfile.save(self.document.text, anyway=anyway)

    def reload(self) -> None:
        """Take what is on disk in place of what is here."""
        self.ignore_text = self._ignore.load() or ""
        text = self._kitfile.load()
        if text is not None:
            self.document = KitfileDocument(text)

    def outside_text(self) -> str:
        """The Kitfile as it is on disk now."""
        return self._kitfile.text_on_disk() or ""

    def _first_text(self, author: str) -> str:
        if self._kitfile.saved is not None:
            return self._kitfile.saved
        generated = generate(self.folder, author=author)
        self.reasons = generated.reasons
        return to_yaml(generated.kitfile)


def _kitfile_path(folder: Path) -> Path:
    try:
        return find_kitfile(folder)
    except KitfileNotFound:
        return folder / "Kitfile"
