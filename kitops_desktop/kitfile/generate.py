"""A first Kitfile for a folder, by the rules of ``kit init``, with the reason for every choice.

Only the folder and the folders directly in it are looked at. Files are told apart by their names; one model
is chosen, what belongs to it becomes its parts, and whatever nothing else claims goes into code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kitops_desktop.kitfile.file_kinds import (
    CODE_FOLDERS,
    DOCS_FOLDER,
    FileKind,
    file_kind,
    is_writable_name,
    matching_suffix,
)
from kitops_desktop.kitfile.folder_listing import ListedFile, ListedFolder, list_folder
from kitops_desktop.kitfile.kitfile import (
    MANIFEST_VERSION,
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    Model,
    ModelPart,
    Package,
)
from kitops_desktop.kitfile.licence import MAX_TEXT, detect_licence
from kitops_desktop.kitfile.lookup import KITFILE_NAMES

MOST_CODE_FOLDERS = 5
"""With more folders of unclear content than these, all code becomes one entry for the whole folder."""
UNKNOWN_LICENCE = "Unable to determine license type"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why ``path`` (relative, ``"."`` for the folder itself) was taken for what it is.

    ``choice`` is ``model``, ``model part``, ``dataset``, ``docs``, ``code``, ``licence`` or ``left out``;
    ``why`` is a sentence.
    """

    path: str
    choice: str
    why: str


@dataclass(frozen=True, slots=True)
class Generated:
    """``warnings`` are worded as ``kit`` words them."""

    kitfile: Kitfile
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()


def generate(
    directory: Path,
    *,
    name: str = "",
    description: str = "",
    author: str = "",
    package: Package | None = None,
) -> Generated:
    """A Kitfile for the files in ``directory``; ``package`` wins over the single texts.

    ``kit`` reads the licence file from the current directory, so that it finds one only for ``kit init .``;
    here it is read from ``directory``. Raises FileAccessError when the folder cannot be listed.
    """
    if package is None:
        package = Package(name=name, description=description, authors=(author,) if author else ())
    listing = list_folder(directory)
    licence_files = (file.path for file in listing.files if is_licence_file(file.name))
    licences = {path: _read_licence(directory / path) for path in licence_files}
    return generate_from_listing(listing, package, licences)


def generate_from_listing(listing: ListedFolder, package: Package, licences: dict[str, str]) -> Generated:
    """A Kitfile for files that are only listed; ``licences`` holds the licence texts by path."""
    return _Generation(package, licences).run(listing)


def is_licence_file(name: str) -> bool:
    return name.lower().startswith("license")


def _read_licence(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_TEXT).decode("utf-8", "replace")
    except OSError:
        return ""


