"""What the README of a folder says of it in its front matter."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.inventory import Folder
from kitops_desktop.classification.known_files import README
from kitops_desktop.formats import front_matter

_NAMES = """
    Apache-2.0 MIT MIT-0 AFL-3.0 Artistic-2.0 BSL-1.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear
    CC0-1.0 C-UDA-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-2.0 CC-BY-SA-3.0 CC-BY-SA-4.0
    CC-BY-NC-2.0 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-ND-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0
    CC-BY-NC-SA-3.0 CC-BY-NC-SA-4.0 CDLA-Sharing-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 WTFPL
    ECL-2.0 EPL-1.0 EPL-2.0 etalab-2.0 EUPL-1.1 EUPL-1.2 AGPL-3.0 GPL-2.0 GPL-3.0 LGPL-2.1 LGPL-3.0 ISC
    LPPL-1.3c MS-PL MPL-2.0 ODC-By-1.0 ODbL-1.0 OSL-3.0 PostgreSQL OFL-1.1 NCSA Unlicense Zlib PDDL-1.0
    LGPL-LR AGPL-3.0-only GPL-3.0-only GPL-2.0-only 0BSD
"""
_SHORT = {
    "odc-by": "ODC-By-1.0",
    "odbl": "ODbL-1.0",
    "pddl": "PDDL-1.0",
    "c-uda": "C-UDA-1.0",
    "cc0": "CC0-1.0",
}
_SPDX = {name.lower(): name for name in _NAMES.split()} | _SHORT
_NO_LICENCE = ("", "unknown", "other", "none", "unlicensed", "null")


@dataclass(frozen=True, slots=True)
class Card:
    """``licence`` is an SPDX identifier where there is one, else what the card says."""

    path: str
    licence: str
    library: str
    base_model: str
    task: str


def read_card(folder: Folder, looks: dict[str, FileLook]) -> Card | None:
    """The model card directly in a folder."""
    for file in folder.files:
        look = looks.get(file.path)
        if not README.fullmatch(file.name) or look is None or look.recognised is None:
            continue
        if look.recognised.format == front_matter.FORMAT:
            said = {fact.name: str(fact.value) for fact in look.recognised.facts}
            return Card(
                file.path,
                spdx(said.get("licence", "")),
                look.recognised.framework,
                said.get("base model", "").split(", ")[0],
                said.get("task", ""),
            )
    return None


def spdx(licence: str) -> str:
    """A licence as a card names it, in the spelling of SPDX; "" for one that says nothing."""
    lower = licence.strip().lower()
    return "" if lower in _NO_LICENCE else _SPDX.get(lower, licence.strip())
