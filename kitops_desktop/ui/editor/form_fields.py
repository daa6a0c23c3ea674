"""The form of a Kitfile as data: the fields of each section, their labels and completions."""

from __future__ import annotations

from dataclasses import dataclass

SPDX_LICENSES = (
    "Apache-2.0",
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MPL-2.0",
    "GPL-2.0-only",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "LGPL-3.0-only",
    "AGPL-3.0-only",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "ODbL-1.0",
    "PDDL-1.0",
    "CDLA-Permissive-2.0",
    "Unlicense",
)
FRAMEWORKS = (
    "pytorch",
    "tensorflow",
    "keras",
    "scikit-learn",
    "xgboost",
    "lightgbm",
    "catboost",
    "jax",
    "flax",
    "onnx",
    "transformers",
    "diffusers",
    "llama.cpp",
    "mlx",
    "paddlepaddle",
    "spacy",
    "none",
)
FORMATS = ("safetensors", "gguf", "onnx", "pickle", "joblib", "h5", "keras", "tflite", "pt", "bin", "pmml")
PART_TYPES = ("tokenizer", "config", "lora", "adapter", "vocabulary", "projector", "weights")


@dataclass(frozen=True, slots=True)
class FormField:
    """One line of the form. ``key`` is the Kitfile's; ``completions`` are proposed, anything may be typed."""

    key: str
    label: str
    hint: str = ""
    completions: tuple[str, ...] = ()
    is_path: bool = False
    is_list: bool = False
    """A list of texts, shown as one line with commas."""


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
        return (*self.parent, self.key)


NAME = FormField("name", "Name")
PATH = FormField("path", "Path", "a file or folder of the project", is_path=True)
DESCRIPTION = FormField("description", "Description")
LICENSE = FormField("license", "Licence", "an SPDX identifier", SPDX_LICENSES)
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
            FormField("authors", "Authors", "separated by commas", is_list=True),
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
        (NAME, PATH, DESCRIPTION, LICENSE),
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
)
