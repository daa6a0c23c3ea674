"""The Kitfile of another kit as the pattern for a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from kitops_desktop.classification.templates import Filled
from kitops_desktop.kitfile.kitfile import (
    MANIFEST_VERSION,
    CodeEntry,
    Dataset,
    DocsEntry,
    Kitfile,
    McpServer,
    Model,
    ModelPart,
    Prompt,
)
from kitops_desktop.kitfile.paths import clean, is_absolute, leaves_folder
from kitops_desktop.oci.reference import is_reference


class _HasPath(Protocol):
    @property
    def path(self) -> str: ...


_Entry = TypeVar("_Entry", Model, ModelPart, CodeEntry, Dataset, DocsEntry, Prompt, McpServer)


def from_pattern(pattern: Kitfile, folder: Path) -> Filled:
    """All fields of ``pattern``, with the entries whose paths are in ``folder``; of a model that is not
    there, all but the path. Digests are the other kit's, and go.
    """
    return _Fitting(folder).fitted(pattern)


class _Fitting:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._missing: list[str] = []

    def fitted(self, pattern: Kitfile) -> Filled:
        kitfile = replace(
            pattern,
            manifest_version=pattern.manifest_version or MANIFEST_VERSION,
            model=None if pattern.model is None else self._model(pattern.model),
            code=tuple(_own(one) for one in pattern.code if self._has("Code", one)),
            datasets=tuple(
                _own(one)
                for one in pattern.datasets
                if (one.remote_path and not one.path) or self._has("Dataset", one)
            ),
            docs=tuple(_own(one) for one in pattern.docs if self._has("Docs", one)),
            prompts=tuple(_own(one) for one in pattern.prompts if self._has("Prompt", one)),
            mcp_servers=tuple(_own(one) for one in pattern.mcp_servers if self._has("MCP server", one)),
        )
        return Filled(kitfile, tuple(self._missing))

    def _model(self, model: Model) -> Model:
        kept = not model.path or is_reference(model.path) or self._has("Model", model)
        parts = tuple(_own(part) for part in model.parts if self._has("Model part", part))
        return replace(_own(model), parts=parts, path=model.path if kept else "")

    def _has(self, what: str, entry: _HasPath) -> bool:
        """Whether the path is in the folder. An entry without a path would mean the whole folder."""
        path = entry.path
        if path and not is_absolute(path) and not leaves_folder(path):
            try:
                if (self._folder / clean(path)).exists():
                    return True
            except (OSError, ValueError):
                pass  # no name of this system
        self._missing.append(f"{what}: {path or 'an entry without a path'} is not in this folder.")
        return False


def _own(entry: _Entry) -> _Entry:
    return replace(entry, digest="", diff_id="")
