"""What is in the folders around a file, counted by what each file is for on its own."""

from __future__ import annotations

from collections import Counter

from kitops_desktop.classification import known_files as known
from kitops_desktop.classification.classification import Section
from kitops_desktop.classification.inventory import Folder, Inventory
from kitops_desktop.classification.roles import Judged, Role, judge_ending
from kitops_desktop.formats import adapter_config, transformers_config

FEW_PICTURES = 12
"""More pictures than these in a place of their own are data, not illustrations."""
_ANNOTATIONS = frozenset({"labels", "annotations", "masks", "imagesets", "targets", "segmentations"})
_SPLITS = frozenset({"train", "test", "val", "valid", "validation"})
_OF_MODELS = (transformers_config.FORMAT, transformers_config.TOKENIZER, adapter_config.FORMAT)
_WEB = frozenset({".js", ".mjs", ".ts", ".tsx", ".jsx", ".css", ".scss", ".vue"})
STATIC = frozenset({"static", "public", "www", "web", "templates", "frontend", "ui"})


class Surroundings:
    """``direct`` counts the roles of the files in each folder, ``all`` also those below it, by its path."""

    def __init__(self, inventory: Inventory, roles: dict[str, Judged]) -> None:
        self._roles = roles
        self.direct: dict[str, Counter[Role]] = {}
        self.all: dict[str, Counter[Role]] = {}
        self._weight_stems: dict[str, set[str]] = {}
        self._above_data: set[str] = set()
        self._above_annotations: set[str] = set()
        self._configured = {
            path.rpartition("/")[0] for path, judged in roles.items() if judged.format in _OF_MODELS
        }
        self._saved_models = {
            folder.path for folder in inventory.folders if known.SAVED_MODELS & folder.names
        }
        self.spacy = {folder.path for folder in inventory.folders if folder.names >= known.SPACY}
        self._has_model = any(judged.role is Role.WEIGHTS for judged in roles.values())
        self._count(inventory)

    def _count(self, inventory: Inventory) -> None:
        for folder in reversed(inventory.folders):
            direct = Counter(self._roles[file.path].role for file in folder.files)
            for ending, count in folder.more.items():
                direct[judge_ending(ending)] += count
            self.direct[folder.path] = direct
            if direct[Role.WEIGHTS]:
                weights = (file for file in folder.files if self._roles[file.path].role is Role.WEIGHTS)
                self._weight_stems[folder.path] = {known.stem_of(file.name) for file in weights}
            is_settings = folder.name.lower() in known.SETTINGS_FOLDERS
            if not is_settings and any(known.is_data_folder(inner.name) for inner in folder.folders):
                self._above_data.add(folder.path)
            if any(inner.name.lower() in _ANNOTATIONS for inner in folder.folders):
                self._above_annotations.add(folder.path)
            total = Counter(direct)
            for inner in folder.folders:
                total += self.all.get(inner.path, Counter())
            self.all[folder.path] = total

    def few_pictures(self, folder: Folder, counts: Counter[Role]) -> bool:
        """Whether it holds some pictures that illustrate, and no data beside them."""
        if known.is_data_folder(folder.name) and self._has_labels(folder):
            return False
        beside = self.direct[folder.path.rpartition("/")[0]]
        others = counts.total() - counts[Role.MEDIA] - counts[Role.DOCS] - counts[Role.DRAWING]
        return 0 < counts[Role.MEDIA] <= FEW_PICTURES and not others and not beside[Role.DATA]

    def _has_labels(self, folder: Folder) -> bool:
        """Whether pictures in it are divided as data are, or annotated by files in a folder beside it."""
        if folder.path.rpartition("/")[0] in self._above_annotations:
            return True
        return any(inner.name.lower() in _SPLITS for inner in folder.folders)

    def only_kind(self, folder: Folder) -> Section | None:
        """Where loose files go when there is nothing but data, or nothing but models, around them."""
        everything = self.all[folder.path]
        if everything[Role.CODE]:
            return None
        has_data = everything[Role.DATA] or folder.path in self._above_data
        if has_data and not everything[Role.WEIGHTS]:
            return Section.DATASET
        return Section.PART if everything[Role.WEIGHTS] and not everything[Role.DATA] else None

    def pictures(self, folder: Folder) -> Section:
        direct = self.direct[folder.path]
        alone = not direct[Role.CODE] and not direct[Role.WEIGHTS] and direct[Role.DOCS] <= 2
        return Section.DATASET if alone and direct[Role.MEDIA] > FEW_PICTURES else Section.DOCS

    def is_named_after_weights(self, folder: Folder, judged: Judged) -> bool:
        """Whether weights beside it have the same name but for the ending: ``yolo.cfg``, ``yolo.weights``."""
        stems = self._weight_stems.get(folder.path)
        return stems is not None and known.stem_of(judged.file.name) in stems

    def is_web(self, folder: Folder) -> bool:
        """Whether pages and pictures in it belong to a web application."""
        if STATIC & set(folder.path.lower().split("/")):
            return True
        return bool(_WEB & folder.endings)

    def belongs_to_model(self, folder: Folder, judged: Judged | None) -> bool:
        if not self._has_model:
            return False
        if judged is not None and judged.format in _OF_MODELS:
            return True
        direct, everything = self.direct[folder.path], self.all[folder.path]
        if (
            direct[Role.WEIGHTS]
            or folder.path in self._configured | self.spacy
            or known.MLMODEL in folder.names
        ):
            return True
        return not everything[Role.CODE] and not everything[Role.DATA]

    def is_bundle(self, folder: Folder, name: str) -> bool:
        """Whether it is one model as a whole, or one of the folders that such a model consists of."""
        if known.BUNDLES & folder.names or folder.path in self.spacy:
            return True
        if known.ending_of(name) in known.BUNDLE_ENDINGS:
            return True
        parent = folder.path.rpartition("/")[0]
        if parent in self.spacy:
            return True
        return name in known.SAVED_MODEL_FOLDERS and parent in self._saved_models
