"""The JSON files that stand beside a model: its configuration, and those of its tokenizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kitops_desktop.formats.json_text import text, whole
from kitops_desktop.formats.values import Kind, Recognised, facts

FORMAT = "Transformers configuration"
TOKENIZER = "tokenizer"
_SIZES = (
    ("layers", ("num_hidden_layers", "n_layer")),
    ("hidden size", ("hidden_size", "n_embd", "d_model")),
    ("attention heads", ("num_attention_heads", "n_head")),
    ("vocabulary", ("vocab_size",)),
    ("context", ("max_position_embeddings", "n_positions")),
)


@dataclass(frozen=True, slots=True)
class TransformersConfig:
    """``sizes`` are numbers with what they count."""

    model_type: str
    architectures: tuple[str, ...]
    dtype: str
    made_with: str
    sizes: tuple[tuple[str, int], ...]
    runs_own_code: bool

    def recognised(self) -> Recognised:
        own = ("It names code beside it that runs when the model is loaded with trust_remote_code.",)
        return Recognised(
            Kind.PART,
            FORMAT,
            "Transformers",
            facts(
                ("model type", self.model_type),
                ("architectures", self.architectures),
                ("made with transformers", self.made_with),
                *self.sizes,
            ),
            precision=self.dtype,
            warnings=own if self.runs_own_code else (),
        )


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """``vocabulary`` is the number of its words, None where the file does not say it."""

    type: str
    vocabulary: int | None
    longest: int | None

    def recognised(self) -> Recognised:
        return Recognised(
            Kind.PART,
            TOKENIZER,
            facts=facts(
                ("type", self.type), ("vocabulary", self.vocabulary), ("longest input", self.longest)
            ),
        )


def is_transformers_config(document: Mapping[str, object]) -> bool:
    return isinstance(document.get("model_type"), str) or isinstance(document.get("architectures"), list)


def is_tokenizer(document: Mapping[str, object]) -> bool:
    has_model = isinstance(document.get("model"), dict) and "added_tokens" in document
    return has_model or isinstance(document.get("tokenizer_class"), str)


def read_transformers_config(document: Mapping[str, object]) -> TransformersConfig:
    architectures = document.get("architectures")
    names = architectures if isinstance(architectures, list) else []
    return TransformersConfig(
        text(document.get("model_type")),
        tuple(name for name in names[:20] if isinstance(name, str)),
        (text(document.get("torch_dtype")) or text(document.get("dtype"))).removeprefix("torch.")[:40],
        text(document.get("transformers_version")),
        tuple((name, size) for name, keys in _SIZES if (size := _first(document, keys)) is not None),
        bool(document.get("auto_map")),
    )


def read_tokenizer(document: Mapping[str, object]) -> Tokenizer:
    model = document.get("model")
    model = model if isinstance(model, dict) else {}
    vocabulary = model.get("vocab")
    return Tokenizer(
        text(model.get("type")) or text(document.get("tokenizer_class")),
        len(vocabulary) if isinstance(vocabulary, (dict, list)) else None,
        whole(document.get("model_max_length")),
    )


def _first(document: Mapping[str, object], keys: tuple[str, ...]) -> int | None:
    return next((size for key in keys if (size := whole(document.get(key))) is not None), None)
