"""PyTorch's files since 1.6: a zip archive with a pickle that refers to the bytes of the tensors."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kitops_desktop.errors import FormatError
from kitops_desktop.formats.pickle_opcodes import MOST_STEPS, PickleHeader, Steps, read_pickle
from kitops_desktop.formats.source import Bytes, MemoryBytes
from kitops_desktop.formats.values import Kind, Member, Recognised, facts, main_dtype, total_elements
from kitops_desktop.formats.zip_directory import ZipDirectory, read_member, read_zip

FORMAT = "PyTorch zip"
_PICKLE = "/data.pkl"
_MOST_PICKLE = 32 << 20
_MOST_PICKLES = 16
_MOST_STEPS = 2 * MOST_STEPS
"""Instructions of all pickles together."""


@dataclass(frozen=True, slots=True)
class TorchZip:
    """``data_size`` are the bytes of all tensors."""

    pickle: PickleHeader
    members: tuple[Member, ...]
    data_size: int
    is_script: bool

    def recognised(self) -> Recognised:
        tensors = self.pickle.tensors
        code = ("It holds code that runs when the model is used.",) if self.is_script else ()
        return Recognised(
            Kind.MODEL,
            "TorchScript" if self.is_script else FORMAT,
            "PyTorch",
            facts(
                ("tensors", len(tensors)),
                ("bytes of tensors", self.data_size),
                ("members", len(self.members)),
                ("pickle protocol", self.pickle.protocol),
                ("imports", tuple(str(found) for found in self.pickle.globals)),
            ),
            total_elements(tensors) if tensors else None,
            main_dtype(tensors),
            tensors,
            warnings=(*self.pickle.warnings(), *code),
            dangerous_imports=tuple(map(str, self.pickle.dangerous)),
            unknown_imports=tuple(map(str, self.pickle.unknown)),
            imports=tuple(map(str, self.pickle.globals)),
            members=self.members,
        )


def is_torch(directory: ZipDirectory) -> bool:
    return directory.ending(_PICKLE) is not None


def read_torch_zip(source: Bytes, directory: ZipDirectory | None = None) -> TorchZip:
    """Raises ``FormatError``. ``directory`` when it was read already."""
    directory = directory or read_zip(source)
    member = directory.ending(_PICKLE)
    if member is None:
        raise FormatError(FORMAT, "it has no pickle")
    # Which of several is loaded depends on the reader.
    pickles = [found for found in directory.members if found.name.endswith(".pkl")]
    if len(pickles) > _MOST_PICKLES or sum(found.size for found in pickles) > _MOST_PICKLE:
        raise FormatError(FORMAT, "it has more or larger pickles than are read")
    pickles.sort(key=lambda found: found is not member)  # the one that surely is loaded comes first
    steps = Steps(_MOST_STEPS)
    read = {
        found: read_pickle(MemoryBytes(read_member(source, found, _MOST_PICKLE)), steps) for found in pickles
    }
    names_of_all = {found for header in read.values() for found in header.globals}
    pickle = replace(
        read[member],
        globals=tuple(sorted(names_of_all)),
        is_whole=all(header.is_whole for header in read.values()),
    )
    folder = member.name.removesuffix(_PICKLE)
    names = [found.name for found in directory.members]
    return TorchZip(
        pickle,
        directory.named_members(),
        sum(found.size for found in directory.members if found.name.startswith(f"{folder}/data/")),
        any(name.startswith(f"{folder}/code/") for name in names),
    )
