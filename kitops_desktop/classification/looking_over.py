"""All files of a folder, as far as it is worth a look: pickles, weights, and text that may hold secrets.

A folder may have hundreds of thousands of files. What is most likely to matter comes first, and how many were
looked at is said.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from kitops_desktop.classification.file_look import FileLook
from kitops_desktop.classification.looks import Looks
from kitops_desktop.kitfile.secrets import FlagKind, flag
from kitops_desktop.progress import CancelToken, Progress, Report, ignore_progress

MOST_FILES = 20_000
MOST_BYTES = 256 << 20
"""Bytes of text; headers are small and do not count."""
LARGEST_TEXT = 1 << 20
LARGEST_NOTEBOOK = 4 << 20
"""Bytes; its first MiB is looked through for secrets. What is larger says so by its size."""
_WORK_SECONDS, _PAUSE_SECONDS = 0.01, 0.001
SMALL = 1024
"""Bytes; a file of weights that has no more is what Git LFS left in its place."""

_HEADERS = frozenset(
    {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".ckpt", ".npy", ".npz", ".dat", ".sav",
     ".model", ".pt2", ".ptl"}
)  # fmt: skip
"""May be pickles, or have some inside."""
_WEIGHTS = frozenset(
    {".safetensors", ".gguf", ".onnx", ".h5", ".hdf5", ".keras", ".tflite", ".pb", ".msgpack",
     ".parquet", ".arrow", ".csv", ".zip", ".tar", ".gz", ".mlmodel", ".ot"}
)  # fmt: skip
_PROGRAMS = frozenset(
    {".py", ".ipynb", ".r", ".rmd", ".jl", ".js", ".ts", ".sh", ".bash", ".zsh", ".ps1", ".bat",
     ".env", ".ini", ".cfg", ".conf", ".toml", ".yaml", ".yml", ".properties", ".tf", ".tfvars",
     ".sql", ".java", ".scala", ".go", ".rs", ".c", ".cpp", ".cs", ".php", ".rb", ".kt", ".swift",
     ".pem", ".key", ".netrc", ".npmrc", ".envrc"}
)  # fmt: skip
_TEXTS = frozenset(
    {".json", ".txt", ".md", ".rst", ".xml", ".html", ".log", ".csv", ".tsv", ".jsonl", ".out",
     ".err", ".bak", ".old", ".orig", ".lock", ""}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileToSee:
    """``size`` is in bytes; ``identity`` changes when the content does."""

    path: str
    size: int
    identity: Hashable


@dataclass(frozen=True, slots=True)
class LookedOver:
    """``looks`` are those with something to tell. ``looked`` of ``worth`` files that are worth it were looked
    at, among ``files`` in all."""

    looks: tuple[FileLook, ...] = ()
    looked: int = 0
    worth: int = 0
    files: int = 0

    @property
    def is_whole(self) -> bool:
        return self.looked == self.worth


class FilesToSee:
    """Collects which files are worth a look, most likely ones first; bounded, however many there are."""

    def __init__(self, most: int = MOST_FILES, most_texts: int = MOST_FILES) -> None:
        """``most_texts`` of those are files that could hold a secret, but hardly ever do."""
        self.files = self.worth = 0
        self._most = most
        self._limits = (most, most, min(most, most_texts))
        self._ranks: tuple[list[FileToSee], ...] = ([], [], [])

    def add(self, path: str, size: int, identity: Hashable) -> None:
        self.files += 1
        rank = rank_of(path, size)
        if rank is None:
            return
        self.worth += 1
        if len(self._ranks[rank]) < self._limits[rank]:
            self._ranks[rank].append(FileToSee(path, size, identity))

    @property
    def count(self) -> int:
        """How many are to be looked at."""
        return min(self._most, sum(len(rank) for rank in self._ranks))

    def chosen(self) -> Iterable[FileToSee]:
        count = 0
        for rank in self._ranks:
            for file in rank:
                if count == self._most:
                    return
                count += 1
                yield file


def rank_of(path: str, size: int) -> int | None:
    """0 for what should be looked at first, 2 for what may wait; None for what need not be looked at."""
    name = path.rpartition("/")[2].casefold()
    suffix = name[dot:] if (dot := name.rfind(".")) > 0 else ""
    if suffix in _HEADERS:
        return 0
    if suffix in _WEIGHTS and size <= SMALL:
        return 0
    if size > (LARGEST_NOTEBOOK if suffix == ".ipynb" else LARGEST_TEXT) or not size:
        return None
    if suffix in _PROGRAMS or name.startswith(".env"):
        return 1
    if suffix not in _TEXTS:
        return None
    return 1 if _is_flagged(path) else 2


def look_over(
    files: FilesToSee, looks: Looks, token: CancelToken, report: Report = ignore_progress
) -> LookedOver:
    """Look at the files that were collected. Progress counts files, not bytes. Raises ``Cancelled`` only."""
    found: list[FileLook] = []
    looked = bytes_read = 0
    pause = _Pause()
    for file in files.chosen():
        token.check()
        is_text = rank_of(file.path, file.size) != 0
        if is_text and bytes_read + min(file.size, LARGEST_TEXT) > MOST_BYTES:
            break
        bytes_read += min(file.size, LARGEST_TEXT) if is_text else 0
        look = looks.look(file.path, file.identity, token)
        looked += 1
        report(Progress(looked, files.count, file.path))
        if has_news(look):
            found.append(look)
        pause.when_due()
    return LookedOver(tuple(found), looked, files.worth, files.files)


class _Pause:
    """Reading headers is Python's work, and while it goes on a window gets its turns late: so it stops for a
    moment now and then, which costs a tenth of its time.
    """

    def __init__(self) -> None:
        self._since = time.monotonic()

    def when_due(self) -> None:
        if time.monotonic() - self._since > _WORK_SECONDS:
            time.sleep(_PAUSE_SECONDS)
            self._since = time.monotonic()


def has_news(look: FileLook) -> bool:
    """Whether there is something to tell a careful person about the file."""
    warns = look.recognised is not None and bool(look.recognised.warnings)
    return bool(look.secrets or look.imports or look.unreadable or warns)


def _is_flagged(path: str) -> bool:
    found = flag(path)
    return found is not None and found.kind is FlagKind.SECRET
