"""What the headers of a model and the files beside it say of it: framework, format, size, precision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.classification import known_files as known
from kitops_desktop.classification.known_files import ending_of
from kitops_desktop.classification.model_card import Card
from kitops_desktop.classification.roles import Judged
from kitops_desktop.classification.small_text import read_start
from kitops_desktop.classification.weights import Candidate
from kitops_desktop.formats import adapter_config, transformers_config

_LIBRARIES = {
    "diffusers": "Diffusers", "sentence-transformers": "sentence-transformers", "peft": "PEFT", "sklearn":
    "scikit-learn",
    "scikit-learn": "scikit-learn", "keras": "Keras", "tf-keras": "Keras", "timm": "PyTorch",
    "fasttext": "fastText", "spacy": "spaCy", "flair": "Flair", "nemo": "NeMo", "mlx": "MLX",
    "stable-baselines3": "PyTorch",
    "ultralytics": "PyTorch", "paddlenlp": "PaddlePaddle", "gguf": "llama.cpp", "onnx": "ONNX", "xgboost":
    "XGBoost",
    "lightgbm": "LightGBM", "catboost": "CatBoost", "skops": "scikit-learn", "pytorch": "PyTorch",
    "tensorflowtts": "TensorFlow",
    "setfit": "sentence-transformers", "speechbrain": "PyTorch", "espnet": "PyTorch", "fastai": "PyTorch",
    "open_clip": "PyTorch",
}  # fmt: skip
_FORMATS = {
    "PyTorch zip": "PyTorch", "TorchScript": "PyTorch", "Keras HDF5": "HDF5", "compressed pickle": "joblib",
    "": "binary",
}  # fmt: skip
_BY_IMPORT = (
    ("sklearn", "scikit-learn"), ("lightgbm", "LightGBM"), ("xgboost", "XGBoost"), ("catboost",
    "CatBoost"), ("torch", "PyTorch"),
    ("statsmodels", "statsmodels"), ("prophet", "Prophet"), ("keras", "Keras"), ("surprise", "Surprise"),
    ("mlflow", "MLflow"),
    ("gensim", "gensim"), ("nltk", "NLTK"), ("spacy", "spaCy"), ("imblearn", "scikit-learn"), ("hmmlearn",
    "hmmlearn"),
)  # fmt: skip
_SAFETENSORS_MAKERS = ("PyTorch", "TensorFlow", "Flax", "MLX")
_FLAVOURS = (
    ("sklearn", "scikit-learn"), ("pytorch", "PyTorch"), ("tensorflow", "TensorFlow"), ("keras", "Keras"),
    ("xgboost", "XGBoost"), ("lightgbm", "LightGBM"), ("catboost", "CatBoost"), ("transformers",
    "Transformers"),
    ("onnx", "ONNX"), ("spacy", "spaCy"), ("statsmodels", "statsmodels"), ("prophet", "Prophet"), ("h2o",
    "H2O"),
    ("fastai", "PyTorch"), ("sentence_transformers", "sentence-transformers"), ("paddle", "PaddlePaddle"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A value with the sentence that says where it comes from, and what else it could be."""

    value: str
    why: str
    others: tuple[str, ...] = ()


def model_format(model: Candidate) -> Said:
    """What the files of the model are."""
    first = model.files[0]
    format = _FORMATS.get(first.format, first.format)
    ending = ending_of(first.file.name)
    if format == "HDF5" and ending == ".keras":
        format = "Keras"
    if format == "pickle" and ending == ".joblib":
        format = "joblib"
    by_name = known.WEIGHT_ENDINGS.get(ending, "")
    if format == "pickle" and by_name in ("PyTorch", "checkpoint", ""):
        format = "PyTorch" if _is_torch(first) or by_name == "PyTorch" or ending == ".bin" else "pickle"
    if first.recognised is not None:
        return Said(format, f"Its header is that of a {first.recognised.format} file.")
    return Said(format, f"Files ending with {ending} have this format.")


def model_framework(
    folder: Path, model: Candidate, beside: Mapping[str, Judged], card: Card | None, adapter: bool
) -> Said:
    """What the model runs in. ``beside`` are the files of its folder by name."""
    flavour = _flavour(folder, model, beside)
    if flavour is not None:
        return flavour
    if adapter:
        return Said("PEFT", "adapter_config.json beside it says that it is an adapter.", ("PyTorch",))
    if "model_index.json" in beside or "../model_index.json" in beside:
        return Said("Diffusers", "model_index.json says that it is a pipeline of diffusers.", ("PyTorch",))
    if "config_sentence_transformers.json" in beside or "modules.json" in beside:
        why = "modules.json beside it is that of sentence-transformers."
        return Said("sentence-transformers", why, ("PyTorch", "Transformers"))
    found = _by_format(model)
    library = _LIBRARIES.get(card.library.lower(), "") if card is not None else ""
    if card is not None and library and found.value in ("", "PyTorch"):
        why = f"The model card says so: library_name is {card.library}."
        return Said(library, why, _other(library, found.value))
    if any(judged.format == transformers_config.FORMAT for judged in beside.values()):
        return Said(found.value or "PyTorch", found.why, (*found.others, "Transformers"))
    return found


