"""The form of a Kitfile as data: the fields of each section, their labels and completions."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.kitfile.kitfile import MANIFEST_VERSION
from kitops_desktop.kitfile.licence_list import licences

SPDX_LICENSES = tuple(one.identifier for one in licences())
FRAMEWORKS = (
    "pytorch",
    "tensorflow",
    "keras",
    "scikit-learn",
    "transformers",
    "onnx",
    "jax",
    "flax",
    "xgboost",
    "lightgbm",
    "catboost",
    "diffusers",
    "sentence-transformers",
    "peft",
    "llama.cpp",
    "whisper.cpp",
    "vllm",
    "mlx",
    "timm",
    "spacy",
    "fasttext",
    "paddlepaddle",
    "mxnet",
    "tensorrt",
    "openvino",
    "coreml",
    "tflite",
    "none",
)
FORMATS = (
    "safetensors",
    "gguf",
    "ggml",
    "onnx",
    "pytorch",
    "torchscript",
    "pt",
    "pth",
    "bin",
    "ckpt",
    "pickle",
    "joblib",
    "skops",
    "h5",
    "keras",
    "savedmodel",
    "tflite",
    "coreml",
    "mlpackage",
    "openvino",
    "engine",
    "npz",
    "msgpack",
    "pmml",
    "json",
    "ubj",
)
PART_TYPES = (
    "tokenizer",
    "config",
    "lora",
    "adapter",
    "vocabulary",
    "merges",
    "projector",
    "weights",
    "encoder",
    "decoder",
    "vae",
    "scheduler",
    "preprocessor",
    "template",
)


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of the form. ``key`` is the Kitfile's; ``completions`` are proposed, anything may be typed."""

    key: str
    label: str
    hint: str = ""
    completions: tuple[str, ...] = ()
    is_path: bool = False
    is_list: bool = False
    """A list of texts, shown as chips."""
    is_licence: bool = False


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of the Kitfile: a single entry, or a list of entries when ``is_list``."""

    key: str
    title: str
    one: str
    """What one entry is called: "dataset"."""
    fields: tuple[FormField, ...]
    icon: str
    is_list: bool = False
    has_parameters: bool = False
    parent: tuple[str, ...] = ()
    """The keys above ``key`` (``("model",)`` for the parts)."""

    @property
    def path(self) -> tuple[str, ...]:
        """Empty for the fields at the top of the Kitfile."""
        return (*self.parent, self.key) if self.key else ()


NAME = FormField("name", "Name")
PATH = FormField("path", "Path", "a file or folder of the project", is_path=True)
DESCRIPTION = FormField("description", "Description")
LICENSE = FormField("license", "Licence", "an SPDX identifier, or its title", is_licence=True)
VERSION = FormField("version", "Version", "for people; tags are given when packing")

SECTIONS = (
    FormSection(
        "package",
        "Package",
        "package",
        (
            NAME,
            VERSION,
            DESCRIPTION,
            LICENSE,
            FormField("authors", "Authors", "a name, then Enter or a comma", is_list=True),
        ),
        "kit",
    ),
    FormSection(
        "model",
        "Model",
        "model",
        (
            NAME,
            FormField("path", "Path", "a file or folder, or a reference to another ModelKit", is_path=True),
            FormField("framework", "Framework", completions=FRAMEWORKS),
            FormField("format", "Format", completions=FORMATS),
            VERSION,
            LICENSE,
            DESCRIPTION,
        ),
        "model",
        has_parameters=True,
    ),
    FormSection(
        "parts",
        "Model parts",
        "part",
        (NAME, PATH, FormField("type", "Type", completions=PART_TYPES), LICENSE),
        "model",
        is_list=True,
        parent=("model",),
    ),
    FormSection(
        "datasets",
        "Datasets",
        "dataset",
        (
            NAME,
            PATH,
            FormField("remotePath", "Remote path", "where the data stay when they are not packed"),
            FormField("remoteHash", "Remote hash", "what the data there must match"),
            DESCRIPTION,
            LICENSE,
        ),
        "dataset",
        is_list=True,
        has_parameters=True,
    ),
    FormSection("code", "Code", "code entry", (PATH, DESCRIPTION, LICENSE), "code", is_list=True),
    FormSection("docs", "Docs", "document", (PATH, DESCRIPTION), "docs", is_list=True),
    FormSection("prompts", "Prompts", "prompt", (NAME, PATH, DESCRIPTION), "prompt", is_list=True),
    FormSection(
        "mcpServers", "MCP servers", "MCP server", (NAME, PATH, DESCRIPTION), "mcpserver", is_list=True
    ),
    FormSection(
        "",
        "Kitfile",
        "Kitfile",
        (FormField("manifestVersion", "Manifest version", MANIFEST_VERSION, (MANIFEST_VERSION,)),),
        "file",
    ),
)
