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
from kitops_desktop.formats import adapter_config, transformers_config
from kitops_desktop.progress import CancelToken

_FEW_PICTURES = 12
"""More pictures than these in a place of their own are data, not illustrations."""
_ANNOTATIONS = frozenset({"labels", "annotations", "masks", "imagesets", "targets", "segmentations"})
_SPLITS = frozenset({"train", "test", "val", "valid", "validation"})
_OF_MODELS = (transformers_config.FORMAT, transformers_config.TOKENIZER, adapter_config.FORMAT)
_WEB = frozenset({".js", ".mjs", ".ts", ".tsx", ".jsx", ".css", ".scss", ".vue"})
_STATIC = frozenset({"static", "public", "www", "web", "templates", "frontend", "ui"})


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
        self._token = token
        self._inventory, self._roles = inventory, roles
        self._folders = {folder.path: folder for folder in inventory.folders}
        self._direct: dict[str, Counter[Role]] = {}
        self._all: dict[str, Counter[Role]] = {}
        self._weight_stems: dict[str, set[str]] = {}
        self._above_data: set[str] = set()
        self._configured: set[str] = set()
        self._placed = Placed()
        self._saved_models = {
            folder.path for folder in inventory.folders if known.SAVED_MODELS & folder.names
        }
        self._spacy = {folder.path for folder in inventory.folders if folder.names >= known.SPACY}
        self._has_model = any(judged.role is Role.WEIGHTS for judged in roles.values())

    def run(self) -> Placed:
        self._count()
        for folder in self._inventory.folders:
            self._token.check()
            self._place_folder(folder)
        return self._placed

    def _count(self) -> None:
        self._configured = {
            path.rpartition("/")[0] for path, judged in self._roles.items() if judged.format in _OF_MODELS
        }
        for folder in reversed(self._inventory.folders):
            direct = Counter(self._roles[file.path].role for file in folder.files)
            for ending, count in folder.more.items():
                direct[judge_ending(ending)] += count
            self._direct[folder.path] = direct
            if direct[Role.WEIGHTS]:
                weights = (file for file in folder.files if self._roles[file.path].role is Role.WEIGHTS)
                self._weight_stems[folder.path] = {known.stem_of(file.name) for file in weights}
            if any(known.is_data_folder(inner.name) for inner in folder.folders):
                self._above_data.add(folder.path)
            total = Counter(direct)
            for inner in folder.folders:
                total += self._all.get(inner.path, Counter())
            self._all[folder.path] = total

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
        counts, name = self._all[folder.path], folder.name.lower()
        if folder.file(known.SKILL) is not None:
            return Place.SKILL
        if known.BUNDLES & folder.names or folder.names >= known.SPACY or self._in_bundle(folder, name):
            return Place.MODEL
        if name in known.PROMPT_FOLDERS and not counts[Role.WEIGHTS] and not counts[Role.DATA]:
            return Place.MIXED if counts[Role.CODE] > counts[Role.PROMPT] else Place.PROMPTS
        if name in known.TEST_FOLDERS and counts[Role.CODE]:
            return Place.TESTS
        if self._is_data(folder, name, counts):
            return Place.DATA
        if name in known.DOCS_FOLDERS and self._is_docs(counts):
            return Place.DOCS
        if counts[Role.CODE]:
            return Place.CODE
        return Place.MODEL if counts[Role.WEIGHTS] else Place.MIXED

    def _in_bundle(self, folder: Folder, name: str) -> bool:
        """Whether it is one of the folders that a SavedModel or a pipeline of spaCy consists of."""
        parent = folder.path.rpartition("/")[0]
        if self._folders[parent].path in self._spacy:
            return True
        return name in known.SAVED_MODEL_FOLDERS and parent in self._saved_models

    def _is_data(self, folder: Folder, name: str, counts: Counter[Role]) -> bool:
        if counts[Role.WEIGHTS] or counts[Role.PROMPT]:
            return False
        data, code = counts[Role.DATA], counts[Role.CODE]
        loose = counts[Role.LOOSE] + counts[Role.UNCLEAR] + counts[Role.MEDIA]
        if self._few_pictures(folder, counts):
            return False
        if known.is_data_folder(name) and data + loose + counts[Role.DOCS]:
            return data + loose >= code and not (folder.depth > 1 and not data and code)
        if counts[Role.MEDIA] > _FEW_PICTURES and name not in known.DOCS_FOLDERS | _STATIC:
            return code <= 1
        if name in known.CODE_FOLDERS | known.DOCS_FOLDERS:
            return False
        return data > 0 and (not code or (code == 1 and data > 1)) and counts[Role.DOCS] <= data + 1

    def _is_docs(self, counts: Counter[Role]) -> bool:
        if counts[Role.WEIGHTS] or counts[Role.DATA]:
            return False
        prose = counts[Role.DOCS] + counts[Role.MEDIA] + counts[Role.DRAWING]
        return bool(prose or not counts[Role.CODE])

    def _few_pictures(self, folder: Folder, counts: Counter[Role]) -> bool:
        """Whether it holds some pictures that illustrate, and no data beside them."""
        if known.is_data_folder(folder.name) and self._has_labels(folder):
            return False
        beside = self._direct[folder.path.rpartition("/")[0]]
        others = counts.total() - counts[Role.MEDIA] - counts[Role.DOCS] - counts[Role.DRAWING]
        return 0 < counts[Role.MEDIA] <= _FEW_PICTURES and not others and not beside[Role.DATA]

    def _has_labels(self, folder: Folder) -> bool:
        """Whether pictures in it are divided as data are, or annotated by files in a folder beside it."""
        parent = self._folders[folder.path.rpartition("/")[0]]
        beside = {other.name.lower() for other in parent.folders}
        return bool(beside & _ANNOTATIONS) or any(inner.name.lower() in _SPLITS for inner in folder.folders)

    def _section(self, folder: Folder, place: Place, judged: Judged) -> tuple[Section, str]:
        whole = _whole(place)
        if whole is not None:
            return whole, f"It lies in a folder of {place.value}." if judged.role is not _OWN[
                whole
            ] else judged.why
        ending = ending_of(judged.file.name)
        section = self._by_role(folder, place, judged.role, ending, judged)
        if section is _PLAIN.get(judged.role):
            return section, judged.why
        return section, f"{judged.why} {_BECAUSE[section]}"

    def _by_role(
        self, folder: Folder, place: Place, role: Role, ending: str, judged: Judged | None = None
    ) -> Section:
        plain = _PLAIN.get(role)
        if judged is not None:
            if (
                role is Role.DOCS
                and known.README.fullmatch(judged.file.name)
                and self._is_code(folder, place)
            ):
                return Section.CODE
            if role is Role.DOCS and ending in (".html", ".htm") and self._is_web(folder):
                return Section.CODE
            if (role is Role.LOOSE or ending == ".prototxt") and self._is_named_after_weights(folder, judged):
                return Section.PART
            if known.MLFLOW_FILES.fullmatch(judged.file.name) and known.MLMODEL in folder.names:
                return Section.PART
        if plain is not None:
            return plain
        if role is Role.DRAWING:
            is_icon = bool(known.ICON_FOLDERS & set(folder.path.lower().split("/")))
            return Section.CODE if is_icon or self._is_web(folder) else Section.DOCS
        if role is Role.MEDIA:
            return Section.CODE if self._is_web(folder) else self._pictures(folder)
        if role is Role.PART and self._belongs_to_model(folder, judged):
            return Section.PART
        return self._loose(folder, place, ending)

    def _only_kind(self, folder: Folder) -> Section | None:
        """Where loose files go when there is nothing but data, or nothing but models, around them."""
        everything = self._all[folder.path]
        if everything[Role.CODE]:
            return None
        has_data = everything[Role.DATA] or folder.path in self._above_data
        if has_data and not everything[Role.WEIGHTS]:
            return Section.DATASET
        return Section.PART if everything[Role.WEIGHTS] and not everything[Role.DATA] else None

    def _is_code(self, folder: Folder, place: Place) -> bool:
        """Whether a README in the folder is about code."""
        if place is Place.CODE:
            return True
        counts = self._all[folder.path]
        loose = counts[Role.LOOSE] + counts[Role.UNCLEAR]
        return place is Place.MIXED and loose > 0 and loose + counts[Role.DOCS] == counts.total()

    def _pictures(self, folder: Folder) -> Section:
        direct = self._direct[folder.path]
        alone = not direct[Role.CODE] and not direct[Role.WEIGHTS] and direct[Role.DOCS] <= 2
        return Section.DATASET if alone and direct[Role.MEDIA] > _FEW_PICTURES else Section.DOCS

    def _is_named_after_weights(self, folder: Folder, judged: Judged) -> bool:
        """Whether weights beside it have the same name but for the ending: ``yolo.cfg``, ``yolo.weights``."""
        stems = self._weight_stems.get(folder.path)
        return stems is not None and known.stem_of(judged.file.name) in stems

    def _is_web(self, folder: Folder) -> bool:
        """Whether pages and pictures in it belong to a web application."""
        if _STATIC & set(folder.path.lower().split("/")):
            return True
        return bool(_WEB & folder.endings)

    def _belongs_to_model(self, folder: Folder, judged: Judged | None) -> bool:
        if not self._has_model:
            return False
        if judged is not None and judged.format in _OF_MODELS:
            return True
        direct, everything = self._direct[folder.path], self._all[folder.path]
        if (
            direct[Role.WEIGHTS]
            or folder.path in self._configured | self._spacy
            or known.MLMODEL in folder.names
        ):
            return True
        return not everything[Role.CODE] and not everything[Role.DATA]

    def _loose(self, folder: Folder, place: Place, ending: str) -> Section:
        direct = self._direct[folder.path]
        if (
            place is Place.MODEL
            or folder.path in self._spacy
            or (direct[Role.WEIGHTS] and not direct[Role.CODE] and ending != ".txt")
        ):
            return Section.PART
        if place is Place.CODE:
            return Section.CODE
        only = self._only_kind(folder)
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
