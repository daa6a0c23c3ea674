"""Moving files of a project to a section of its Kitfile, or to .kitignore: one step, whatever it takes.

A path is named in one place only: entries that name exactly this path move along. What ignores it gives way,
so that it is packed afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kitops_desktop.errors import KitfileInvalid
from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.kitfile.entry_moves import MODEL, PARTS, move_entry
from kitops_desktop.kitfile.file_kinds import is_writable_name
from kitops_desktop.kitfile.ignore import OWN_FILES, IgnoreRules, add_pattern, literal_pattern
from kitops_desktop.kitfile.kitfile import Model
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.kitfile.problems import Problem, Severity, field_path
from kitops_desktop.modelkit.layers import layer_entries
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.editor.sections import IGNORE, TARGETS, FieldPath

_NAMED = (MODEL, ("datasets",), ("prompts",), ("mcpServers",))
_FORMATS = {
    "safetensors": "safetensors",
    "gguf": "gguf",
    "onnx": "onnx",
    "keras": "keras",
    "tflite": "tflite",
}
_PART_TYPES = (
    (
        re.compile(r"(special_|added_)?token|.*tokenizer|.*\.spiece|spiece|merges\.txt|sentencepiece"),
        "tokenizer",
    ),
    (re.compile(r"vocab"), "vocabulary"),
    (re.compile(r"adapter_"), "adapter"),
    (re.compile(r"mmproj"), "projector"),
    (re.compile(r".*config.*\.(json|ya?ml|toml)$"), "config"),
    (re.compile(r".*\.(safetensors|gguf|bin|pt|pth|ckpt|onnx|h5|keras|npz)$"), "weights"),
)
_NO_LINE = re.compile("[\udc80-\udcff\n\r]")


@dataclass(frozen=True, slots=True)
class NamedStep:
    """Both texts as they are to be. ``label`` is what undo calls it, ``notice`` what else was done, or "" """

    label: str
    kitfile: str
    ignore: str
    notice: str = ""


def assign(
    document: KitfileDocument, ignore_text: str, paths: Sequence[str], section: FieldPath
) -> NamedStep:
    """Move ``paths`` (relative, with ``/``; files or folders) to ``section``, with ``IGNORE`` out of the kit.

    Only one path can be the model: the first; the others, and the one that was it, become its parts. Raises
    KitfileInvalid for names that a Kitfile cannot hold, KitfileSyntaxError and NoSuchField when the text
    cannot be edited, and IgnoreFileError.
    """
    paths = tuple(dict.fromkeys(map(clean, paths)))
    _check(paths, section)
    label = _label(paths, section)
    if section == IGNORE:
        for path in paths:
            document = _without_path(document, path)
            ignore_text = _ignoring(ignore_text, path)
        return NamedStep(label, document.text, ignore_text)
    left: dict[str, None] = {}
    displaced = _model_path(document)
    for number, path in enumerate(paths):
        place = PARTS if section == MODEL and number else section
        document, dropped = _with_path(document, path, place)
        left.update(dict.fromkeys(dropped))
        ignore_text = _packing(ignore_text, path)
    notices = []
    if section == MODEL and displaced and displaced not in paths:
        notices.append(f"{name_text(displaced)} is a part of the model now.")
    if left:
        notices.append(f"Left behind, as {_title(section)} have no place for it: {', '.join(left)}.")
    return NamedStep(label, document.text, ignore_text, " ".join(notices))


def _check(paths: Sequence[str], section: FieldPath) -> None:
    for path in paths:
        problem = ""
        if path in OWN_FILES and section != IGNORE:
            problem = f"“{path}” describes the kit and is never packed as a file"
        elif section != IGNORE and not is_writable_name(path):
            problem = f"“{name_text(path)}” is not UTF-8, so a Kitfile cannot name it"
        if problem:
            raise KitfileInvalid((Problem(Severity.ERROR, problem),))


def _label(paths: Sequence[str], section: FieldPath) -> str:
    what = name_text(paths[0].rpartition("/")[2]) if len(paths) == 1 else f"{len(paths):,} files"
    return f"ignoring of {what}" if section == IGNORE else f"move {what} to {_title(section)}"


def _title(section: FieldPath) -> str:
    return next(target.title for target in TARGETS if target.section == section)


def _with_path(
    document: KitfileDocument, path: str, section: FieldPath
) -> tuple[KitfileDocument, tuple[str, ...]]:
    """The document with the path in this section only, and the keys that were left behind."""
    dropped: tuple[str, ...] = ()
    here = [entry for entry in _entries(document, path) if _section(entry) == section]
    if not here:
        elsewhere = next(_entries(document, path), None)
        if elsewhere is not None:
            moved = move_entry(document, elsewhere, section)
            document, dropped = document.changed(moved.text), moved.dropped
        else:
            document = _added(document, path, section)
    while extra := [entry for entry in _entries(document, path) if _section(entry) != section]:
        document = _removed(document, extra[0])
    return document, dropped


def _added(document: KitfileDocument, path: str, section: FieldPath) -> KitfileDocument:
    if section != MODEL:
        return document.changed(document.with_entry(section, _new_entry(path, section)))
    if document.value(MODEL) is None:
        for key, value in _new_entry(path, MODEL).items():
            document = document.changed(document.with_field((*MODEL, key), value))
        return document
    if not _model_path(document):
        return document.changed(document.with_field((*MODEL, "path"), path))
    document = document.changed(document.with_entry(PARTS, {"path": path}))
    last = len(document.value(PARTS)) - 1
    return document.changed(move_entry(document, (*PARTS, last), MODEL).text)


def _new_entry(path: str, section: FieldPath) -> dict[str, str]:
    """The entry for a path, with what its name tells."""
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    entry = {}
    if section in _NAMED:
        entry["name"] = (stem if dot and stem else name) if name.isprintable() else ""
    entry["path"] = path
    if section == MODEL and suffix.lower() in _FORMATS:
        entry["format"] = suffix.lower()
    if section == PARTS:
        lower = name.lower()
        entry["type"] = next((kind for pattern, kind in _PART_TYPES if pattern.match(lower)), "")
    return {key: value for key, value in entry.items() if value}


def _without_path(document: KitfileDocument, path: str) -> KitfileDocument:
    while entry := next(_entries(document, path), None):
        document = _removed(document, entry)
    return document


def _removed(document: KitfileDocument, entry: FieldPath) -> KitfileDocument:
    """Of the model only its path goes: what is said of it may be of its parts."""
    return document.changed(document.without((*MODEL, "path") if entry == MODEL else entry))


def _entries(document: KitfileDocument, path: str) -> Iterator[FieldPath]:
    """Where exactly this path is named."""
    for entry in layer_entries(document.read_so_far):
        if entry.clean_path == path:
            yield field_path(entry.field)


def _section(entry: FieldPath) -> FieldPath:
    return entry if entry == MODEL else entry[:-1]


def _model_path(document: KitfileDocument) -> str:
    """The cleaned path of a model that lies in the folder, "" for none."""
    model = document.value(MODEL)
    if not isinstance(model, Model) or not model.path:
        return ""
    return next((one.clean_path for one in layer_entries(document.read_so_far) if one.field == "model"), "")


def _pattern(path: str) -> str:
    """A pattern for the path; what no line of text can hold is any one character."""
    return _NO_LINE.sub("?", literal_pattern(path))


def _ignoring(text: str, path: str) -> str:
    pattern = _pattern(path)
    text = _without_line(text, f"!{pattern}")
    if IgnoreRules.parse(text).ignores(path):
        return text
    return add_pattern(text, pattern)


def _packing(text: str, path: str) -> str:
    """Without the line that ignores just this path; an exception where another still does."""
    pattern = _pattern(path)
    text = _without_line(text, pattern)
    return add_pattern(text, f"!{pattern}") if IgnoreRules.parse(text).ignores(path) else text


def _without_line(text: str, line: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(one for one in lines if one.strip().rstrip("/") != line)
