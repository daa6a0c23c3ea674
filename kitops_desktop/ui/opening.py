"""What an argument of the program means: a folder, a Kitfile, a reference, an address of Hugging Face."""

from __future__ import annotations

import os
from pathlib import Path

from kitops_desktop.errors import FileAccessError, KitfileNotFound, KitOpsError, ReferenceNotFound
from kitops_desktop.importers.hugging_face.address import parse_hf_target
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.oci.reference import Reference, parse_reference
from kitops_desktop.store.local_store import LocalStore
from kitops_desktop.ui.navigation import LIBRARY, PROJECTS, REGISTRIES, Place


def place_of(argument: str, store: LocalStore | None = None) -> Place:
    """Where ``argument`` leads. A file or folder of that name counts before a reference, and a kit of
    ``store`` before one of a registry.

    Raises ``FileAccessError`` for a path that is neither folder nor Kitfile, ``InvalidArgument`` for a page
    of Hugging Face that is about no repository, ``InvalidReference`` for other text that is no reference.
    """
    path = Path(argument).expanduser()
    if path.is_dir():
        return Place(PROJECTS, str(path.absolute()))
    if path.is_file() and _is_called_kitfile(path):
        return place_of_kitfile(path)
    if path.exists():
        raise FileAccessError(path, "open", "it is neither a folder nor a Kitfile")
    if argument.startswith((os.sep, "./", "../", "~")):
        raise FileAccessError(path, "open", "there is no such folder")
    hugging_face = parse_hf_target(argument)
    if hugging_face is not None:
        return Place(REGISTRIES, str(hugging_face))
    reference = parse_reference(argument)
    if store is None or reference.is_local or _is_in(store, reference):
        return Place(LIBRARY, reference.short)
    return Place(REGISTRIES, str(reference))


def place_of_kitfile(path: Path) -> Place:
    """Where a file leads that was chosen as a Kitfile: to the project of its folder, where it is the one that
    `kit` finds there; else to a project of its own, as with `kit pack --file`.
    """
    file = path.absolute()
    try:
        found = find_kitfile(file.parent)
    except KitfileNotFound:
        return Place(PROJECTS, str(file))
    return Place(PROJECTS, str(file.parent if found == file else file))


def _is_called_kitfile(path: Path) -> bool:
    """By its name: what is neither called so nor YAML was most likely given by mistake."""
    return "kitfile" in path.name.lower() or path.suffix.lower() in (".yaml", ".yml")


def _is_in(store: LocalStore, reference: Reference) -> bool:
    try:
        store.resolve(reference)
    except ReferenceNotFound:
        return False
    except KitOpsError:
        pass  # the Library says what is wrong with the store
    return True
