"""First Kitfiles of a kind: each template is filled with what is in the folder, and names nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kitops_desktop.classification.template_files import TemplateFiles
from kitops_desktop.classification.template_filling import Filling
from kitops_desktop.errors import FormatError
from kitops_desktop.formats.adapter_config import is_adapter_config, read_adapter_config
from kitops_desktop.formats.json_text import parse_json
from kitops_desktop.kitfile.kitfile import MANIFEST_VERSION, Kitfile, Package
from kitops_desktop.kitfile.licence import MAX_TEXT, detect_licence
from kitops_desktop.progress import CancelToken

_MOST_CONFIG = 1 << 20
_TORCH = (".safetensors", ".pt", ".pth", ".ckpt", ".bin")
_SKLEARN = (".skops", ".joblib", ".pkl", ".pickle", ".onnx", ".pmml")
_LLM = (".safetensors", ".gguf", ".bin", ".pth")
_TOKENIZER = re.compile(
    r"tokenizer\.json|tokenizer_config\.json|tokenizer\.model(\.v\d+)?|vocab\.(json|txt)|merges\.txt"
    r"|special_tokens_map\.json|added_tokens\.json|spiece\.model|sentencepiece\.bpe\.model|chat_template\..+"
)
_CONFIG = re.compile(
    r"config\.(json|ya?ml)|generation_config\.json|preprocessor_config\.json|processor_config\.json"
    r"|model\.safetensors\.index\.json|pytorch_model\.bin\.index\.json|hparams\.ya?ml"
)
_ADAPTER_CONFIG = re.compile(r"adapter_config\.json")


@dataclass(frozen=True, slots=True)
class Template:
    """``name`` is the word of the command line, ``title`` and ``about`` are for people."""

    name: str
    title: str
    about: str
    fill: Callable[[Filling], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """``missing`` has a sentence for every entry for which this folder has nothing."""

    kitfile: Kitfile
    missing: tuple[str, ...] = ()


def fill_template(
    template: Template,
    folder: Path,
    *,
    name: str = "",
    description: str = "",
    author: str = "",
    token: CancelToken | None = None,
) -> Filled:
    """The template with the files of the folder that fit. ``name`` is the folder's when not given.

    Raises ``FileAccessError``, ``IgnoreFileError`` and ``Cancelled``.
    """
    files = TemplateFiles(folder, token or CancelToken())
    package = replace(blank(folder, name=name, author=author).kitfile.package, description=description)
    filling = Filling(files, replace(package, license=_licence(files)))
    template.fill(filling)
    return Filled(filling.kitfile, tuple(filling.missing))


def blank(folder: Path, *, name: str = "", author: str = "") -> Filled:
    """A Kitfile that names no file."""
    own = "".join(
        sign for sign in folder.absolute().name.encode("utf-8", "replace").decode() if sign.isprintable()
    )
    return Filled(Kitfile(MANIFEST_VERSION, Package(name=name or own, authors=(author,) if author else ())))


def find_template(name: str) -> Template | None:
    return next((template for template in TEMPLATES if template.name == name), None)


def _torch(filling: Filling) -> None:
    filling.take_model(_TORCH, "pytorch")
    filling.take_parts(_CONFIG, "config", "configuration")
    filling.take_parts(_TOKENIZER, "tokenizer", "tokenizer")
    _what_belongs_to_training(filling)


def _sklearn(filling: Filling) -> None:
    filling.take_model(_SKLEARN, "scikit-learn")
    _what_belongs_to_training(filling)


def _llm(filling: Filling) -> None:
    path = filling.take_model(_LLM, "transformers")
    if path.endswith(".gguf") and filling.model is not None:
        filling.model = replace(filling.model, framework="llama.cpp")
    filling.take_parts(_CONFIG, "config", "configuration", needed=True)
    filling.take_parts(_TOKENIZER, "tokenizer", "tokenizer", needed=True)
    filling.take_datasets(needed=False)
    filling.take_code(needed=False)
    filling.take_docs()


def _lora(filling: Filling) -> None:
    filling.take_model((".safetensors", ".bin"), "peft", name=r"adapter_model.*|.*lora.*|.*adapter.*")
    base = _base_model(filling.files)
    if base and filling.model is not None:
        filling.model = replace(filling.model, description=f"LoRA adapter for {base}")
    filling.take_parts(_ADAPTER_CONFIG, "config", "adapter_config.json", needed=True)
    filling.take_parts(_TOKENIZER, "tokenizer", "tokenizer")
    filling.take_datasets(needed=False)
    filling.take_code(needed=False)
    filling.take_docs()


def _dataset(filling: Filling) -> None:
    filling.take_datasets()
    filling.take_code(needed=False)
    filling.take_docs()


def _prompts(filling: Filling) -> None:
    filling.take_prompts()
    filling.take_docs()


def _what_belongs_to_training(filling: Filling) -> None:
    filling.take_datasets()
    filling.take_code()
    filling.take_docs()


TEMPLATES = (
    Template("pytorch", "PyTorch", "Weights with their configuration, data, training code and docs", _torch),
    Template("scikit-learn", "scikit-learn", "A fitted estimator with its data, code and docs", _sklearn),
    Template("llm", "LLM with tokenizer", "Weights in one or more files, configuration and tokenizer", _llm),
    Template("lora", "LoRA adapter", "An adapter with its configuration, and which model it is for", _lora),
    Template("dataset", "Dataset only", "Data with its documents, no model", _dataset),
    Template("prompts", "Prompts only", "Prompts and skills with their documents, no model", _prompts),
)


def _licence(files: TemplateFiles) -> str:
    """The SPDX identifier of the first licence text at the top, "" when there is none that is known."""
    for path in files.find(lambda path: "/" not in path and path.lower().startswith(("license", "licence"))):
        found = detect_licence(_start(files.folder / path, MAX_TEXT).decode("utf-8", "replace"))
        if found:
            return found
    return ""


def _base_model(files: TemplateFiles) -> str:
    for path in files.find(lambda path: path.rpartition("/")[2] == "adapter_config.json"):
        try:
            document = parse_json(_start(files.folder / path, _MOST_CONFIG), "JSON")
        except FormatError:
            continue
        if isinstance(document, dict) and is_adapter_config(document):
            return read_adapter_config(document).base_model
    return ""


def _start(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError:
        return b""
