"""What a new Kitfile can begin with, and making its text."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.classification.classify import classify
from kitops_desktop.classification.pattern import from_pattern
from kitops_desktop.classification.templates import TEMPLATES, Filled, Template, blank, fill_template
from kitops_desktop.errors import FileAccessError, InvalidArgument
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.lookup import KITFILE_NAMES, find_kitfile
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.yaml_text import to_yaml
from kitops_desktop.modelkit.inspect import load_kit
from kitops_desktop.oci.reference import parse_reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.store.local_store import LocalStore

MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Beginning:
    """One way to begin. ``label`` is what undo calls it; ``template`` is None for those that are none."""

    name: str
    title: str
    about: str
    label: str
    template: Template | None = None


BLANK = Beginning("blank", "Blank", "The name of the folder, and no files", "blank Kitfile")
FOLDER = Beginning("folder", "From the folder", "All that is in it, by content", "Kitfile from the folder")
KIT = Beginning(
    "kit", "From another kit", "Its fields, with those of its paths that are here", "Kitfile from another kit"
)
BEGINNINGS = (
    FOLDER,
    BLANK,
    KIT,
    *(Beginning(one.name, one.title, one.about, f"Kitfile for {one.title}", one) for one in TEMPLATES),
)


@dataclass(frozen=True, slots=True)
class NewKitfile:
    """``text`` for the Kitfile of ``folder``; ``missing`` says what nothing was found for. ``exists``: the
    folder is there; ``has_kitfile``: and has a Kitfile.
    """

    folder: Path
    text: str
    label: str
    missing: tuple[str, ...] = ()
    exists: bool = True
    has_kitfile: bool = False


def new_kitfile(
    folder: Path,
    beginning: Beginning,
    pattern: Callable[[], Kitfile],
    author: str,
    token: CancelToken,
    repository: str = "",
) -> NewKitfile:
    """Make the text; ``pattern`` gives the Kitfile of another kit when that is asked for. ``repository`` is
    the one that the folder was downloaded from.

    Of a folder that is not there yet the Kitfile is as for an empty one. Raises ``FileAccessError``,
    ``IgnoreFileError``, ``Cancelled``, and what ``pattern`` raises.
    """
    if folder.is_dir():
        if beginning is FOLDER:
            filled = Filled(classify(folder, author=author, repository=repository, token=token).kitfile)
        else:
            filled = _filled(folder, beginning, pattern, author, "", token)
        return _made(folder, beginning, filled, exists=True, has_kitfile=_has_kitfile(folder))
    if folder.exists():
        raise FileAccessError(folder, "open", "it is no folder")
    with tempfile.TemporaryDirectory() as empty:
        filled = _filled(Path(empty), beginning, pattern, author, folder.name, token)
    return _made(folder, beginning, filled, exists=False, has_kitfile=False)


def kitfile_of(text: str, store: LocalStore) -> Kitfile:
    """The Kitfile that ``text`` stands for: a file, a folder with one, or a kit of the local store.

    Raises ``InvalidArgument`` for no text, ``FileAccessError``, ``KitfileNotFound``, errors of reading,
    ``InvalidReference``, ``ReferenceNotFound`` and errors of the store.
    """
    if not text:
        raise InvalidArgument("choose a kit of the library, or a Kitfile")
    path = Path(text).expanduser()
    if path.is_dir():
        path = find_kitfile(path)
    if path.is_file():
        return read_kitfile(_content(path))
    reference = parse_reference(text)
    return load_kit(store, store.resolve(reference), reference.short).kitfile


def stored_references(store: LocalStore) -> tuple[str, ...]:
    """What the kits of the store are called."""
    kits = store.listing().kits
    names = (f"{kit.repository.removeprefix('localhost/')}:{tag}" for kit in kits for tag in kit.tags)
    return tuple(dict.fromkeys(names))


def make_folder(folder: Path) -> None:
    """Make the folder where it is not there. Raises ``FileAccessError``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileAccessError(folder, "make the folder", error.strerror or str(error)) from error


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileAccessError(path, "read", error.strerror or str(error)) from error
    if len(content) > MOST_BYTES:
        raise FileAccessError(path, "read", "it is too large for a Kitfile")
    return content


def _filled(
    folder: Path,
    beginning: Beginning,
    pattern: Callable[[], Kitfile],
    author: str,
    name: str,
    token: CancelToken,
) -> Filled:
    if beginning.template is not None:
        return fill_template(beginning.template, folder, name=name, author=author, token=token)
    if beginning is KIT:
        return from_pattern(pattern(), folder)
    return blank(folder, name=name, author=author)


def _made(
    folder: Path, beginning: Beginning, filled: Filled, *, exists: bool, has_kitfile: bool
) -> NewKitfile:
    text = to_yaml(filled.kitfile, as_written=True)
    return NewKitfile(folder, text, beginning.label, filled.missing, exists, has_kitfile)


def _has_kitfile(folder: Path) -> bool:
    return any((folder / name).is_file() for name in KITFILE_NAMES)
