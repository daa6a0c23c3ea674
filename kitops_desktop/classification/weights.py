"""Which files of weights belong together, and which of several models in a folder is the one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kitops_desktop.classification.inventory import Folder
from kitops_desktop.classification.junk import CHECKPOINT
from kitops_desktop.classification.roles import Judged, is_preparation

_SHARD = re.compile(
    r"(?P<stem>.*?)[-_.]?(?:(?:part[-_.]?)?(?P<index>\d{1,6})[-_]?of[-_]?(?P<count>\d{1,6}))(?P<rest>\..+)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<stem>consolidated)\.(?P<index>\d{2})(?P<rest>\.pth?|\.safetensors)")
_TENSORFLOW = re.compile(r"(?P<stem>.+)\.(index|meta|data-\d+-of-\d+)")
_RUNS = re.compile(
    r"runs|mlruns|outputs?|exp\d*|logs|results|work_dirs|tmp|temp|old|archive|backup|previous", re.IGNORECASE
)
_BESIDE = re.compile(
    r"mmproj|imatrix|draft|\blora\b|[-_]lora|adapter|training_args|optimizer|scheduler|ema_|_ema\b|\bvae\b|embedding|projector"
    r"|discriminator|(^|[-_/])last\b|\bonnx\b|openvino|tflite|coreml|quantized|int8|fp16|openclip|safety_checker"
)  # fmt: skip
_NAMED_SO = re.compile(
    r"(^|[-_./])(model|best|final|production|prod|classifier|regressor|pipeline|clf)([-_./]|$)"
)
_FORMATS = {
    "safetensors": 9, "GGUF": 8, "Keras": 8, "PyTorch zip": 7, "TorchScript": 6, "PyTorch": 7, "": 6,
    "XGBoost": 6,
    "joblib": 6, "pickle": 6, "Keras HDF5": 6, "HDF5": 5, "checkpoint": 5, "JSON": 5, "UBJSON": 5,
    "TensorFlow checkpoint": 5, "ONNX": 4, "TFLite": 3, "TensorRT": 2, "msgpack": 2, "Rust weights": 1,
}  # fmt: skip
_PRECISIONS = ("Q4_K_M", "Q5_K_M", "Q4_K_S", "Q8_0", "Q6_K", "Q5_K_S", "Q4_0", "Q5_0", "F16", "BF16", "F32")
"""Of several quantisations the first of these is what most people take."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files of weights that are one model; ``path`` is the first of them, or the folder that holds them."""

    path: str
    folder: str
    files: tuple[Judged, ...]
    whole_folder: bool = False

    @property
    def size(self) -> int:
        return sum(judged.file.size for judged in self.files)

    @property
    def format(self) -> str:
        return self.files[0].format


@dataclass(frozen=True, slots=True)
class Choice:
    """``others`` in the order in which they would have been taken."""

    model: Candidate | None
    others: tuple[Candidate, ...] = ()
    why: str = ""


def group(weights: Iterable[Judged]) -> list[Candidate]:
    """The files of weights as models, the shards of one put together."""
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for judged in weights:
        folder, _, name = judged.path.rpartition("/")
        groups[folder, _group_name(name)].append(judged)
    return [Candidate(_first(files).path, folder, _in_order(files)) for (folder, _), files in groups.items()]


def choose(candidates: list[Candidate], folders: Mapping[str, Folder]) -> Choice:
    """The model among the candidates, and why it is that one."""
    if not candidates:
        return Choice(None)
    ranked = sorted(candidates, key=lambda one: _rank(one, folders), reverse=True)
    best = ranked[0]
    if is_checkpoint(best.path):
        newest = max(
            (one for one in ranked if is_checkpoint(one.path)),
            key=lambda one: (_step(one.path), _rank(one, folders)),
        )
        ranked.remove(newest)
        ranked.insert(0, newest)
        best = newest
    return Choice(best, tuple(ranked[1:]), _why(best, ranked[1:], folders))


