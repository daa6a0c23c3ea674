"""The rules a Kitfile must keep beyond being readable.

Errors are what ``kit`` 1.7 refuses, in its words. Warnings are what newer ``kit`` refuses, and paths that
will not do what they seem to say.
"""

from __future__ import annotations

import math
import ntpath
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kitops_desktop.errors import KitfileInvalid
from kitops_desktop.kitfile.kitfile import MANIFEST_VERSION, Dataset, FreeData, Kitfile, ModelPart, Parameters
from kitops_desktop.kitfile.paths import clean, leaves_folder
from kitops_desktop.kitfile.problems import Problem, Severity
from kitops_desktop.oci.reference import is_reference

PART_TYPE_LIMIT = 64
"""Bytes."""

_PART_TYPE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


@dataclass(frozen=True, slots=True)
class PathEntry:
    """An entry that has a path: where it stands, what ``kit`` calls it, and its path as written."""

    field: str
    component: str
    path: str


def validate(kitfile: Kitfile) -> tuple[Problem, ...]:
    """Every rule that is broken: the errors first, sorted by their text as ``kit`` sorts them, then the
    warnings."""
    entries = tuple(path_entries(kitfile))
    errors = [*_path_errors(entries), *_part_errors(kitfile), *_free_data_errors(kitfile)]
    warnings = [*_version_warnings(kitfile), *_path_warnings(entries), *_newer_warnings(kitfile)]
    return (*sorted(errors, key=lambda problem: problem.message), *warnings)


def check_valid(kitfile: Kitfile) -> None:
    """Raise KitfileInvalid with every error; warnings pass."""
    errors = [problem for problem in validate(kitfile) if problem.severity is Severity.ERROR]
    if errors:
        raise KitfileInvalid(errors)


def path_entries(kitfile: Kitfile) -> Iterator[PathEntry]:
    """Every entry of the Kitfile with a path, in the order in which ``kit`` names them in messages."""
    model = kitfile.model
    if model is not None:
        yield PathEntry("model.path", f"model {model.name}", model.path)
        for index, part in enumerate(model.parts):
            yield PathEntry(f"model.parts[{index}].path", f"modelpart {part.name}", part.path)
    for index, dataset in enumerate(kitfile.datasets):
        yield PathEntry(f"datasets[{index}].path", f"dataset {dataset.name}", dataset.path)
    for index, code in enumerate(kitfile.code):
        yield PathEntry(f"code[{index}].path", f"code layer {index}", code.path)
    for index, docs in enumerate(kitfile.docs):
        yield PathEntry(f"docs[{index}].path", f"docs layer {index}", docs.path)
    for index, prompt in enumerate(kitfile.prompts):
        yield PathEntry(f"prompts[{index}].path", f"prompt {index}", prompt.path)
    for index, server in enumerate(kitfile.mcp_servers):
        yield PathEntry(f"mcpServers[{index}].path", f"mcpServer {server.name}", server.path)


def _error(message: str, field: str, suggestion: str = "") -> Problem:
    return Problem(Severity.ERROR, message, field=field, suggestion=suggestion)


def _warning(message: str, field: str, suggestion: str = "") -> Problem:
    return Problem(Severity.WARNING, message, field=field, suggestion=suggestion)


def _path_errors(entries: tuple[PathEntry, ...]) -> Iterator[Problem]:
    """Paths are compared as they are written; an empty one counts as ``.``."""
    by_path: dict[str, list[PathEntry]] = {}
    for entry in entries:
        by_path.setdefault(entry.path or ".", []).append(entry)
    for path, users in by_path.items():
        if len(users) > 1:
            yield _same_path(Severity.ERROR, users, path)
        if path.startswith("/") or (os.name == "nt" and ntpath.isabs(path)):
            message = f"absolute paths are not supported in a Kitfile (path {path} in {users[0].component})"
            yield _error(message, users[0].field, "Write the path from the folder of the Kitfile.")


def _same_path(severity: Severity, users: list[PathEntry], path: str) -> Problem:
    first = ", ".join(user.component for user in users[:-1])
    message = f"{first} and {users[-1].component} use the same path {path}"
    return Problem(severity, message, field=users[-1].field, suggestion="Give each entry a path of its own.")


def _part_errors(kitfile: Kitfile) -> Iterator[Problem]:
    parts: tuple[ModelPart, ...] = kitfile.model.parts if kitfile.model is not None else ()
    for index, part in enumerate(parts):
        field = f"model.parts[{index}].type"
        if part.type and not _PART_TYPE.fullmatch(part.type):
            message = "has invalid type (must be alphanumeric with dots, dashes, and underscores)"
            yield _error(f"modelpart {part.name} {message}", field)
        if len(part.type.encode()) > PART_TYPE_LIMIT:
            message = f"type is too long (must be fewer than {PART_TYPE_LIMIT} characters)"
            yield _error(f"modelpart {part.name} {message}", field)


