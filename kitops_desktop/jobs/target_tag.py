"""The tag under which something is put into a registry: looked at before it is moved, and put last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kitops_desktop.errors import RemoteNotFound, TagMoved
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.reference import Reference

if TYPE_CHECKING:
    from kitops_desktop.registry.repository import Repository


class TargetTag:
    """The tag of ``target``, which is to stand for ``manifest``; nothing happens where it names a digest.

    ``expected`` is what the tag was agreed to stand for: None when nobody asked, "" when there is to be no
    such tag, or a digest. With ``watched``, what the first look finds is agreed to where nobody asked.
    ``replaced`` is what it stood for, "" when it was new or stood for the manifest already.
    """

    def __init__(
        self,
        repository: Repository,
        target: Reference,
        manifest: Descriptor,
        content: bytes,
        expected: str | None,
        *,
        watched: bool = False,
    ) -> None:
        self._repository = repository
        self._target = target
        self._manifest = manifest
        self._content = content
        self._expected = expected
        self._watched = watched
        self.replaced = ""

    def check(self) -> None:
        """Raise ``TagMoved`` when the tag does not stand for what was agreed, nor for the manifest itself."""
        if self._target.tag is None:
            return
        found = self._found()
        if self._expected is not None and found not in (self._expected, self._manifest.digest):
            raise TagMoved(self._target.registry, str(self._target), self._expected, found)
        if self._watched and self._expected is None:
            self._expected = found
        self.replaced = "" if found == self._manifest.digest else found

    def put(self) -> None:
        """Registries know no conditions, so what was agreed is checked right before and right after.

        Raises ``TagMoved``.
        """
        if self._target.tag is None:
            return
        self.check()
        self._repository.put_tag(self._manifest, self._content, self._target.tag)
        if self._expected is None:
            return
        found = self._found()
        if found != self._manifest.digest:
            raise TagMoved(
                self._target.registry, str(self._target), self._manifest.digest, found, was_put=True
            )

    def _found(self) -> str:
        return tag_of(self._repository, self._target)


def tag_of(repository: Repository, target: Reference) -> str:
    """The digest that the tag of ``target`` stands for, "" when there is no such tag."""
    try:
        return repository.resolve(target.tag or "").digest
    except RemoteNotFound:
        return ""
