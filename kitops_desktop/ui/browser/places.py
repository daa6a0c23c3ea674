"""Where one can be among registries: the list, a registry, a repository, a kit."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import Reference, parse_reference


@dataclass(frozen=True, slots=True)
class RemotePlace:
    """``host`` is "" for the list, ``repository`` "" for a registry, ``kit`` None for a repository."""

    host: str = ""
    repository: str = ""
    kit: Reference | None = None

    def version(self, name: str) -> Reference:
        """In this repository, of a tag, or of the digest of what has none."""
        reference = Reference(self.host, self.repository)
        return reference.with_digest(name) if ":" in name else reference.with_tag(name)


def parse_place(detail: str) -> RemotePlace:
    """Read ``Place.detail``: "", ``HOST``, ``HOST/REPOSITORY``, ``HOST/REPOSITORY:TAG`` or ``…@DIGEST``.

    Raises ``InvalidReference`` for a kit that cannot be meant.
    """
    host, _, rest = detail.partition("/")
    if ":" in rest or "@" in rest:
        kit = parse_reference(detail)
        return RemotePlace(kit.registry, kit.repository, kit)
    return RemotePlace(host, rest)


def place_title(detail: str, label: str = "") -> str:
    """The place as it is called above the page; a digest is shortened. ``label`` is what the user calls the
    registry, and what it is for.
    """
    name, at, digest = detail.partition("@")
    place = f"{name}@{short_digest(digest)}" if at and ":" in digest else detail
    return f"{place} ({label})" if label and place else place
