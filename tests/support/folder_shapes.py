"""The labelled folders of ``tests/data/folders``: built for real, and held against what a program says.

The ``README.md`` there says what the labels mean and when an answer is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile, Model
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.kitfile.reading import read_kitfile
from support.folder_contents import file_content

SHAPES = Path(__file__).parents[1] / "data" / "folders"
LATER = SHAPES / "later"


@dataclass(frozen=True, slots=True)
class FolderShape:
    """A folder and its labels. Paths are relative, with ``/``.

    ``ignore`` are the files that belong into ``.kitignore``, ``either`` those where packing and leaving out
    are both right, ``accept`` further right answers by field.
    """

    id: str
    about: str
    source: str
    folder: str
    files: Mapping[str, Mapping[str, Any] | None]
    text: str
    ignore: tuple[str, ...]
    either: tuple[str, ...]
    accept: Mapping[str, tuple[str, ...]]

    @property
    def kitfile(self) -> Kitfile:
        return read_kitfile(self.text)

    def build(self, parent: Path) -> Path:
        """The folder, made in ``parent``."""
        root = parent / self.id / self.folder
        for path, spec in self.files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file_content(path, spec))
        return root


def load_shapes(folder: Path = SHAPES) -> tuple[FolderShape, ...]:
    """The shapes of a folder in the order of their names, without those of its subfolders."""
    return tuple(_shape(path) for path in sorted(folder.glob("*.yaml")))


def _shape(path: Path) -> FolderShape:
    said = yaml.safe_load(path.read_text("utf-8"))
    return FolderShape(
        path.stem,
        said["about"],
        said["source"],
        said["folder"],
        said["files"],
        said["kitfile"],
        tuple(said.get("ignore", ())),
        tuple(said.get("either", ())),
        {field: tuple(answers) for field, answers in said.get("accept", {}).items()},
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was compared in a shape (``right`` of ``decisions``), and each difference as a line."""

    shape: str
    decisions: int
    wrong: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return not self.wrong


def compare(shape: FolderShape, kitfile: Kitfile, patterns: Iterable[str]) -> Verdict:
    """The answer for a shape against its labels; ``patterns`` are the lines proposed for ``.kitignore``."""
    pairs = tuple(_compared(shape, kitfile, IgnoreRules.parse("\n".join(patterns))))
    wrong = tuple(line for is_right, line in pairs if not is_right)
    return Verdict(shape.id, len(pairs), wrong)


def _compared(shape: FolderShape, found: Kitfile, rules: IgnoreRules) -> Iterator[tuple[bool, str]]:
    wanted = shape.kitfile
    yield _one_of("package name", found.package.name, [wanted.package.name])
    yield _licence(shape, found, wanted)
    yield from _model(shape, found, wanted)
    for section in ("datasets", "code", "docs", "prompts"):
        if getattr(found, section) or getattr(wanted, section):
            yield _same_paths(
                section,
                _paths(getattr(found, section), shape),
                _paths(getattr(wanted, section), shape),
            )
    yield from _ignored(shape, rules)


def _one_of(field: str, found: str, wanted: Iterable[str]) -> tuple[bool, str]:
    answers = tuple(wanted)
    right = {_plain(field, answer) for answer in answers}
    return _plain(field, found) in right, f"{field}: {found!r}, not {' or '.join(map(repr, answers))}"


_SAME_FORMAT = {
    "pt": "pytorch", "pth": "pytorch", "torch": "pytorch", "bin": "pytorch", "ckpt": "pytorch",
    "pytorchzip": "pytorch", "pytorchcheckpoint": "pytorch",
    "pkl": "pickle", "h5": "hdf5", "kerash5": "hdf5", "tensorflowsavedmodel": "savedmodel",
    "sklearn": "scikitlearn",
}  # fmt: skip


def _plain(field: str, text: str) -> str:
    """Letters and digits only, in small letters; of frameworks and formats the usual other spellings."""
    if field == "path":
        return clean(text)
    short = re.sub(r"[^a-z0-9]", "", text.lower())
    return _SAME_FORMAT.get(short, short) if field in ("framework", "format") else short


def _licence(shape: FolderShape, found: Kitfile, wanted: Kitfile) -> tuple[bool, str]:
    right = [_licences(wanted), *({answer.lower()} - {""} for answer in shape.accept.get("license", ()))]
    return _licences(found) in right, f"licence: {sorted(_licences(found))}, not {sorted(right[0])}"


def _licences(kitfile: Kitfile) -> set[str]:
    """All that are named anywhere."""
    owners: list[Any] = [kitfile.package, *kitfile.datasets, *kitfile.code]
    if kitfile.model is not None:
        owners += [kitfile.model, *kitfile.model.parts]
    return {owner.license.lower() for owner in owners} - {""}


def _model(shape: FolderShape, found: Kitfile, wanted: Kitfile) -> Iterator[tuple[bool, str]]:
    if found.model is None or wanted.model is None:
        if found.model is not wanted.model:
            yield (
                False,
                "model: missing" if found.model is None else f"model: {found.model.path}, but none is there",
            )
        return
    for field in ("name", "path", "framework", "format"):
        answers = [getattr(wanted.model, field), *shape.accept.get(field, ())]
        yield _one_of(field, getattr(found.model, field), answers)
    found_types, wanted_types = _types(found.model), _types(wanted.model)
    packed = {path for path in found_types if not _is_free(path, shape)}
    yield _same_paths("model and parts", packed, set(wanted_types))
    main = {clean(found.model.path), clean(wanted.model.path)}
    for path in sorted(found_types.keys() & wanted_types.keys() - main):
        yield _one_of(f"type of {path}", found_types[path], [wanted_types[path]])


def _model_path(kitfile: Kitfile) -> str:
    return "none" if kitfile.model is None else kitfile.model.path


def _types(model: Model) -> dict[str, str]:
    return {clean(part.path): part.type for part in model.parts} | {clean(model.path): "weights"}


def _paths(entries: Iterable[Any], shape: FolderShape) -> set[str]:
    """The paths of entries, without those that hold nothing that is compared."""
    paths = {clean(entry.path) for entry in entries}
    return {path for path in paths if not _is_free(path, shape)}


def _is_free(path: str, shape: FolderShape) -> bool:
    held = {file for file in shape.files if file == path or file.startswith(f"{path}/")}
    return bool(held) and held <= set(shape.either)


def _same_paths(section: str, found: set[str], wanted: set[str]) -> tuple[bool, str]:
    more, less = sorted(found - wanted), sorted(wanted - found)
    return found == wanted, f"{section}: too many {more}, missing {less}"


def _ignored(shape: FolderShape, rules: IgnoreRules) -> Iterator[tuple[bool, str]]:
    if shape.ignore:
        packed = [path for path in shape.ignore if not rules.ignores(path)]
        yield not packed, f"not ignored: {packed}"
    wanted = set(shape.files) - set(shape.ignore) - set(shape.either)
    lost = sorted(path for path in wanted if rules.ignores(path))
    yield not lost, f"ignored, but wanted: {lost}"
