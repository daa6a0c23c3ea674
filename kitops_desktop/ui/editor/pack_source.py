"""What the pack sheet knows of the project: names to propose, and the work as edited or as saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.jobs.pack_job import PackWork
from kitops_desktop.ui.editor.pack_check import PackAnswers
from kitops_desktop.ui.editor.project import Part, Project


@dataclass(frozen=True, slots=True)
class PackSource:
    """``allowed`` gives the secrets to be packed all the same; ``author`` is the one of the settings."""

    project: Project
    last_reference: str
    author: str
    allowed: Callable[[], tuple[str, ...]]

    @property
    def name(self) -> str:
        return self.project.name

    @property
    def folder(self) -> Path:
        return self.project.folder

    @property
    def package_name(self) -> str:
        package = self.project.document.kitfile.package
        return "" if package is None else package.name

    def author_offer(self) -> str:
        """The author of the settings, when the Kitfile names none; else ""."""
        package = self.project.document.kitfile.package
        return self.author if package is None or not package.authors else ""

    def saving_text(self) -> str:
        """What happens to edits that are not saved."""
        if self.project.is_new:
            return f"{self.project.kitfile_path.name} is written to the folder first."
        return "The changes to the Kitfile and .kitignore are saved first." if self.project.modified else ""

    def as_edited(self, answers: PackAnswers) -> PackWork:
        """Packs the texts as they stand in the window."""
        return PackWork(
            self.folder,
            answers.name,
            text=self.project.text(Part.KITFILE),
            ignore_text=self.project.text(Part.IGNORE),
            compression=answers.compression,
            allowed_secrets=answers.allowed,
            follow_links=answers.follow_links,
        )

    def as_saved(self, answers: PackAnswers) -> PackWork:
        """Packs what the files say when the job runs, also when it is run again later."""
        return PackWork(
            self.folder,
            answers.name,
            kitfile=self.project.kitfile_path,
            compression=answers.compression,
            allowed_secrets=answers.allowed,
            follow_links=answers.follow_links,
        )
