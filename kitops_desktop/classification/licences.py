"""Which licences a folder names: in the texts of its licence files, and in its model card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.classification.inventory import Folder
from kitops_desktop.classification.known_files import LICENCE
from kitops_desktop.classification.model_card import Card
from kitops_desktop.classification.small_text import read_start
from kitops_desktop.kitfile.folder_listing import ListedFile
from kitops_desktop.kitfile.licence import MAX_TEXT, detect_licence

_MOST_FILES = 20


@dataclass(frozen=True, slots=True)
class FoundLicence:
    """``others`` are further ones that were found for the same thing."""

    licence: str
    why: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Licences:
    """For the kit as a whole, and for parts of it where files say so."""

    package: FoundLicence | None = None
    model: FoundLicence | None = None
    data: FoundLicence | None = None
    code: FoundLicence | None = None


def find_licences(folder: Path, top: Folder, card: Card | None) -> Licences:
    """Read the licence files directly in the folder; the text of a licence counts before the card."""
    found: dict[str, FoundLicence] = {}
    for file, licence in _texts(folder, top):
        about = _about(file.name)
        one = FoundLicence(licence, f"The text of {file.name} is that of {licence}.")
        known = found.get(about)
        if known is None:
            found[about] = one
        elif licence != known.licence:
            found[about] = FoundLicence(known.licence, known.why, (*known.others, licence))
    if card is not None and card.licence:
        said = FoundLicence(card.licence, f"The front matter of {card.path} names it.")
        package = found.get("package")
        if package is None:
            found["package"] = said
        elif package.licence != card.licence and "model" not in found:
            found["model"] = said
    return Licences(found.get("package"), found.get("model"), found.get("data"), found.get("code"))


def _texts(folder: Path, top: Folder) -> Iterator[tuple[ListedFile, str]]:
    files = [file for file in top.files if LICENCE.fullmatch(file.name)]
    for file in files[:_MOST_FILES]:
        licence = detect_licence(read_start(folder / file.path, MAX_TEXT))
        if licence:
            yield file, licence


def _about(name: str) -> str:
    lower = name.lower()
    return next((about for about in ("model", "data", "code") if about in lower), "package")
