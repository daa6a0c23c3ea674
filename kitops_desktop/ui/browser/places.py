"""Where one can be among registries: the list, a registry, a repository, a kit; or on Hugging Face."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.importers.hugging_face.address import (
    SCHEME,
    HfAuthorAddress,
    HfTarget,
    parse_hf_target,
)
from kitops_desktop.importers.hugging_face.values import is_commit
from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference, parse_reference

_SHORT = 8


@dataclass(frozen=True, slots=True)
class RemotePlace:
    """``host`` is "" for the list, ``repository`` "" for a registry, ``kit`` None for a repository.

    With ``hugging_face`` it is in no registry, and the others are empty.
    """

    host: str = ""
    repository: str = ""
    kit: Reference | None = None
    hugging_face: HfTarget | None = None

    def version(self, name: str) -> Reference:
        """In this repository, of a tag, or of the digest of what has none."""
        reference = Reference(self.host, self.repository)
        return reference.with_digest(name) if ":" in name else reference.with_tag(name)


def parse_place(detail: str) -> RemotePlace:
    """Read ``Place.detail``: "", ``HOST``, ``HOST/REPOSITORY``, ``HOST/REPOSITORY:TAG`` or ``…@DIGEST``,
    or ``hf://…``.

    Raises ``InvalidReference`` for a kit that cannot be meant, ``InvalidArgument`` for such an address.
    """
    if detail.startswith(SCHEME):
        return RemotePlace(hugging_face=parse_hf_target(detail))
    host, _, rest = detail.partition("/")
    if ":" in rest or "@" in rest:
        kit = parse_reference(detail)
        return RemotePlace(kit.registry, kit.repository, kit)
    return RemotePlace(host, rest)


def place_title(detail: str, label: str = "") -> str:
    """The place as it is called above the page; a digest is shortened, as is a commit. ``label`` is what the
    user calls the registry, and what it is for.
    """
    if detail.startswith(SCHEME):
        return _title_on_hugging_face(detail)
    name, at, digest = detail.partition("@")
    place = f"{name}@{short_digest(digest)}" if at and ":" in digest else detail
    return f"{place} ({label})" if label and place else place


def _title_on_hugging_face(detail: str) -> str:
    """With the revision, and without what of it is looked at."""
    try:
        address = parse_hf_target(detail)
    except InvalidArgument:
        address = None
    if address is None:
        return "Hugging Face"
    if isinstance(address, HfAuthorAddress):
        return f"Hugging Face / {address.name}" + (f" / {address.kind.value}" if address.kind else "")
    revision = address.revision[:_SHORT] if is_commit(address.revision) else address.revision
    return f"Hugging Face / {address.prefix}{address.name}" + (f"@{revision}" if revision else "")
