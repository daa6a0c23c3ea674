"""Filling a template: which files of a folder fit an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import PurePosixPath

from kitops_desktop.classification.template_files import TemplateFiles
from kitops_desktop.kitfile.kitfile import (
    MANIFEST_VERSION,
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    Model,
    ModelPart,
    Package,
    Prompt,
)

MOST_ENTRIES = 50
"""Entries of one section; what fits beyond them is said, not named."""
_SHARD = re.compile(r"(?P<stem>.+)-\d{5}-of-\d{5}(?P<suffix>\.[a-z0-9]+)")

DATA = (".parquet", ".csv", ".tsv", ".jsonl", ".arrow", ".feather", ".npy", ".npz", ".zip", ".tar", ".tar.gz")
_CODE = (".py", ".ipynb", ".sh", ".r", ".jl", ".sql", ".scala", ".toml", ".lock", ".cfg")
_DOCS = (".md", ".rst", ".adoc", ".pdf", ".html")
_DATA_FOLDERS = ("data", "dataset", "datasets")
_CODE_FOLDERS = ("src", "code", "scripts", "notebooks", "lib", "app", "tests")
_CODE_NAMES = re.compile(
    r"requirements.*\.txt|environment\.ya?ml|dockerfile|makefile|params\.ya?ml|conda\.ya?ml"
)
_DOCS_FOLDERS = ("docs", "doc")
_DOCS_NAMES = re.compile(r"readme.*|licen[cs]e.*|notice.*|changelog.*|citation.*")
_PROMPT_FOLDERS = ("prompts", "skills")
_PROMPT_NAMES = re.compile(r"skill\.md|agents\.md|.*\.prompt|.*\.prompty|.*\.prompt\.(md|txt|ya?ml)")


class Filling:
    """Entries that were found so far. Each method takes what fits it; the order of calls is the order in
    which a file may be claimed. ``missing`` gets a sentence for what nothing fits.
    """

    def __init__(self, files: TemplateFiles, package: Package) -> None:
        self.files, self.package = files, package
        self.missing: list[str] = []
        self.model: Model | None = None
        self._parts: list[ModelPart] = []
        self._datasets: list[Dataset] = []
        self._code: list[CodeEntry] = []
        self._docs: list[DocsEntry] = []
        self._prompts: list[Prompt] = []

    @property
    def kitfile(self) -> Kitfile:
        model = self.model
        if model is not None:
            model = Model(**{name: getattr(model, name) for name in _MODEL_TEXTS}, parts=tuple(self._parts))
        return Kitfile(
            MANIFEST_VERSION,
            self.package,
            model,
            tuple(self._code),
            tuple(self._datasets),
            tuple(self._docs),
            tuple(self._prompts),
        )

    def take_model(self, suffixes: tuple[str, ...], framework: str, *, name: str = "") -> str:
        """The weights: the largest file, of the first of ``suffixes`` that any file has; of a file in pieces
        the first piece, with the others as parts. ``name`` is an expression that file names have to match.
        Gives the path, "" when there is none.
        """
        for suffix in suffixes:
            found = self.files.find(partial(_is_model, suffix, name))
            if found:
                pieces = self._largest(found)
                break
        else:
            self.missing.append(f"Model: no file ends in {_listed(suffixes)}.")
            return ""
        first, *others = pieces
        self.model = Model(
            name=self.package.name,
            path=first,
            license=self.package.license,
            framework=framework,
            format=suffix.lstrip("."),
        )
        self.files.take(first)
        self._add_parts(others, "weights")
        return first

    def take_parts(self, names: re.Pattern[str], type_name: str, what: str, *, needed: bool = False) -> None:
        """Files beside the model (in its folder or at the top) that belong to it."""
        near = {"", "" if self.model is None else _above(self.model.path)}
        found = self.files.find(
            lambda path: _above(path) in near and names.fullmatch(_name(path)) is not None
        )
        if self.model is not None:
            self._add_parts(found, type_name)
        if needed and not found:
            self.missing.append(f"Model part: no {what} is beside the model.")

    def take_datasets(self, *, needed: bool = True) -> None:
        """Folders that are called data, and files of data."""
        for path in self._folders(_DATA_FOLDERS):
            self._datasets.append(Dataset(name=PurePosixPath(path).name, path=path))
        loose = self.files.find(lambda path: path.lower().endswith(DATA))
        for path in self._limited(self._gathered(loose), "Dataset"):
            self._datasets.append(Dataset(name=PurePosixPath(path).stem, path=path))
        if needed and not self._datasets:
            self.missing.append(f"Dataset: there is no folder called data, and no {_listed(DATA[:5])} file.")

    def take_code(self, *, needed: bool = True) -> None:
        """Folders that are called as code is, packages, and scripts at the top."""
        packages = tuple(path for path in self.files.folders if f"{path}/__init__.py" in self.files.sizes)
        for path in self._folders((*_CODE_FOLDERS, *(path for path in packages if "/" not in path))):
            self._code.append(CodeEntry(path=path))
        found = self.files.find(
            lambda path: (
                "/" not in path
                and (path.lower().endswith(_CODE) or _CODE_NAMES.fullmatch(path.lower()) is not None)
            )
        )
        self._code += [CodeEntry(path=path) for path in self._limited(found, "Code")]
        if needed and not self._code:
            self.missing.append("Code: no script, notebook or folder of code is here.")

    def take_docs(self) -> None:
        for path in self._folders(_DOCS_FOLDERS):
            self._docs.append(DocsEntry(path=path))
        found = self.files.find(
            lambda path: (
                "/" not in path
                and (path.lower().endswith(_DOCS) or _DOCS_NAMES.fullmatch(path.lower()) is not None)
            )
        )
        self._docs += [DocsEntry(path=path) for path in self._limited(found, "Docs")]
        if not self._docs:
            self.missing.append("Docs: no README or other document is here.")

    def take_prompts(self) -> None:
        for path in self._folders(_PROMPT_FOLDERS):
            self._prompts.append(Prompt(name=PurePosixPath(path).name, path=path))
        found = self.files.find(lambda path: _PROMPT_NAMES.fullmatch(_name(path)) is not None)
        for path in self._limited(found, "Prompt"):
            own = PurePosixPath(path)
            name = own.parent.name if own.name.lower() == "skill.md" and own.parent.name else own.stem
            self._prompts.append(Prompt(name=name, path=path))
        if not self._prompts:
            self.missing.append("Prompt: no prompts folder, SKILL.md, AGENTS.md or .prompt file is here.")

    def _add_parts(self, paths: Iterable[str], type_name: str) -> None:
        for path in self._limited(tuple(paths), "Model part"):
            name = PurePosixPath(path).stem
            self._parts.append(ModelPart(name=name, path=path, type=type_name))

    def _largest(self, found: tuple[str, ...]) -> tuple[str, ...]:
        """The file, or all pieces of the file, that has the most bytes."""
        groups: dict[tuple[str, str], list[str]] = {}
        for path in found:
            piece = _SHARD.fullmatch(path)
            key = (path, "") if piece is None else (piece["stem"], piece["suffix"])
            groups.setdefault(key, []).append(path)
        return tuple(max(groups.values(), key=lambda paths: sum(self.files.sizes[path] for path in paths)))

    def _folders(self, names: Iterable[str]) -> tuple[str, ...]:
        """Take the folders at the top with one of these names of which no file is taken yet."""
        wanted = {name.lower() for name in names}
        found = sorted(path for path in self.files.folders if "/" not in path and path.lower() in wanted)
        free = tuple(path for path in found if self.files.has_free_files(path))
        for path in free:
            self.files.take(path)
        return free

    def _gathered(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Files as they are; where a folder at the top has nothing else, the folder for all in it."""
        made: dict[str, None] = {}
        fitting = set(paths)
        for path in paths:
            top = path.partition("/")[0]
            inside = [one for one in self.files.sizes if one.startswith(f"{top}/")]
            whole = "/" in path and fitting.issuperset(inside)
            made[top if whole else path] = None
        return tuple(made)

    def _limited(self, paths: tuple[str, ...], what: str) -> tuple[str, ...]:
        """Take the first of them, and say how many are left out."""
        kept = paths[:MOST_ENTRIES]
        for path in kept:
            self.files.take(path)
        if len(paths) > len(kept):
            self.missing.append(f"{what}: {len(paths) - len(kept):,} further files are not named one by one.")
        return kept


_MODEL_TEXTS = ("name", "path", "license", "framework", "format", "version", "description")


def _is_model(suffix: str, name: str, path: str) -> bool:
    """Whether a file may be the weights; arrays and pickles in a folder of data are data."""
    if not path.lower().endswith(suffix) or path.partition("/")[0].lower() in _DATA_FOLDERS:
        return False
    return not name or re.fullmatch(name, _name(path)) is not None


def _name(path: str) -> str:
    return path.rpartition("/")[2].lower()


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _listed(words: tuple[str, ...]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
