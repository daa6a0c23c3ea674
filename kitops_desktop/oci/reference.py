"""References: ``registry/repository:tag`` or ``registry/repository@digest``, parsed by `kit`'s rules.

The rules are those observed on `kit`: a piece before the first ``/`` is a registry only when it has a ``.``
or a ``:``;
otherwise the registry is ``localhost`` and everything is repository. A missing tag is ``latest``.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, replace

from kitops_desktop.errors import InvalidReference
from kitops_desktop.oci.digest import is_digest

DEFAULT_REGISTRY = "localhost"
DEFAULT_TAG = "latest"
UNNAMED_REPOSITORY = "_"
"""The repository of kits packed without a name, as `kit` stores them."""

_REPOSITORY = re.compile(r"[a-z0-9]+((\.|_|__|-*)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-*)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?")


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a ModelKit is. One of ``tag`` and ``digest`` is set, or neither for a kit without a name."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @property
    def repository_name(self) -> str:
        """``registry/repository``, the name under which the local store keeps it (joined as a path: ``./a``
        is ``a``).
        """
        return posixpath.normpath(f"{self.registry}/{self.repository}")

    @property
    def is_local(self) -> bool:
        """Whether the reference names no registry to go to."""
        return self.registry == DEFAULT_REGISTRY

    @property
    def tag_or_digest(self) -> str:
        return self.tag or self.digest or ""

    def with_tag(self, tag: str) -> Reference:
        return replace(self, tag=tag, digest=None)

    def with_digest(self, digest: str) -> Reference:
        return replace(self, tag=None, digest=digest)

    def __str__(self) -> str:
        """The whole name, with ``localhost/``."""
        if self.digest:
            return f"{self.repository_name}@{self.digest}"
        return f"{self.repository_name}:{self.tag}" if self.tag else self.repository_name

    @property
    def short(self) -> str:
        """As `kit list` shows it: without leading ``localhost/``, then without ``_``, then without ``@``."""
        return (
            str(self).removeprefix(f"{DEFAULT_REGISTRY}/").removeprefix(UNNAMED_REPOSITORY).removeprefix("@")
        )


def short_repository(name: str) -> str:
    """A stored repository name as people read it; empty for kits without a name."""
    return name.removeprefix(f"{DEFAULT_REGISTRY}/").removeprefix(UNNAMED_REPOSITORY)


def parse_reference(text: str) -> Reference:
    """One reference; raises ``InvalidReference``, also when it names several tags."""
    reference, extra = parse_reference_with_tags(text)
    if extra:
        raise InvalidReference(
            text, f"invalid reference format: extra tags are not supported: {', '.join(extra)}"
        )
    return reference


def parse_reference_with_tags(text: str) -> tuple[Reference, tuple[str, ...]]:
    """A reference and the further tags after commas (``a:1,2,3``), which `kit` does not check."""
    if is_digest(text):
        return Reference(DEFAULT_REGISTRY, UNNAMED_REPOSITORY, digest=text), ()
    first, *extra = text.split(",")
    registry, rest = _split_registry(first)
    repository, tag, digest = _split_version(rest)
    _check_repository(text, repository)
    _check_registry(text, registry)
    if not _REPOSITORY.fullmatch(repository):
        raise InvalidReference(text, f'invalid reference: invalid repository "{repository}"')
    if digest is not None:
        if not is_digest(digest):
            raise InvalidReference(text, _digest_complaint(digest))
        return Reference(registry, repository, digest=digest), tuple(extra)
    if tag is not None and not _TAG.fullmatch(tag):
        raise InvalidReference(text, f"invalid reference: invalid tag {json.dumps(tag, ensure_ascii=False)}")
    return Reference(registry, repository, tag=DEFAULT_TAG if tag is None else tag), tuple(extra)


def is_reference(path: str) -> bool:
    """Whether a ``model.path`` means another ModelKit: it has ``:`` or ``@`` and parses as a reference."""
    if ":" not in path and "@" not in path:
        return False
    try:
        parse_reference(path)
    except InvalidReference:
        return False
    return True


def is_tag(text: str) -> bool:
    """Whether ``text`` is a tag of the OCI distribution specification."""
    return _TAG.fullmatch(text) is not None


def _split_registry(text: str) -> tuple[str, str]:
    left, slash, right = text.partition("/")
    if slash and (":" in left or "." in left):
        return left, right
    return DEFAULT_REGISTRY, text


def _split_version(rest: str) -> tuple[str, str | None, str | None]:
    before, at, digest = rest.partition("@")
    if at:
        return before.partition(":")[0], None, digest
    repository, colon, tag = rest.partition(":")
    return repository, (tag if colon else None), None


def _check_repository(text: str, repository: str) -> None:
    if repository != repository.lower():
        raise InvalidReference(text, f"repository ({repository}) name must be lowercase")
    if not re.search(r"[a-z0-9]", repository):
        raise InvalidReference(text, f"repository ({repository}) must start and end with a letter or number")


def _check_registry(text: str, registry: str) -> None:
    if not _HOST.fullmatch(registry):
        raise InvalidReference(text, f'invalid reference: invalid registry "{registry}"')


def _digest_complaint(digest: str) -> str:
    algorithm, colon, encoded = digest.partition(":")
    reason = "invalid checksum digest format"
    if (
        colon
        and re.fullmatch(r"[a-z0-9]+([+._-][a-z0-9]+)*", algorithm)
        and re.fullmatch(r"[A-Za-z0-9=_-]+", encoded)
    ):
        known = algorithm in ("sha256", "sha384", "sha512")
        reason = "invalid checksum digest length" if known else "unsupported digest algorithm"
    return f'invalid reference: invalid digest "{digest}": {reason}'
