"""Where every file goes: what it is for on its own, seen with what is around it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from kitops_desktop.classification import known_files as known
from kitops_desktop.classification.classification import Section
from kitops_desktop.classification.inventory import Folder, Inventory
from kitops_desktop.classification.known_files import ending_of
from kitops_desktop.classification.roles import Judged, Role, judge_ending
from kitops_desktop.classification.surroundings import FEW_PICTURES, STATIC, Surroundings
from kitops_desktop.progress import CancelToken


class Place(Enum):
    """What a folder as a whole is for."""

    TOP = "top"
    SKILL = "skill"
    PROMPTS = "prompts"
    DATA = "data"
    DOCS = "docs"
    CODE = "code"
    TESTS = "tests"
    MODEL = "model"
    MIXED = "mixed"


@dataclass(slots=True)
class Placed:
    """``sections`` says where each file goes, ``why`` the reason, by path; ``places`` what each folder is.

    ``more`` are the sections of files that are not known by name, by folder.
    """

    sections: dict[str, Section] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    more: dict[str, Counter[Section]] = field(default_factory=dict)


def place_files(inventory: Inventory, roles: dict[str, Judged], token: CancelToken) -> Placed:
    """Decide for each file; weights and what belongs to them are parts, until a model is chosen.

    Raises ``Cancelled``.
    """
    return _Placing(inventory, roles, token).run()


class _Placing:
    def __init__(self, inventory: Inventory, roles: dict[str, Judged], token: CancelToken) -> None:
        self._inventory, self._roles, self._token = inventory, roles, token
        self._around = Surroundings(inventory, roles)
        self._placed = Placed()

    def run(self) -> Placed:
        for folder in self._inventory.folders:
            self._token.check()
            self._place_folder(folder)
        return self._placed

    def _place_folder(self, folder: Folder) -> None:
        place = self._place(folder)
        self._placed.places[folder.path] = place
        for file in folder.files:
            section, why = self._section(folder, place, self._roles[file.path])
            self._placed.sections[file.path] = section
            self._placed.why[file.path] = why
        if folder.more:
            by_role = Counter[Section]()
            for ending, count in folder.more.items():
                role = judge_ending(ending)
                by_role[_whole(place) or self._by_role(folder, place, role, ending)] += count
            self._placed.more[folder.path] = by_role

    def _place(self, folder: Folder) -> Place:
        if not folder.path:
            return Place.TOP
        above = self._placed.places.get(folder.path.rpartition("/")[0], Place.TOP)
        if above in (Place.SKILL, Place.PROMPTS, Place.DATA, Place.DOCS, Place.MODEL, Place.TESTS):
            return above
        counts, name = self._around.all[folder.path], folder.name.lower()
        if folder.file(known.SKILL) is not None:
            return Place.SKILL
        if self._around.is_bundle(folder, name):
            return Place.MODEL
        if name in known.PROMPT_FOLDERS and not counts[Role.WEIGHTS] and not counts[Role.DATA]:
            return Place.MIXED if counts[Role.CODE] > counts[Role.PROMPT] else Place.PROMPTS
        if name in known.TEST_FOLDERS and counts[Role.CODE]:
            return Place.TESTS
        if self._is_data(folder, name, counts):
            return Place.DATA
        if name in known.DOCS_FOLDERS and self._is_docs(counts):
            return Place.DOCS
        if name in known.EVALUATION_FOLDERS and self._is_docs(counts) and not counts[Role.CODE]:
            return Place.DOCS
        if counts[Role.CODE]:
            return Place.CODE
        return Place.MODEL if counts[Role.WEIGHTS] else Place.MIXED

    def _is_data(self, folder: Folder, name: str, counts: Counter[Role]) -> bool:
        if counts[Role.WEIGHTS] or counts[Role.PROMPT]:
            return False
        data, code = counts[Role.DATA], counts[Role.CODE]
        loose = counts[Role.LOOSE] + counts[Role.UNCLEAR] + counts[Role.MEDIA]
        if self._around.few_pictures(folder, counts):
            return False
        if not data and known.SETTINGS_FOLDERS & set(folder.path.lower().split("/")):
            return False
        if known.is_data_folder(name) and data + loose + counts[Role.DOCS]:
            return data + loose >= code and not (folder.depth > 1 and not data and code)
        if counts[Role.MEDIA] > FEW_PICTURES and name not in known.DOCS_FOLDERS | STATIC:
            return code <= 1
        if name in known.CODE_FOLDERS | known.DOCS_FOLDERS:
            return False
        return data > 0 and (not code or (code == 1 and data > 1)) and counts[Role.DOCS] <= data + 1

    def _is_docs(self, counts: Counter[Role]) -> bool:
        if counts[Role.WEIGHTS] or counts[Role.DATA]:
            return False
        prose = counts[Role.DOCS] + counts[Role.MEDIA] + counts[Role.DRAWING]
        return bool(prose or not counts[Role.CODE])

    def _section(self, folder: Folder, place: Place, judged: Judged) -> tuple[Section, str]:
        whole = _whole(place)
        if whole is not None:
            own = judged.role is _OWN[whole]
            return whole, judged.why if own else f"It lies in a folder of {place.value}."
        ending = ending_of(judged.file.name)
        section = self._by_role(folder, place, judged.role, ending, judged)
        if section is _PLAIN.get(judged.role):
            return section, judged.why
        return section, f"{judged.why} {_BECAUSE[section]}"

    def _by_role(
        self, folder: Folder, place: Place, role: Role, ending: str, judged: Judged | None = None
    ) -> Section:
        special = self._special(folder, place, judged, ending) if judged is not None else None
        plain = special or _PLAIN.get(role)
        if plain is not None:
            return plain
        if role is Role.DRAWING:
            is_icon = bool(known.ICON_FOLDERS & set(folder.path.lower().split("/")))
            return Section.CODE if is_icon or self._around.is_web(folder) else Section.DOCS
        if role is Role.MEDIA:
            return Section.CODE if self._around.is_web(folder) else self._around.pictures(folder)
        if role is Role.PART and self._around.belongs_to_model(folder, judged):
            return Section.PART
        return self._loose(folder, place, ending)

    def _special(self, folder: Folder, place: Place, judged: Judged, ending: str) -> Section | None:
        """Where a file goes whose neighbours say more than what it is on its own."""
        role, name, around = judged.role, judged.file.name, self._around
        if role is Role.DATA and folder.path.rpartition("/")[0] in around.spacy and place is Place.MODEL:
            return Section.PART
        if role is Role.DOCS and known.README.fullmatch(name) and self._is_code(folder, place):
            return Section.CODE
        if role is Role.DOCS and ending in (".html", ".htm") and around.is_web(folder):
            return Section.CODE
        if (role is Role.LOOSE or ending == ".prototxt") and around.is_named_after_weights(folder, judged):
            return Section.PART
        if known.MLFLOW_FILES.fullmatch(name) and known.MLMODEL in folder.names:
            return Section.PART
        return None

    def _is_code(self, folder: Folder, place: Place) -> bool:
        """Whether a README in the folder is about code."""
        if place is Place.CODE:
            return True
        counts = self._around.all[folder.path]
        loose = counts[Role.LOOSE] + counts[Role.UNCLEAR]
        return place is Place.MIXED and loose > 0 and loose + counts[Role.DOCS] == counts.total()

    def _loose(self, folder: Folder, place: Place, ending: str) -> Section:
        direct = self._around.direct[folder.path]
        if (
            place is Place.MODEL
            or folder.path in self._around.spacy
            or (direct[Role.WEIGHTS] and not direct[Role.CODE] and ending != ".txt")
        ):
            return Section.PART
        if place is Place.CODE:
            return Section.CODE
        only = self._around.only_kind(folder)
        if only is not None and (ending != ".txt" or only is Section.DATASET):
            return only
        if ending in (".json", ".xml", ".txt") and direct[Role.DATA] and not direct[Role.CODE]:
            return Section.DATASET
        if ending == ".txt":
            return Section.DOCS
        return Section.CODE


_PLAIN = {
    Role.WEIGHTS: Section.PART,
    Role.DATA: Section.DATASET,
    Role.CODE: Section.CODE,
    Role.DOCS: Section.DOCS,
    Role.PROMPT: Section.PROMPT,
    Role.MCP: Section.MCP_SERVER,
}
_OWN = {
    Section.CODE: Role.CODE,
    Section.DATASET: Role.DATA,
    Section.DOCS: Role.DOCS,
    Section.PROMPT: Role.PROMPT,
}
_BECAUSE = {
    Section.PART: "It lies beside a model.",
    Section.DATASET: "It lies beside data.",
    Section.CODE: "It lies where code is.",
    Section.DOCS: "It is not part of a model, of data or of code.",
    Section.PROMPT: "It lies beside prompts.",
    Section.MCP_SERVER: "",
    Section.MODEL: "",
    Section.IGNORED: "",
}


def _whole(place: Place) -> Section | None:
    if place in (Place.SKILL, Place.PROMPTS):
        return Section.PROMPT
    return {Place.DATA: Section.DATASET, Place.DOCS: Section.DOCS, Place.TESTS: Section.CODE}.get(place)