def is_checkpoint(path: str) -> bool:
    """Whether training left it behind on the way."""
    return bool(checkpoint_folder(path))


def checkpoint_folder(path: str) -> str:
    """The outermost folder above ``path`` that training left behind, "" for none."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        if CHECKPOINT.fullmatch(parts[count - 1].lower()):
            return "/".join(parts[:count])
    return ""


def is_adapter(candidate: Candidate, folders: Mapping[str, Folder]) -> bool:
    """Whether it only changes another model."""
    folder = folders.get(candidate.folder)
    return (folder is not None and "adapter_config.json" in folder.names) or candidate.path.rpartition("/")[
        2
    ].startswith("adapter_model")


def is_beside(path: str) -> bool:
    """Whether the name says that it goes with another model."""
    return bool(_BESIDE.search(path.lower())) or is_preparation(path.rpartition("/")[2])


def _group_name(name: str) -> str:
    for rule in (_SHARD, _NUMBERED):
        found = rule.fullmatch(name)
        if found is not None:
            return f"{found['stem']}*{found['rest'] or ''}"
    found = _TENSORFLOW.fullmatch(name)
    return f"{found['stem']}*" if found is not None else name


def _in_order(files: list[Judged]) -> tuple[Judged, ...]:
    first = _first(files)
    return (first, *(one for one in sorted(files, key=lambda one: one.path) if one is not first))


def _first(files: list[Judged]) -> Judged:
    """The first shard; of a TensorFlow checkpoint its index."""
    return min(files, key=lambda one: (not one.path.endswith(".index"), one.path))


def _rank(candidate: Candidate, folders: Mapping[str, Folder]) -> tuple[object, ...]:
    folder = folders.get(candidate.folder)
    names = folder.names if folder is not None else set()
    name = candidate.path.rpartition("/")[2].lower()
    return (
        _tier(candidate),
        not is_adapter(candidate, folders),
        not is_beside(candidate.path),
        bool(names & {"config.json", "model_index.json", "MLmodel", "params.json", "saved_model.pb"}),
        -candidate.path.count("/"),
        "consolidated" not in name,
        _FORMATS.get(candidate.format, 4),
        bool(_NAMED_SO.search(name)),
        _quantisation(candidate),
        candidate.size,
        [-ord(letter) for letter in candidate.path[:64]],
    )


def _quantisation(candidate: Candidate) -> int:
    """How much most people would prefer it among the quantisations of one model."""
    precision = (
        candidate.files[0].recognised.precision if candidate.files and candidate.files[0].recognised else ""
    )
    name = candidate.path.upper().replace("-", "_")
    for rank, one in enumerate(_PRECISIONS):
        if precision == one or re.search(rf"[_.]{one}([_.]|$)", name):
            return len(_PRECISIONS) - rank
    return 0


def _tier(candidate: Candidate) -> int:
    if is_checkpoint(candidate.path):
        return 0
    return 1 if any(_RUNS.fullmatch(part) for part in candidate.path.split("/")[:-1]) else 2


def _step(path: str) -> int:
    """The number of the checkpoint."""
    numbers = re.findall(r"\d+", checkpoint_folder(path) + path.rpartition("/")[2])
    return max((int(number[:18]) for number in numbers), default=0)


def _why(best: Candidate, others: list[Candidate], folders: Mapping[str, Folder]) -> str:
    if not others:
        return "It is the only model here."
    if is_checkpoint(best.path):
        return "It is the last checkpoint of a training, and there is no other model."
    if all(is_checkpoint(one.path) for one in others):
        return "The other models lie in folders of checkpoints."
    if _quantisation(best) and all(one.format == best.format for one in others):
        return "Of these quantisations it is the one that most people take; the others are its parts."
    rest = [one for one in others if not is_beside(one.path) and not is_adapter(one, folders)]
    if not rest:
        return "The names of the others say that they go with another model."
    if best.size > max(one.size for one in rest):
        return "It is the largest of the models here; the others are its parts."
    return "Of the models here it is nearest to the top, in the format that is loaded most safely."