class _Generation:
    """One run; collects what belongs where before the model is chosen."""

    def __init__(self, package: Package, licences: dict[str, str]) -> None:
        self._package = package
        self._texts = licences
        self._model: Model | None = None
        self._code: list[CodeEntry] = []
        self._datasets: list[Dataset] = []
        self._docs: list[DocsEntry] = []
        self._model_files: list[tuple[ListedFile, str]] = []
        self._metadata: list[ListedFile] = []
        self._unclear_files: list[str] = []
        self._unclear_folders: list[tuple[str, str]] = []
        self._licence = ""
        self._reasons: list[Reason] = []
        self._warnings: list[str] = []

    def run(self, listing: ListedFolder) -> Generated:
        for path in listing.left_out:
            self._because(
                path, "left out", "It is a link or a special file; only files and folders are packed."
            )
        for file in listing.files:
            self._top_file(file)
        for folder in listing.folders:
            self._folder(folder)
        self._choose_model()
        self._place_metadata()
        self._place_unclear()
        self._place_licence()
        kitfile = Kitfile(
            MANIFEST_VERSION,
            self._package,
            self._model,
            tuple(self._code),
            tuple(self._datasets),
            tuple(self._docs),
        )
        return Generated(kitfile, tuple(self._reasons), tuple(self._warnings))

    def _because(self, path: str, choice: str, why: str) -> None:
        self._reasons.append(Reason(path, choice, why))

    def _top_file(self, file: ListedFile) -> None:
        lower = file.name.lower()
        if file.name in KITFILE_NAMES:
            self._because(file.path, "left out", "A Kitfile describes the kit and is never packed as a file.")
        elif lower.startswith("readme") and is_writable_name(file.name):
            self._docs.append(DocsEntry(file.path, "Readme file"))
            self._because(file.path, "docs", "Its name starts with readme.")
        elif is_licence_file(file.name) and is_writable_name(file.name):
            self._licence_file(file)
        else:
            self._top_file_by_kind(file, file_kind(file.name))

    def _licence_file(self, file: ListedFile) -> None:
        self._docs.append(DocsEntry(file.path, "License file"))
        self._licence = detect_licence(self._texts.get(file.path, ""))
        if self._licence:
            self._because(
                file.path, "docs", f"Its name starts with license; its text is that of {self._licence}."
            )
        else:
            self._because(
                file.path, "docs", "Its name starts with license; which licence it is was not recognised."
            )
            self._warnings.append(UNKNOWN_LICENCE)

    def _top_file_by_kind(self, file: ListedFile, kind: FileKind) -> None:
        ending = f"Files ending with {matching_suffix(file.name, kind)}"
        if kind is FileKind.MODEL:
            self._model_files.append((file, f"{ending} hold models."))
        elif kind is FileKind.METADATA:
            self._metadata.append(file)
        elif kind is FileKind.DOCS:
            self._docs.append(DocsEntry(file.path))
            self._because(file.path, "docs", f"{ending} are documentation.")
        elif kind is FileKind.DATASET:
            self._datasets.append(Dataset(path=file.path))
            self._because(file.path, "dataset", f"{ending} hold data.")
        else:
            self._unclear_files.append(file.path)

    def _folder(self, folder: ListedFolder) -> None:
        if folder.name == DOCS_FOLDER:
            self._docs.append(DocsEntry(folder.path))
            self._because(folder.path, "docs", "A folder of this name holds documentation.")
        elif folder.name in CODE_FOLDERS:
            self._code.append(CodeEntry(folder.path))
            self._because(folder.path, "code", "A folder of this name holds code.")
        elif not is_writable_name(folder.name):
            self._unclear_files.append(folder.path)
        else:
            self._folder_by_content(folder)

    def _folder_by_content(self, folder: ListedFolder) -> None:
        kinds = {file.path: file_kind(file.name) for file in folder.files}
        content = set(kinds.values()) - {FileKind.METADATA} | (
            {FileKind.UNKNOWN} if folder.folders else set()
        )
        for file in folder.files:
            if kinds[file.path] is FileKind.MODEL:
                ending = matching_suffix(file.name, FileKind.MODEL)
                self._model_files.append((file, f"Files ending with {ending} hold models."))
        if content == {FileKind.MODEL}:
            metadata = (file for file in folder.files if kinds[file.path] is FileKind.METADATA)
            self._model_files += ((file, f"It lies beside a model in {folder.path}.") for file in metadata)
        elif content == {FileKind.DATASET}:
            self._datasets.append(Dataset(path=folder.path))
            self._because(folder.path, "dataset", "All files in it are data.")
        elif content == {FileKind.DOCS}:
            self._docs.append(DocsEntry(folder.path))
            self._because(folder.path, "docs", "All files in it are documentation.")
        else:
            self._unclear_folders.append((folder.path, _why_unclear(folder, content)))

    def _choose_model(self) -> None:
        if not self._model_files:
            return
        files = [file for file, _ in self._model_files]
        chosen, named, why = _chosen_model(files)
        self._model = Model(name=_without_suffix(chosen) if named else "", path=chosen.path)
        for file, reason in self._model_files:
            if file == chosen:
                self._because(file.path, "model", why or reason)
            else:
                self._add_part(file, reason)

    def _add_part(self, file: ListedFile, why: str) -> None:
        assert self._model is not None
        self._model = replace(self._model, parts=(*self._model.parts, ModelPart(path=file.path)))
        self._because(file.path, "model part", why)

    def _place_metadata(self) -> None:
        for file in self._metadata:
            ending = matching_suffix(file.name, FileKind.METADATA)
            if self._model is not None:
                self._add_part(file, f"Files ending with {ending} describe the model beside them.")
            else:
                self._datasets.append(Dataset(path=file.path))
                self._because(
                    file.path, "dataset", f"Files ending with {ending} count as data where no model is."
                )

    def _place_unclear(self) -> None:
        """One entry for everything when a file is unclear or many folders are, else one for each folder."""
        too_many = len(self._unclear_folders) > MOST_CODE_FOLDERS
        if self._unclear_files or too_many:
            self._code = [CodeEntry(".")]
            for path in self._unclear_files:
                self._because(path, "code", "Nothing in its name says what it is, so it counts as code.")
            for path, why in self._unclear_folders:
                self._because(path, "code", why)
            self._because(
                ".", "code", "One code entry for the whole folder takes what no other entry claims."
            )
            return
        for path, why in self._unclear_folders:
            self._code.append(CodeEntry(path))
            self._because(path, "code", why)

    def _place_licence(self) -> None:
        """Where the licence is noted: the model, else the only dataset, else the only code entry, else the
        package."""
        if not self._licence:
            return
        if self._model is not None:
            self._model = replace(self._model, license=self._licence)
        elif len(self._datasets) == 1:
            self._datasets[0] = replace(self._datasets[0], license=self._licence)
        elif len(self._code) == 1:
            self._code[0] = replace(self._code[0], license=self._licence)
        else:
            self._package = replace(self._package, license=self._licence)


def _chosen_model(files: list[ListedFile]) -> tuple[ListedFile, bool, str]:
    """The file that is the model, whether the model is named after it, and why it was chosen."""
    if len(files) == 1:
        return files[0], True, ""
    largest = max(files, key=lambda file: file.size)
    average = sum(file.size for file in files) // len(files)
    if largest.size > average + average // 2:
        return largest, True, "It is by far the largest of the model files; the others are its parts."
    return (
        files[0],
        False,
        "It is the first of several model files of similar size; the others are its parts.",
    )


def _without_suffix(file: ListedFile) -> str:
    """The path without the last ending of the name; ``kit`` names the model so."""
    return file.path[: file.path.rindex(".")] if "." in file.name else file.path


def _why_unclear(folder: ListedFolder, content: set[FileKind]) -> str:
    if folder.unreadable:
        return "It cannot be read, so it counts as code."
    if not folder.files and not folder.folders:
        return "It is empty, so it counts as code."
    if len(content) > 1:
        return "It holds files of several kinds, so it counts as code."
    return "Nothing in it says what it is, so it counts as code."
