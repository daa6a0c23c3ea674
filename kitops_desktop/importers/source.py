"""What somebody means who names a repository to import: where it is, and by which tool it is fetched."""

from __future__ import annotations

from dataclasses import replace

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.git.address import GitAddress, git_address
from kitops_desktop.importers.hugging_face.address import (
    SCHEME,
    HfAddress,
    HfKind,
    hf_address,
    is_hf_address,
    is_hf_name,
    parse_hf_address,
)
from kitops_desktop.importers.hugging_face.endpoint import ITSELF, hf_endpoint

TOOLS = ("hf", "git")
_KINDS = tuple(f"{kind.value}/" for kind in HfKind)


def find_source(text: str, tool: str = "", revision: str = "") -> HfAddress | GitAddress:
    """``text`` is ``ORGANISATION/NAME`` or an address; with ``tool`` "" Hugging Face's own interface is used
    for what is there, and git for all else. ``revision`` wins over none; "" leaves it to the address.

    Raises ``InvalidArgument``, also when the address names another revision.
    """
    text = text.strip()
    if tool and tool not in TOOLS:
        raise InvalidArgument(f"invalid value for --tool flag. Valid options are: {', '.join(TOOLS)}")
    found = _on_hugging_face(text)
    if found is not None:
        found = _with_revision(found, revision)
        return _for_git(found) if tool == "git" else found
    if "://" not in text:
        raise InvalidArgument(
            f"“{text[:200]}” is neither ORGANISATION/NAME, as on Hugging Face, nor an http(s) address"
        )
    if tool == "hf":
        raise InvalidArgument(
            f"“{text[:200]}” is no repository of Hugging Face: those are ORGANISATION/NAME."
        )
    return git_address(text, revision)


def _on_hugging_face(text: str) -> HfAddress | None:
    is_there = (
        text.partition("/")[0].lower() in ITSELF
    )  # which has the form of a name, before that of somebody
    if not is_there and (is_hf_name(text) or text.startswith(_KINDS)):
        return parse_hf_address(SCHEME + text)
    return parse_hf_address(text) if is_hf_address(text) else None


def _with_revision(address: HfAddress, revision: str) -> HfAddress:
    if not revision:
        return address
    if address.revision not in ("", revision):
        raise InvalidArgument(
            f"The address is about {address.revision}, and --ref about {revision}: leave one of them out."
        )
    return replace(hf_address(address.name, address.kind, revision), path=address.path)


def _for_git(address: HfAddress) -> GitAddress:
    page = replace(address, revision="").page(hf_endpoint().origin)
    return git_address(page, address.revision)
