"""Attaching a file index to a kit that is in a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from kitops_desktop.jobs.file_indexes import Attaching, attach_index
from kitops_desktop.jobs.parents import Place, find_kit
from kitops_desktop.jobs.remote import remote_reference, repository_of
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken, Report, ignore_progress


@dataclass(frozen=True, slots=True)
class IndexWork:
    """Attach a file index to the kit ``reference`` names in its registry."""

    kind: ClassVar[str] = "index"
    reference: str

    @property
    def title(self) -> str:
        return f"Attach a file index to {self.reference}"

    def parameters(self) -> dict[str, Any]:
        return {"reference": self.reference}

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> IndexWork:
        return cls(str(given["reference"]))

    def run(self, context: WorkContext) -> Result:
        return index_kit(self, context.tools, token=context.token, report=context.report).result()


@dataclass(frozen=True, slots=True)
class IndexedKit:
    """``kit`` is the digest of the kit, which is what it was."""

    reference: Reference
    kit: str
    attached: Attaching

    def result(self) -> Result:
        details = {"reference": str(self.reference), "digest": self.kit, "files": self.attached.files}
        return Result(f"Attached a file index to {self.reference}", details | self.attached.details())


def index_kit(
    work: IndexWork, tools: Tools, *, token: CancelToken | None = None, report: Report = ignore_progress
) -> IndexedKit:
    """Read all layers of the kit, those that the store has from there, and attach an index of them.

    Raises ``InvalidReference``, ``InvalidArgument``, ``RemoteNotFound``, ``NotAModelKit``, and what
    ``attach_index`` raises.
    """
    reference = remote_reference(work.reference, "attaching a file index")
    token = token or CancelToken()
    found = find_kit(tools, reference, Place.REMOTE, token)
    repository = repository_of(tools, reference, token).writable()
    attached = attach_index(repository, found.kit, found.fetcher, token=token, report=report)
    return IndexedKit(reference, found.kit.descriptor.digest, attached)
