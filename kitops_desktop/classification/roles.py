"""What one file is for: by its bytes, its name, and the folder it is in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from kitops_desktop.classification import known_files as known
from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.known_files import ending_of
from kitops_desktop.formats import json_document, lfs_pointer, transformers_config
from kitops_desktop.formats.values import Kind, Recognised
from kitops_desktop.kitfile.folder_listing import ListedFile


class Role(Enum):
    WEIGHTS = "weights"
    PART = "part"
    DATA = "data"
    CODE = "code"
    DOCS = "docs"
    PROMPT = "prompt"
    MCP = "MCP bundle"
    MEDIA = "media"
    """Pictures, sound, film: what they are for depends on what is around them."""

    DRAWING = "drawing"
    """Vector graphics and icons: never data."""

    LOOSE = "loose"
    """Text and settings that go where the rest of their folder goes."""

    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Judged:
    """``part_type`` is the type it has as a part of a model; ``format`` is "" where it is not known."""

    file: ListedFile
    role: Role
    why: str
    part_type: str = ""
    format: str = ""
    recognised: Recognised | None = None

    @property
    def path(self) -> str:
        return self.file.path


_DATA_KEYS = frozenset(
    {"annotations", "images", "data", "rows", "records", "features", "samples", "examples"}
)
_EITHER = (".npz", ".npy", ".rds", ".rda", ".rdata", ".mat")
"""Endings of data that models have as well."""
_TENSORFLOW = re.compile(r"ckpt|^variables\.|^model-\d+\.")
_MCP_BUNDLE = ".mcpb"
_CHECKPOINT = "TensorFlow checkpoint"
_INSIDE = re.compile(
    r"\.(safetensors|pth|pt|h5|onnx|gguf|tflite|mlmodel)$|saved_model\.pb$|/coremldata\.bin$"
)
"""Members of archives that are models."""
_OF_BASELINES = "_stable_baselines3_version"
_SPLIT = re.compile(r"(train|test|dev|valid|val|validation)([-_]?\d+)?\..+", re.IGNORECASE)
_SHARD_OF_TFJS = re.compile(r"group\d+-shard\d+of\d+(\.bin)?")
_XGBOOST_KEYS = {"learner", "version"}
_BEFORE_MODEL = (
    "scaler", "encoder", "vectorizer", "vectoriser", "preprocess", "transformer", "label", "imputer",
    "columns", "features",
    "selector", "pca", "tfidf", "mapping", "normalizer", "tokenizer", "vocab",
)  # fmt: skip
_DATA_WORDS = (
    "index",
    "vectors",
    "corpus",
    "documents",
    "chunks",
    "val",
    "header",
    "length",
    "lists",
    "data",
    "dataset",
    "train",
    "test",
    "valid",
    "features",
    "embeddings",
    "samples",
    "df",
    "cache",
)


def judge(file: ListedFile, look: FileLook | None, sniffed: str = "") -> Judged:
    """What the file is for, as far as it can be told from itself and its place.

    ``sniffed`` is a format that only its first bytes told.
    """
    bundle = known.bundle_above(file.path)
    if bundle:
        return _in_bundle(file, bundle)
    if sniffed:
        return _sniffed(file, sniffed)
    recognised = look.recognised if look is not None else None
    pointer = recognised is not None and recognised.format == lfs_pointer.FORMAT
    if recognised is not None and not pointer:
        found = _by_content(file, recognised)
        if found is not None:
            return found
    return _by_name(file)


def with_pairs(files: Iterable[Judged]) -> dict[str, Judged]:
    """The files of one folder by path; weights that are one half of a pair have the format of the other."""
    found = {judged.path: judged for judged in files}
    for judged in tuple(found.values()):
        if judged.format == "OpenVINO" and ending_of(judged.file.name) == ".xml":
            half = found.get(f"{judged.path[:-4]}.bin")
            if half is not None and half.role is Role.WEIGHTS:
                why = f"{judged.file.name} beside it is a model of OpenVINO."
                found[half.path] = replace(half, format="OpenVINO", why=why)
    return found


def judge_ending(ending: str) -> Role:
    """What files are for of which only the ending is known."""
    return _by_ending(ListedFile(f"x{ending}", f"x{ending}", 0), ending).role


def _in_bundle(file: ListedFile, bundle: str) -> Judged:
    format = known.BUNDLE_ENDINGS[ending_of(bundle)]
    why = f"Folders of such names are models of {format}."
    is_text = ending_of(file.name) in (".json", ".mil", ".plist", ".txt")
    return Judged(file, Role.PART if is_text else Role.WEIGHTS, why, "config" if is_text else "", format)


def _sniffed(file: ListedFile, format: str) -> Judged:
    why = f"It begins as a model of {format}."
    if ending_of(file.name) == ".xml":
        return Judged(file, Role.PART, why, part_type(file.name, format), format)
    return Judged(file, Role.WEIGHTS, why, format=format)


def _by_content(file: ListedFile, recognised: Recognised) -> Judged | None:
    """None where the name says more than the content."""
    if ending_of(file.name) == _MCP_BUNDLE:
        return None
    name, format = file.name, recognised.format
    if recognised.kind is Kind.MODEL:
        return _model_file(file, recognised)
    if format == json_document.FORMAT and recognised.kind is Kind.PART:
        return _json(file, recognised)
    if recognised.kind is Kind.PART:
        return Judged(
            file,
            Role.PART,
            f"Its content is that of a {format}.",
            part_type(name, format),
            format,
            recognised,
        )
    if recognised.kind is Kind.CODE:
        return Judged(
            file, Role.CODE, f"Its content is that of a {format}.", format=format, recognised=recognised
        )
    if recognised.kind is Kind.DOCS:
        return Judged(file, Role.DOCS, "It begins as a model card.", format=format, recognised=recognised)
    if recognised.kind is Kind.DATASET:
        if _named_otherwise(file):
            return None
        why = f"It holds data: {_article(format)}."
        return Judged(file, Role.DATA, why, format=format, recognised=recognised)
    if known.WEIGHT_ENDINGS.get(ending_of(name)):
        return None
    if any(_INSIDE.search(member.name) for member in recognised.members):
        why = "It is an archive with weights in it."
        if any(member.name == _OF_BASELINES for member in recognised.members):
            recognised = replace(recognised, framework="stable-baselines3")
        return Judged(file, Role.WEIGHTS, why, format=format, recognised=recognised)
    return Judged(file, Role.DATA, "It is an archive.", format=format, recognised=recognised)


def _named_otherwise(file: ListedFile) -> bool:
    """Whether a file that could hold data has a name that only models and their parts have."""
    name, ending = file.name, ending_of(file.name)
    if ending in (".npz", ".npy"):
        return known.is_named_model(file.path)
    if ending == ".json":
        named = known.CONFIG.fullmatch(name) or known.TOKENIZER.fullmatch(name)
        return bool(named) or _is_spacy_vocabulary(file)
    return ending in known.WEIGHT_ENDINGS and ending not in known.AMBIGUOUS_ENDINGS


def _model_file(file: ListedFile, recognised: Recognised) -> Judged:
    ending, format = ending_of(file.name), recognised.format
    is_pickle = format in ("pickle", "compressed pickle")
    if is_pickle and _is_pickled_data(file, recognised):
        return Judged(file, Role.DATA, "It holds pickled data.", format=format, recognised=recognised)
    if is_pickle and known.WEIGHT_ENDINGS.get(ending) in ("joblib", "skops"):
        format = known.WEIGHT_ENDINGS[ending]
    why = f"Its header is that of a model: {_article(format)}."
    return Judged(file, Role.WEIGHTS, why, "", format, recognised)


def _is_pickled_data(file: ListedFile, recognised: Recognised) -> bool:
    if recognised.framework or recognised.tensors:
        return False
    packages = {name.partition(".")[0] for name in recognised.imports}
    if packages & {"sklearn", "lightgbm", "catboost", "keras", "statsmodels"}:
        return False
    named_data = _has_data_word(file.name)
    return known.is_among_data(file.path) or "pandas" in packages or named_data


def _has_data_word(name: str) -> bool:
    words = name.lower().replace("-", "_").split(".")[0].split("_")
    return any(word in _DATA_WORDS for word in words)


def _json(file: ListedFile, recognised: Recognised) -> Judged | None:
    keys = next((str(fact.value) for fact in recognised.facts if fact.name == "keys"), "")
    names = set(keys.split(", "))
    if "weightsManifest" in names:
        return Judged(
            file, Role.WEIGHTS, "It has the keys of a model of TensorFlow.js.", format="TensorFlow.js",
            recognised=Recognised(Kind.MODEL, "TensorFlow.js", "TensorFlow.js"),
        )  # fmt: skip
    if names >= _XGBOOST_KEYS:
        return Judged(
            file, Role.WEIGHTS, "It has the keys of a model that XGBoost saved.", format="JSON",
            recognised=Recognised(Kind.MODEL, "JSON", "XGBoost"),
        )  # fmt: skip
    if names & _DATA_KEYS and not known.CONFIG.fullmatch(file.name):
        return Judged(file, Role.DATA, "Its keys are those of data.", format="JSON", recognised=recognised)
    return None


def _by_name(file: ListedFile) -> Judged:
    name, ending = file.name, ending_of(file.name)
    if ending == _MCP_BUNDLE:
        return Judged(file, Role.MCP, "Files ending with .mcpb are bundles of MCP servers.")
    if known.PROMPT_NAMES.fullmatch(name) or (
        ending in known.DOCS_ENDINGS | {".txt"} and _in_prompts(file.path)
    ):
        return Judged(file, Role.PROMPT, "Files of this name tell a language model what to do.")
    if known.DATASET_NAMES.fullmatch(name):
        return Judged(file, Role.DATA, "Files of this name describe a dataset.")
    if known.TOKENIZER.fullmatch(name):
        return Judged(file, Role.PART, "Tokenizers keep files of this name.", part_type(name, ""))
    if known.PROCESSOR.fullmatch(name) or known.CONFIG.fullmatch(name):
        return Judged(
            file, Role.PART, "Files of this name describe the model beside them.", part_type(name, "")
        )
    if known.MODEL_CODE.fullmatch(name):
        return Judged(file, Role.CODE, "It is code.", "code")
    if known.CODE_NAMES.fullmatch(name):
        return Judged(file, Role.CODE, "Files of this name belong to code.")
    if known.DOCS_NAMES.fullmatch(name) and ending not in known.NO_DOCS_ENDINGS:
        return Judged(file, Role.DOCS, "Files of this name are documentation.")
    return _by_ending(file, ending)


def _by_ending(file: ListedFile, ending: str) -> Judged:
    said = f"Files ending with {ending}"
    if ending in (".index", ".meta") and _TENSORFLOW.search(file.name):
        return Judged(file, Role.WEIGHTS, "It is a part of a TensorFlow checkpoint.", format=_CHECKPOINT)
    if ending in _EITHER and known.is_named_model(file.path):
        return Judged(file, Role.WEIGHTS, "Its name says that it is a model.", format=ending[1:])
    if ending == ".bin" and file.name.startswith("openvino"):
        return Judged(file, Role.WEIGHTS, "OpenVINO saves weights under such names.", format="OpenVINO")
    if ending == ".bin" and _has_data_word(file.name) and not known.is_named_model(file.path):
        return Judged(file, Role.DATA, "Its name is one that data has.", format="bin")
    if file.name in known.ORBAX:
        return Judged(file, Role.WEIGHTS, "Orbax saves checkpoints of JAX so.", format="Orbax")
    if _SHARD_OF_TFJS.fullmatch(file.name):
        return Judged(file, Role.WEIGHTS, "TensorFlow.js names shards so.", format="TensorFlow.js")
    if not ending and name_is_spacy(file.path):
        return Judged(file, Role.WEIGHTS, "spaCy saves the weights of a component so.", format="spaCy")
    if not ending and known.SPACY_RULES.fullmatch(file.path):
        return Judged(file, Role.WEIGHTS, "spaCy saves the rules of a component so.", format="spaCy")
    if _is_spacy_vocabulary(file):
        return Judged(file, Role.PART, "spaCy keeps its vocabulary so.", "tokenizer")
    if known.SAVED_MODEL_PARTS.fullmatch(file.name):
        return Judged(file, Role.PART, "TensorFlow writes it beside a SavedModel.", "config")
    if ending in known.AMBIGUOUS_ENDINGS and known.is_among_data(file.path):
        return Judged(file, Role.DATA, f"{said} in a folder of data hold data.", format=ending[1:])
    if file.name in known.SAVED_MODELS:
        return Judged(file, Role.WEIGHTS, "It is the graph of a SavedModel.", format="SavedModel")
    if ending in known.WEIGHT_ENDINGS:
        return Judged(file, Role.WEIGHTS, f"{said} hold models.", format=known.WEIGHT_ENDINGS[ending])
    if ".data-" in file.name and "-of-" in file.name:
        return Judged(file, Role.WEIGHTS, "It is a part of a TensorFlow checkpoint.", format=_CHECKPOINT)
    if file.name.endswith(("onnx_data", ".onnx.data")):
        return Judged(file, Role.WEIGHTS, "It holds the weights of an ONNX model.", format="ONNX")
    if ending in known.DATA_ENDINGS:
        return Judged(file, Role.DATA, f"{said} hold data.", format=ending[1:])
    if ending in known.MEDIA_ENDINGS:
        return Judged(file, Role.MEDIA, f"{said} are pictures, sound or film.")
    if ending in known.DRAWING_ENDINGS:
        return Judged(file, Role.DRAWING, f"{said} are drawings.")
    if ending in known.CODE_ENDINGS:
        role = Role.LOOSE if ending in (".yml", ".yaml", ".toml", ".cfg", ".ini", ".conf") else Role.CODE
        return Judged(file, role, f"{said} are code or its settings.")
    if ending in known.DOCS_ENDINGS:
        return Judged(file, Role.DOCS, f"{said} are documentation.")
    if ending in (".json", ".txt", ".xml"):
        return Judged(file, Role.LOOSE, f"{said} can be anything.")
    if _SPLIT.fullmatch(file.name):
        return Judged(file, Role.DATA, "Its name is that of a split of a dataset.")
    return Judged(file, Role.UNCLEAR, "Nothing in it or in its name says what it is.")


def _is_spacy_vocabulary(file: ListedFile) -> bool:
    in_place = f"/{file.path}".endswith(f"/vocab/{file.name}")
    return in_place and bool(known.SPACY_VOCABULARY.fullmatch(file.name))


def name_is_spacy(path: str) -> bool:
    """Whether the file is named as the weights of a component of a spaCy pipeline."""
    return path == "model" or path.endswith("/model")


def part_type(name: str, format: str) -> str:
    """The type of a part in a word."""
    if format == transformers_config.TOKENIZER or known.TOKENIZER.fullmatch(name):
        return "tokenizer"
    return "processor" if known.PROCESSOR.fullmatch(name) else "config"


def is_preparation(name: str) -> bool:
    """Whether a saved object prepares what a model gets, rather than being the model."""
    lower = name.lower()
    return any(word in lower for word in _BEFORE_MODEL)


def _in_prompts(path: str) -> bool:
    return any(part.lower() in known.PROMPT_FOLDERS for part in path.split("/")[:-1])


def _article(format: str) -> str:
    return f"an {format} file" if format[:1] in "AEIOUHN" and format[:2].isupper() else f"a {format} file"