def parameters_of(model: Candidate) -> tuple[int | None, str, int]:
    """How many parameters, in which precision, in how many tensors; None where no header says it."""
    known_ones = [one.recognised for one in model.files if one.recognised is not None]
    counts = [one.parameter_count for one in known_ones if one.parameter_count]
    if not counts or len(known_ones) < len(model.files):
        return None, known_ones[0].precision if known_ones else "", 0
    precision: Counter[str] = Counter()
    for one in known_ones:
        precision[one.precision] += one.parameter_count or 0
    return sum(counts), precision.most_common(1)[0][0], sum(len(one.tensors) for one in known_ones)


def count_words(count: int) -> str:
    """7241732096 as "7.2 B"."""
    for limit, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= limit:
            return f"{count / limit:.1f} {letter}"
    return str(count)


def base_model(beside: Iterable[Judged], card: Card | None) -> str:
    """The model that this one was made from, as the adapter's configuration or the card names it."""
    for judged in beside:
        if judged.recognised is not None and judged.format == adapter_config.FORMAT:
            for fact in judged.recognised.facts:
                if fact.name == "base model":
                    return str(fact.value)
    return card.base_model if card is not None else ""


def _by_format(model: Candidate) -> Said:
    first = model.files[0]
    recognised = first.recognised
    made = recognised.framework if recognised is not None else ""
    if made:
        others = _SAFETENSORS_MAKERS if first.format == "safetensors" else ()
        return Said(made, f"Its header is one that {made} writes.", _other(made, *others))
    imports = recognised.imports if recognised is not None else ()
    for prefix, framework in _BY_IMPORT:
        if any(name.partition(".")[0] == prefix for name in imports):
            return Said(framework, f"Loading it imports {prefix}.")
    by_format = known.FRAMEWORK_OF_FORMAT.get(first.format)
    if by_format:
        return Said(by_format, f"Models in this format run in {by_format}.")
    return _USUAL.get(first.format) or _USUAL.get(ending_of(first.file.name)) or Said("", "")


def _flavour(folder: Path, model: Candidate, beside: Mapping[str, Judged]) -> Said | None:
    described = beside.get(known.MLMODEL)
    if described is None:
        return None
    text = read_start(folder / described.path)
    for flavour, name in _FLAVOURS:
        if f"\n  {flavour}:" in text or f"mlflow.{flavour}" in text:
            return Said(name, f"MLmodel beside it names the flavour {flavour}.", ("MLflow",))
    return Said("MLflow", "MLmodel beside it was written by MLflow.", ("scikit-learn", "PyTorch"))


def _is_torch(judged: Judged) -> bool:
    return judged.recognised is not None and judged.recognised.framework == "PyTorch"


def _other(value: str, *others: str) -> tuple[str, ...]:
    return tuple(other for other in others if other and other != value)


_KERAS = Said("Keras", "Keras saves models so.", ("TensorFlow",))
_TENSORFLOW = Said("TensorFlow", "TensorFlow saves models so.")
_PICKLED = Said("scikit-learn", "Models that are pickled are mostly scikit-learn's.", ("PyTorch", "XGBoost"))
_USUAL = {
    "safetensors": Said("PyTorch", "safetensors files are mostly PyTorch's.", ("TensorFlow", "Flax", "MLX")),
    "HDF5": _KERAS,
    "Keras HDF5": _KERAS,
    "pickle": _PICKLED,
    "joblib": _PICKLED,
    "compressed pickle": _PICKLED,
    ".bin": Said("PyTorch", "PyTorch saves weights under such names."),
    ".h5": _KERAS,
    ".keras": _KERAS,
    ".ubj": Said("XGBoost", "XGBoost saves models in this format."),
    ".msgpack": Said("Flax", "Flax saves weights so.", ("JAX",)),
    ".ckpt": Said("PyTorch", "PyTorch Lightning names checkpoints so.", ("TensorFlow",)),
    ".pb": _TENSORFLOW,
    ".index": _TENSORFLOW,
    ".meta": _TENSORFLOW,
}
"""What models are mostly made with, by format and by ending, where nothing says it better."""