def _free_data_errors(kitfile: Kitfile) -> Iterator[Problem]:
    holders: list[tuple[str, Parameters | None]] = []
    if kitfile.model is not None:
        holders.append(("model.parameters", kitfile.model.parameters))
    holders += [
        (f"datasets[{index}].parameters", entry.parameters) for index, entry in enumerate(kitfile.datasets)
    ]
    for field, parameters in holders:
        message = _not_json(parameters.value) if parameters is not None else ""
        if message:
            yield _error(message, field, "Quote it: only what JSON can hold can be packed.")


def _not_json(value: FreeData) -> str:
    """Why JSON cannot hold the value, in the words of Go, or ``""``."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"json: unsupported value: {'NaN' if math.isnan(value) else '+Inf' if value > 0 else '-Inf'}"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            return "json: unsupported type: map[interface {}]interface {}"
        value = list(value.values())
    if isinstance(value, list):
        return next((message for item in value if (message := _not_json(item))), "")
    return ""


def _version_warnings(kitfile: Kitfile) -> Iterator[Problem]:
    if kitfile.manifest_version != MANIFEST_VERSION:
        message = f"invalid manifestVersion: expect {MANIFEST_VERSION} but got {kitfile.manifest_version}"
        yield _warning(message, "manifestVersion", f"Write manifestVersion: {MANIFEST_VERSION}.")


def _path_warnings(entries: tuple[PathEntry, ...]) -> Iterator[Problem]:
    by_path: dict[str, list[PathEntry]] = {}
    for entry in entries:
        by_path.setdefault(clean(entry.path), []).append(entry)
        yield from _doubtful_path(entry)
    for path, users in by_path.items():
        # The same text twice is an error already.
        if len({user.path or "." for user in users}) > 1:
            yield _same_path(Severity.WARNING, users, path)


def _doubtful_path(entry: PathEntry) -> Iterator[Problem]:
    kind = entry.component.split(" ", 1)[0]
    scheme = _SCHEME.match(entry.path)
    if scheme is not None:
        what = f"HTTP urls are not supported in paths ({entry.path})"
        if not scheme[1].lower().startswith("http"):
            what = "only local paths are permitted"
        yield _warning(
            f"invalid path for {kind} ({entry.path}): {what}", entry.field, "Name a local file or folder."
        )
    elif entry.field != "model.path" and is_reference(entry.path):
        message = f"invalid path for {kind} ({entry.path}): only local paths are permitted"
        yield _warning(message, entry.field, "Only model.path may name another ModelKit.")
    elif leaves_folder(entry.path):
        message = f"path {entry.path} in {entry.component} is outside of the folder of the Kitfile"
        yield _warning(
            message, entry.field, "Nothing outside of the folder is packed; move the files into it."
        )
    elif ntpath.isabs(entry.path) and not entry.path.startswith("/") and os.name != "nt":
        message = f"path {entry.path} in {entry.component} is absolute on Windows"
        yield _warning(message, entry.field, "Write the path from the folder of the Kitfile, with slashes.")
    elif entry.path != entry.path.strip():
        message = f"path {entry.path!r} in {entry.component} begins or ends with a blank"
        yield _warning(message, entry.field, "Remove the blank.")


def _newer_warnings(kitfile: Kitfile) -> Iterator[Problem]:
    for index, dataset in enumerate(kitfile.datasets):
        yield from _remote_warnings(index, dataset)
    names: set[str] = set()
    for index, server in enumerate(kitfile.mcp_servers):
        field = f"mcpServers[{index}]"
        if not server.name:
            yield _warning(f"mcpServer {index} has no name", f"{field}.name", "Give it a name of its own.")
        elif server.name in names:
            yield _warning(
                f"mcpServer name {server.name} is used twice", f"{field}.name", "Choose another name."
            )
        names.add(server.name)
        if not server.path.endswith(".mcpb"):
            message = f"path {server.path} in mcpServer {server.name} is no MCP bundle"
            yield _warning(message, f"{field}.path", "Name a file that ends with .mcpb.")


def _remote_warnings(index: int, dataset: Dataset) -> Iterator[Problem]:
    field = f"datasets[{index}]"
    if not dataset.remote_path:
        if dataset.remote_hash:
            message = "remote hash is only applicable when remotePath is set"
            yield _warning(message, f"{field}.remoteHash", "Remove it, or set remotePath.")
    elif _SCHEME.match(dataset.remote_path) and not dataset.remote_path.startswith("s3://"):
        message = f"only S3 URLs are supported for remote dataset paths ({dataset.remote_path})"
        yield _warning(message, f"{field}.remotePath", "Write it as s3://BUCKET/KEY.")
    elif dataset.remote_path.startswith("s3://") and not dataset.remote_hash:
        message = f"remoteHash is required when remote dataset paths are used ({dataset.remote_path})"
        yield _warning(message, f"{field}.remoteHash", "Add the hash of the object.")
