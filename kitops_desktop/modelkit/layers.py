"""Which layers a Kitfile asks for, in the order in which they stand in the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.paths import effective_path
from kitops_desktop.modelkit.media_types import LayerKind, Packaging
from kitops_desktop.oci.reference import is_reference

_E = TypeVar("_E")


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """An entry of the Kitfile that becomes a layer.

    ``path`` is the text of the Kitfile, ``field`` its place there (``model``, ``code[0]``), ``name`` what the
    entry is called, if anything.
    """

    kind: LayerKind
    path: str
    field: str
    name: str = ""

    @property
    def clean_path(self) -> str:
        """The path cleaned; ``.`` stands for the whole folder."""
        return effective_path(self.path)

    @property
    def packaging(self) -> Packaging:
        return Packaging.RAW if self.kind is LayerKind.MCP_SERVER else Packaging.TAR


def layer_entries(kitfile: Kitfile) -> tuple[LayerEntry, ...]:
    """All entries that become layers, in manifest order.

    That is: model, model parts, code, datasets, docs, prompts, MCP servers. A model has no layer when its
    path is empty or refers to another ModelKit, nor has a dataset that lies elsewhere.
    """
    return tuple(_entries(kitfile))


def remote_paths(kitfile: Kitfile) -> tuple[str, ...]:
    """The cleaned paths of datasets whose bytes stay elsewhere: `kit` packs them in no other layer either."""
    return tuple(effective_path(dataset.path) for dataset in kitfile.datasets if dataset.remote_path)


def with_layer_digests(kitfile: Kitfile, digests: Mapping[str, tuple[str, str]]) -> Kitfile:
    """The Kitfile with digest and diffId set in the entries that became layers.

    ``digests`` gives both by ``LayerEntry.field``; entries it does not name lose what they had.
    """
    model = kitfile.model
    if model is not None:
        model = replace(_with(model, "model", digests), parts=_all_with(model.parts, "model.parts", digests))
    return replace(
        kitfile,
        model=model,
        code=_all_with(kitfile.code, "code", digests),
        datasets=_all_with(kitfile.datasets, "datasets", digests),
        docs=_all_with(kitfile.docs, "docs", digests),
        prompts=_all_with(kitfile.prompts, "prompts", digests),
        mcp_servers=_all_with(kitfile.mcp_servers, "mcpServers", digests),
    )


def _entries(kitfile: Kitfile) -> Iterator[LayerEntry]:
    model = kitfile.model
    if model is not None:
        if model.path and not is_reference(model.path):
            yield LayerEntry(LayerKind.MODEL, model.path, "model", model.name)
        for index, part in enumerate(model.parts):
            yield LayerEntry(LayerKind.MODEL_PART, part.path, f"model.parts[{index}]", part.name)
    for index, code in enumerate(kitfile.code):
        yield LayerEntry(LayerKind.CODE, code.path, f"code[{index}]")
    for index, dataset in enumerate(kitfile.datasets):
        if not dataset.remote_path:
            yield LayerEntry(LayerKind.DATASET, dataset.path, f"datasets[{index}]", dataset.name)
    for index, docs in enumerate(kitfile.docs):
        yield LayerEntry(LayerKind.DOCS, docs.path, f"docs[{index}]")
    for index, prompt in enumerate(kitfile.prompts):
        yield LayerEntry(LayerKind.PROMPT, prompt.path, f"prompts[{index}]", prompt.name)
    for index, server in enumerate(kitfile.mcp_servers):
        yield LayerEntry(LayerKind.MCP_SERVER, server.path, f"mcpServers[{index}]", server.name)


def _all_with(entries: tuple[_E, ...], field: str, digests: Mapping[str, tuple[str, str]]) -> tuple[_E, ...]:
    return tuple(_with(entry, f"{field}[{index}]", digests) for index, entry in enumerate(entries))


def _with(entry: Any, field: str, digests: Mapping[str, tuple[str, str]]) -> Any:  # noqa: ANN401
    digest, diff_id = digests.get(field, ("", ""))
    return replace(entry, digest=digest, diff_id=diff_id)
