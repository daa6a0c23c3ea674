"""Which path the model has, and what of the rest training left behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from kitops_desktop.classification import known_files as known
from kitops_desktop.classification.classification import Section
from kitops_desktop.classification.inventory import Folder, Inventory
from kitops_desktop.classification.junk import RUN_METRICS, RUN_RECORDS, TRAINING_STATE, Junk
from kitops_desktop.classification.roles import Judged, Role
from kitops_desktop.classification.sections import Placed
from kitops_desktop.classification.weights import (
    Candidate,
    Choice,
    checkpoint_folder,
    choose,
    group,
    is_checkpoint,
)
from kitops_desktop.kitfile.ignore import literal_pattern

_LEFT_BY_TRAINING = "A checkpoint that training left behind; the finished model is elsewhere."
_OTHER_RUN = "Another run of the training; the model is from elsewhere."
_LOGGED = "Records of training, made anew with every run."
_STATE = "What training needs to go on, and nobody who uses the model."


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """``model`` with its final path; ``others`` are models that became parts."""

    model: Candidate
    others: tuple[Candidate, ...]
    why: str


def choose_model(
    inventory: Inventory, roles: dict[str, Judged], placed: Placed
) -> tuple[ChosenModel | None, tuple[Junk, ...]]:
    """Choose, and note in ``placed`` what is the model and what had better stay out, which is given as well.

    The model is None where there is none.
    """
    folders = {folder.path: folder for folder in inventory.folders}
    candidates = group(
        judged
        for judged in roles.values()
        if judged.role is Role.WEIGHTS
        and placed.sections[judged.path] is Section.PART
        and not TRAINING_STATE.fullmatch(judged.file.name)
    )
    choice = choose(candidates, folders)
    ignored = _ignored(inventory, choice, placed)
    if choice.model is None:
        _without_model(placed)
        return None, ignored
    weights = [one for one in candidates if placed.sections[one.files[0].path] is Section.PART]
    model = _with_folder(choice.model, weights, _Insides(inventory, placed.sections, placed.more), folders)
    for path, section in placed.sections.items():
        if section is Section.PART and (path == model.path or path.startswith(f"{model.path}/")):
            placed.sections[path] = Section.MODEL
    others = tuple(one for one in choice.others if placed.sections[one.files[0].path] is Section.PART)
    return ChosenModel(model, others, choice.why), ignored


def _without_model(placed: Placed) -> None:
    """What would belong to a model counts as code where there is none: settings, mostly."""
    for path, section in placed.sections.items():
        if section is Section.PART:
            placed.sections[path] = Section.CODE
            placed.why[path] = "It describes a model, but there is none here."
    for counts in placed.more.values():
        counts[Section.CODE] += counts.pop(Section.PART, 0)


def _ignored(inventory: Inventory, choice: Choice, placed: Placed) -> tuple[Junk, ...]:
    kept = choice.model.path if choice.model is not None else ""
    left = dict.fromkeys(checkpoint_folder(one.path) for one in choice.others if is_checkpoint(one.path))
    left |= dict.fromkeys(
        checkpoint_folder(f"{folder.path}/") for folder in inventory.folders if folder.name == RUN_RECORDS
    )
    junk = []
    for folder in left:
        if not kept.startswith(f"{folder}/"):
            junk.append(Junk(folder, literal_pattern(folder), _LEFT_BY_TRAINING))
    for path in placed.sections:
        if TRAINING_STATE.fullmatch(path.rpartition("/")[2]):
            junk.append(Junk(path, f"**/{literal_pattern(path.rpartition('/')[2])}", _STATE))
    junk += _other_runs(placed, kept)
    ignored = {one.path for one in junk}
    for path in placed.sections:
        if path in ignored or checkpoint_folder(path) in ignored or _run_folder(path) in ignored:
            placed.sections[path] = Section.IGNORED
    return tuple(one for one in junk if checkpoint_folder(one.path) not in ignored)


def _other_runs(placed: Placed, kept: str) -> list[Junk]:
    """Where the model is in the records of a run: the other runs, and what the logger wrote beside it."""
    run = _run_folder(kept)
    if not run:
        return []
    records = run.rpartition("/")[0]
    beside = [path for path in placed.sections if path.startswith(f"{records}/")]
    others = dict.fromkeys(other for path in beside if (other := _run_folder(path)) not in ("", run))
    logs = [path for path in beside if path == f"{run}/{RUN_METRICS}"]
    return [
        *(Junk(other, literal_pattern(other), _OTHER_RUN) for other in others),
        *(Junk(path, literal_pattern(path), _LOGGED) for path in logs),
    ]


def _run_folder(path: str) -> str:
    """The folder of one run that holds ``path`` among the records of several, "" for none."""
    above, records, below = f"/{path}".rpartition(f"/{RUN_RECORDS}/")
    run = below.partition("/")[0]
    return f"{above}{records}{run}"[1:] if records and "/" in below else ""


class _Insides:
    """Of each folder, how many files of each section are below it."""

    def __init__(
        self, inventory: Inventory, sections: dict[str, Section], more: dict[str, Counter[Section]]
    ) -> None:
        self._counts: dict[str, Counter[Section]] = {}
        for folder in reversed(inventory.folders):
            counts = Counter(sections[file.path] for file in folder.files) + more.get(folder.path, Counter())
            for inner in folder.folders:
                counts += self._counts.get(inner.path, Counter())
            self._counts[folder.path] = counts

    def only_model(self, path: str) -> bool:
        """Whether nothing but weights and what belongs to them is packed from the folder."""
        return set(self._counts[path]) - {Section.IGNORED} <= {Section.PART}

    def count(self, path: str) -> int:
        return sum(self._counts[path].values()) - self._counts[path][Section.IGNORED]


def _with_folder(
    model: Candidate, weights: list[Candidate], insides: _Insides, folders: dict[str, Folder]
) -> Candidate:
    """The folder instead of the file, where all of it is the model or a component of a pipeline."""
    parts = model.folder.split("/") if model.folder else []
    for count in range(1, len(parts) + 1):
        folder = "/".join(parts[:count])
        if insides.only_model(folder) and all(one.path.startswith(f"{folder}/") for one in weights):
            return _as_folder(model, folder, insides)
    bundle = known.bundle_above(model.path)
    if bundle:
        return _as_folder(model, bundle, insides)
    if parts and insides.only_model(model.folder) and _is_component(model, folders):
        return _as_folder(model, model.folder, insides)
    return model


def _as_folder(model: Candidate, folder: str, insides: _Insides) -> Candidate:
    return model if insides.count(folder) == 1 else replace(model, path=folder, whole_folder=True)


def _is_component(model: Candidate, folders: dict[str, Folder]) -> bool:
    above = folders.get(model.folder.rpartition("/")[0])
    if model.format == "spaCy" and above is not None and above.names >= known.SPACY:
        return True
    names = folders[model.folder].names
    return bool(names & {"config.json", "adapter_config.json", "saved_model.pb", "MLmodel", "params.json"})
