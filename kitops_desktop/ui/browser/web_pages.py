"""Pages that registries show in a web browser: which repository or version each is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from kitops_desktop.errors import InvalidArgument
from kitops_desktop.oci.digest import is_digest
from kitops_desktop.oci.reference import is_tag

_PAGES_OF_TAGS = frozenset({"tags", "contents", "deploy", "settings", "versions", "general"})
"""Pieces of addresses that are pages of a repository, and no tags."""
_PAGES_AND_REGISTRY = {"jozu.ml": "Jozu Hub", "quay.io": "Quay"}
"""Where pages have the address of the registry: only what begins as an address of the web is one of them."""
_PAGES_OF_PEOPLE = frozenset({"organization", "organizations", "user", "users", "search", "discover"})
_DIGEST_IN_PATH = re.compile(r"sha256[:-]([0-9a-f]{64})")


def reference_of_page(text: str) -> str | None:
    """The reference that the address of a web page is about, ``HOST/REPOSITORY`` with ``:TAG`` or
    ``@DIGEST`` where the page is of one version; None for an address that is no such page.

    Raises ``InvalidArgument`` for pages that are about something that cannot be opened, and says why.
    """
    parts = _address(text)
    if parts is None:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    read = _PAGES.get(host)
    if pieces and pieces[0] in _PAGES_OF_PEOPLE and host in _PAGES_AND_REGISTRY and "://" in text:
        raise _about_none(_PAGES_AND_REGISTRY[host])
    return read(pieces, parts) if read is not None and pieces else None


def _address(text: str) -> SplitResult | None:
    """None for what is none, or has a user name in it, or a port that pages have not."""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        usual = parts.port in (None, 443) or parts.hostname not in _PAGES
        return parts if parts.username is None and usual else None
    except ValueError:
        return None


def _jozu(pieces: list[str], parts: SplitResult) -> str | None:
    """``/repository/ORG/NAME[/TAG[/PAGE]]``."""
    if pieces[0] != "repository" or len(pieces) < 3:
        return None
    org, name, *rest = pieces[1:]
    tag = rest[0] if rest and rest[0] not in _PAGES_OF_TAGS else ""
    return _reference(f"jozu.ml/{org}/{name}", tag)


def _docker_hub(pieces: list[str], parts: SplitResult) -> str | None:
    """``/r/USER/NAME``, ``/_/NAME``, ``/repository/docker/USER/NAME[/tags/TAG/…]``,
    ``/layers/USER/NAME/TAG/…``. There is no registry at that address.
    """
    match pieces:
        case ["repository", "docker", user, name, "tags", tag, *_]:
            return _reference(f"docker.io/{user}/{name}", tag)
        case ["_", name, *_]:
            return _reference(f"docker.io/library/{name}")
        case ["r", user, name, *_] | ["repository", "docker", user, name, *_]:
            return _reference(f"docker.io/{user}/{name}")
        case ["layers", user, name, tag, *_]:
            return _reference(f"docker.io/{user}/{name}", tag)
    raise _about_none("Docker Hub")


def _quay(pieces: list[str], parts: SplitResult) -> str | None:
    """``/repository/ORG/NAME[/manifest/DIGEST]``, with the tag in the query or behind the page's ``#``."""
    if pieces[0] != "repository" or len(pieces) < 3:
        return None
    name = f"quay.io/{pieces[1]}/{pieces[2]}"
    if len(pieces) > 4 and pieces[3] == "manifest":
        return _reference(name, pieces[4])
    if len(pieces) > 4 and pieces[3] == "tag":
        return _reference(name, pieces[4])
    return _reference(name, _asked(parts, "tag"))


def _github(pieces: list[str], parts: SplitResult) -> str | None:
    """``/OWNER/REPO/pkgs/container/NAME``, ``/orgs/OWNER/packages/container/[package/]NAME`` and the same of
    users; the tag is in the query. There is no registry at that address.
    """
    match pieces:
        case [owner, _, "pkgs", "container", name, *_]:
            pass
        case ["orgs" | "users", owner, "packages", "container", "package", name, *_]:
            pass
        case ["orgs" | "users", owner, "packages", "container", name, *_]:
            pass
        case _:
            raise InvalidArgument(
                "This page of GitHub is about no package. Open that of the package, or enter its name:"
                " ghcr.io/OWNER/NAME."
            )
    return _reference(f"ghcr.io/{owner}/{name}", _asked(parts, "tag"))


def _gitlab(pieces: list[str], parts: SplitResult) -> str | None:
    """There is no registry at that address; pages of container registries are read by ``own_pages``."""
    raise InvalidArgument(
        "This page of GitLab is about no registry. Open that of a project's container registry, or enter"
        " a name: registry.gitlab.com/GROUP/PROJECT."
    )


def _about_none(vendor: str) -> InvalidArgument:
    return InvalidArgument(f"This page of {vendor} is about no repository. Open that of a repository.")


_PAGES: Mapping[str, Callable[[list[str], SplitResult], str | None]] = {
    "jozu.ml": _jozu,
    "hub.docker.com": _docker_hub,
    "quay.io": _quay,
    "github.com": _github,
    "gitlab.com": _gitlab,
}


def _asked(parts: SplitResult, key: str) -> str:
    found = parse_qs(parts.query).get(key, [""])
    return found[0]


def _reference(name: str, version: str = "") -> str:
    """With the version, when it is one. Pages may have names in other letters than registries."""
    name = name.lower()
    digest = _DIGEST_IN_PATH.fullmatch(version)
    if digest is not None:
        return f"{name}@sha256:{digest[1]}"
    if is_digest(version):
        return f"{name}@{version}"
    return f"{name}:{version}" if is_tag(version) else name
