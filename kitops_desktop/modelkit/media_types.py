"""Media types of ModelKits: what a layer's type says about its content, and which type a new layer gets.

Read are the types of `kit` (``application/vnd.kitops.modelkit.<kind>.v1.<form>``) and those of the CNCF
ModelPack specification (``application/vnd.cncf.model.<kind>.v1.<form>``); written are only the former.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

CONFIG_TYPE = "application/vnd.kitops.modelkit.config.v1+json"
"""The config of a ModelKit: its Kitfile as JSON."""
MODELPACK_CONFIG_TYPE = "application/vnd.cncf.model.config.v1+json"

MODELKIT_ARTIFACT_TYPE = "application/vnd.kitops.modelkit.manifest.v1+json"
"""What newer `kit` writes as a manifest's ``artifactType``."""
MODELPACK_ARTIFACT_TYPE = "application/vnd.cncf.model.manifest.v1+json"

CLI_VERSION_ANNOTATION = "ml.kitops.modelkit.cli-version"
CLI_VERSION = "1.7.0"
"""The version of `kit` whose format we write. A constant, so that manifests equal that `kit`'s to the byte
and an upgrade of this program changes no digest."""
KITFILE_ANNOTATION = "ml.kitops.modelkit.kitfile"
"""On the manifest of a ModelPack artifact made by `kit`: its Kitfile as JSON."""
SUBTYPE_ANNOTATION = "ml.kitops.modelkit.layer-subtype"
PROMPT_SUBTYPE = "prompt"
"""The value of ``SUBTYPE_ANNOTATION`` that makes a code layer a prompt."""
FILEPATH_ANNOTATION = "org.cncf.model.filepath"
FILE_METADATA_ANNOTATION = "org.cncf.model.file.metadata+json"


class LayerKind(StrEnum):
    """What an entry of the Kitfile is. The value is the word `kit` uses for it in messages."""

    MODEL = "model"
    MODEL_PART = "modelpart"
    CODE = "code"
    DATASET = "dataset"
    DOCS = "docs"
    PROMPT = "prompt"
    MCP_SERVER = "mcpserver"

    @property
    def media_base(self) -> str:
        """The word for this kind in a media type; prompts are code layers with an annotation."""
        return {"prompt": "code", "mcpserver": "mcpb"}.get(self.value, self.value)


class Packaging(StrEnum):
    """A layer is a tar archive, or one file as it is."""

    TAR = "tar"
    RAW = "raw"


class Compression(StrEnum):
    """How a layer's bytes are compressed; the values are what ``--compression`` takes."""

    NONE = "none"
    GZIP = "gzip"
    GZIP_FASTEST = "gzip-fastest"
    ZSTD = "zstd"

    @property
    def suffix(self) -> str:
        """What it adds to a media type; both kinds of gzip read alike and share one."""
        return {"none": "", "zstd": "+zstd"}.get(self.value, "+gzip")


@dataclass(frozen=True, slots=True)
class LayerFormat:
    """What a layer's media type says. Any gzip reads as ``Compression.GZIP``."""

    kind: LayerKind
    packaging: Packaging
    compression: Compression


_TYPE = re.compile(
    r"application/vnd\.(?P<owner>kitops\.modelkit|cncf\.model)\.(?P<base>[a-z.]+)\.v1"
    r"\.(?P<packaging>tar|raw)(?:\+(?P<compression>gzip|zstd))?"
)
_KINDS: dict[str, dict[str, LayerKind]] = {
    "kitops.modelkit": {kind.media_base: kind for kind in LayerKind if kind is not LayerKind.PROMPT},
    "cncf.model": {
        "weight": LayerKind.MODEL,
        "weight.config": LayerKind.MODEL_PART,
        "dataset": LayerKind.DATASET,
        "code": LayerKind.CODE,
        "doc": LayerKind.DOCS,
    },
}


def parse_media_type(text: str) -> LayerFormat | None:
    """What the media type of a layer says, or None when it is no layer type of a ModelKit or ModelPack.

    A prompt reads as code: only the descriptor's ``SUBTYPE_ANNOTATION`` tells them apart.
    """
    match = _TYPE.fullmatch(text)
    if match is None:
        return None
    kind = _KINDS[match["owner"]].get(match["base"])
    if kind is None:
        return None
    return LayerFormat(kind, Packaging(match["packaging"]), Compression(match["compression"] or "none"))


def layer_media_type(kind: LayerKind, compression: Compression = Compression.NONE) -> str:
    """The media type `kit` gives a new layer. MCP bundles are stored as they are, never compressed."""
    if kind is LayerKind.MCP_SERVER:
        return f"application/vnd.kitops.modelkit.{kind.media_base}.v1.raw"
    return f"application/vnd.kitops.modelkit.{kind.media_base}.v1.tar{compression.suffix}"
