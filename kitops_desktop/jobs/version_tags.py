"""The tags that stand for a version in a registry, which says of each tag only what it stands for."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from kitops_desktop.errors import ArtifactError
from kitops_desktop.progress import CancelToken

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository

MOST_ASKED = 5_000
"""So many tags are asked for, each with a request."""
_PARALLEL = 6


def tags_of_version(
    repository: Repository, digest: str, tags: Iterable[str], token: CancelToken
) -> tuple[str, ...]:
    """Those of ``tags`` that stand for ``digest`` now, in their order. What was seen of them before is not
    believed: others move tags meanwhile.

    Raises ``RegistryError``s and ``Cancelled``.
    """
    asked = tuple(dict.fromkeys(tags))[:MOST_ASKED]

    def stands(tag: str) -> bool:
        token.check()
        return _digest_now(repository, tag) == digest

    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="tags of a version") as pool:
        found = pool.map(stands, asked)
        try:
            return tuple(tag for tag, is_one in zip(asked, found, strict=True) if is_one)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _digest_now(repository: Repository, tag: str) -> str:
    try:
        return repository.resolve(tag).digest
    except ArtifactError:
        return ""  # gone meanwhile, or nothing that can be read: none of this version
