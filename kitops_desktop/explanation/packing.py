"""Explanations of what stops packing."""

from __future__ import annotations

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import PACK_KEPT, listed, sentence


def pack(error: errors.PackError) -> Explanation:
    return Explanation(
        "Packing stopped", sentence(str(error)), PACK_KEPT, "Correct the cause and pack again."
    )


def layer_path_missing(error: errors.LayerPathMissing) -> Explanation:
    return Explanation(
        "A path of the Kitfile is not in the folder",
        f"The {error.kind} layer takes {error.layer_path}, and there is no such file or folder.",
        PACK_KEPT,
        f"Put {error.layer_path} where the Kitfile says, or correct its path (capitals count); pack again.",
    )


def invalid_mcp_bundle(error: errors.InvalidMcpBundle) -> Explanation:
    name = f" {error.name}" if error.name else ""
    return Explanation(
        f"The MCP server{name} is no MCP bundle",
        f"{error.path} {error.reason}.",
        PACK_KEPT,
        "Give the path of an .mcpb file that has its manifest, and pack again.",
    )


def source_unreadable(error: errors.SourceUnreadable) -> Explanation:
    return Explanation(
        "A file or folder cannot be read",
        f"{error.path}: {error.reason}.",
        PACK_KEPT,
        "Give yourself permission to read it, or name it in .kitignore, then pack again.",
    )


def source_changed(error: errors.SourceChanged) -> Explanation:
    return Explanation(
        "A file changed while it was packed",
        f"{error.path} {error.change}. A layer half old and half new would be of no use, so packing stopped.",
        PACK_KEPT,
        "Wait until nothing writes to the folder, then pack again.",
    )


def secrets_found(error: errors.SecretsFound) -> Explanation:
    many = len(error.paths) != 1
    return Explanation(
        f"{len(error.paths)} secrets would be packed" if many else "A secret would be packed",
        f"Everybody who gets the kit could read {listed(error.paths)}.",
        "Nothing was packed; your files are untouched.",
        "Name them in .kitignore, or agree to pack each of them all the same."
        if many
        else "Name it in .kitignore, or agree to pack it all the same.",
    )


def model_reference(error: errors.ModelReferenceError) -> Explanation:
    way = f" ({' → '.join(error.chain)})" if error.chain else ""
    return Explanation(
        "The kit that model.path refers to cannot be used",
        sentence(f"{error.message}{way}"),
        PACK_KEPT,
        "Correct model.path, or get that kit into the local store first, then try again.",
    )
