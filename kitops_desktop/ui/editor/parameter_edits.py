"""What a table of parameters asks for: one key at a time, so that all else stays as it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kitops_desktop.kitfile.document import KitfileDocument
from kitops_desktop.ui.editor.field_names import FieldPath

Change = Callable[[KitfileDocument], str]


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Another value for a key, which may be a new one."""

    key: str
    value: Any

    @property
    def label(self) -> str:
        return f"edit of {self.key}"

    def change(self, parameters: FieldPath) -> Change:
        path = (*parameters, self.key)
        if self.value is None:
            return lambda document: document.with_null(path)
        return lambda document: document.with_field(path, self.value)


@dataclass(frozen=True, slots=True)
class RenameParameter:
    key: str
    name: str

    @property
    def label(self) -> str:
        return f"renaming of {self.key} to {self.name}"

    def change(self, parameters: FieldPath) -> Change:
        return lambda document: document.with_renamed((*parameters, self.key), self.name)


@dataclass(frozen=True, slots=True)
class MoveParameter:
    """Another place for a key: ``row`` counts from 0."""

    key: str
    row: int

    @property
    def label(self) -> str:
        return f"moving of {self.key}"

    def change(self, parameters: FieldPath) -> Change:
        return lambda document: document.with_pair_moved((*parameters, self.key), self.row)


@dataclass(frozen=True, slots=True)
class RemoveParameter:
    """``is_last``: no parameters are left."""

    key: str
    is_last: bool

    @property
    def label(self) -> str:
        return f"removal of {self.key}"

    def change(self, parameters: FieldPath) -> Change:
        path = parameters if self.is_last else (*parameters, self.key)
        return lambda document: document.without(path)


ParameterEdit = SetParameter | RenameParameter | MoveParameter | RemoveParameter
