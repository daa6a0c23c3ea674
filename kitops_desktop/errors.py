"""Everything that can go wrong, as classes with fields. Sentences for people are made in ``explanation``.

KitOpsError
├── InvalidArgument             a command or form was given something it cannot use
├── InvalidReference            text that is no reference to a ModelKit
├── InvalidDigest               text that is no digest
├── KitfileError
│   ├── KitfileNotFound         a folder without a Kitfile
│   ├── KitfileSyntaxError      a Kitfile that cannot be read, with every problem and its line
│   ├── KitfileInvalid          a Kitfile that breaks a rule, with every problem
│   ├── KitfileExists           init would overwrite a Kitfile
│   └── IgnoreFileError         a .kitignore that cannot be used
├── PackError
│   ├── LayerPathMissing        the Kitfile names a path that is not there
│   ├── InvalidMcpBundle        an MCP server whose file is no MCP bundle
│   ├── SourceUnreadable        a file or folder that may not be read
│   ├── SourceChanged           a file changed or vanished while it was read
│   ├── SecretsFound            secrets would be packed that nobody agreed to pack
│   └── ModelReferenceError     model.path refers to a kit that cannot be used (missing, cycle, too deep)
├── ArtifactError
│   ├── ReferenceNotFound       no such tag or digest
│   ├── BlobNotFound            a blob that is not where it should be
│   ├── NotAModelKit            an artifact of another kind
│   ├── InvalidManifest         a manifest, config or descriptor that cannot be read
│   ├── DigestMismatch          bytes that do not match their digest
│   └── ContentTooLarge         more bytes than we are willing to hold
├── UnpackError
│   ├── FilesExist              files in the way that nobody agreed to replace
│   ├── UnsafeEntry             an archive entry that would leave the target folder or cannot be created
│   ├── ArchiveDamaged          a tar stream that cannot be read
│   ├── ArchiveTooLarge         more entries or bytes than declared or allowed
│   └── UnpackFailed            wraps the cause and says which layers are in place
├── StoreError
│   ├── StoreDamaged            an index file that cannot be read
│   ├── StoreReadOnly           a store that may not be written
│   ├── StoreBusy               another process holds the lock for too long
│   └── StoreUnavailable        the folder of the store cannot be reached
├── DiskFull                    no room, with what was needed and what is free
├── FileAccessError             any other refusal of the operating system, with its path
└── SettingsError               settings that cannot be saved
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class ProblemLike(Protocol):
    """What ``kitfile.problems.Problem`` has; here only so that errors can carry problems without importing
    upwards.
    """

    @property
    def message(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def suggestion(self) -> str: ...


class KitOpsError(Exception):
    """The root. ``str(error)`` is one plain English sentence without secrets, fit for a log."""


class InvalidArgument(KitOpsError):
    """A command or form was given something it cannot use. ``message`` says what, as `kit` would."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidReference(KitOpsError):
    """``text`` is no reference; ``reason`` says why, as `kit` words it."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(reason)
        self.text, self.reason = text, reason


class InvalidDigest(KitOpsError):
    def __init__(self, text: str) -> None:
        super().__init__(f'invalid digest "{text}"')
        self.text = text


class KitfileError(KitOpsError):
    """Something is wrong with a Kitfile or .kitignore. ``path`` is the file, when known."""

    path: Path | None = None


class KitfileNotFound(KitfileError):
    def __init__(self, directory: Path) -> None:
        super().__init__(f"No Kitfile found in {directory}")
        self.directory = directory


class KitfileSyntaxError(KitfileError):
    """``problems`` has every problem found, in the order of their lines."""

    def __init__(self, problems: Sequence[ProblemLike]) -> None:
        super().__init__("; ".join(_with_line(problem) for problem in problems))
        self.problems = tuple(problems)


class KitfileInvalid(KitfileError):
    """``problems`` has every rule that is broken."""

    def __init__(self, problems: Sequence[ProblemLike]) -> None:
        lines = "".join(f"\n  * {problem.message}" for problem in problems)
        super().__init__(f"errors while validating Kitfile: {lines}")
        self.problems = tuple(problems)


class KitfileExists(KitfileError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"Kitfile already exists at {path}")
        self.path = path


class IgnoreFileError(KitfileError):
    """``line`` is the number of the line in the .kitignore, from 1 (None when unknown)."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"invalid .kitignore file: {reason}")
        self.reason, self.line = reason, line


class PackError(KitOpsError):
    """Packing stopped. Blobs already in the store stay there; no manifest was written."""


class LayerPathMissing(PackError):
    """``kind`` is the layer's base type (model, modelpart, code, dataset, docs, prompt)."""

    def __init__(self, kind: str, layer_path: str) -> None:
        super().__init__(f"error processing {kind}: path {layer_path} does not exist")
        self.kind, self.layer_path = kind, layer_path


class InvalidMcpBundle(PackError):
    """``name`` is what the Kitfile calls the MCP server; ``reason`` completes "MCP bundle PATH"."""

    def __init__(self, name: str, path: Path, reason: str) -> None:
        super().__init__(f"invalid MCP bundle for mcpServer {name}: MCP bundle {path} {reason}")
        self.name, self.path, self.reason = name, path, reason


class SourceUnreadable(PackError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"cannot read {path}: {reason}")
        self.path, self.reason = path, reason


class SourceChanged(PackError):
    """``change`` says what: "changed size", "was replaced", "vanished", "was written to"."""

    def __init__(self, path: Path, change: str) -> None:
        super().__init__(f"{path} {change} while it was being packed")
        self.path, self.change = path, change


class SecretsFound(PackError):
    """``paths`` are relative to the folder that was to be packed."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(f"secrets would be packed: {', '.join(paths)}")
        self.paths = tuple(paths)


class ModelReferenceError(PackError):
    """``model.path`` names a kit that cannot be used; ``chain`` are the references followed so far."""

    def __init__(self, message: str, chain: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message, self.chain = message, tuple(chain)


class ArtifactError(KitOpsError):
    """Something is wrong with what a reference or digest stands for."""


class ReferenceNotFound(ArtifactError):
    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference}: not found")
        self.reference = reference


class BlobNotFound(ArtifactError):
    def __init__(self, digest: str) -> None:
        super().__init__(f"blob {digest} is missing")
        self.digest = digest


class NotAModelKit(ArtifactError):
    """``media_type`` is what the artifact says it is."""

    def __init__(self, reference: str, media_type: str) -> None:
        super().__init__(f"{reference} exists but is not a ModelKit ({media_type})")
        self.reference, self.media_type = reference, media_type


class InvalidManifest(ArtifactError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"invalid manifest: {reason}")
        self.reason = reason


class DigestMismatch(ArtifactError):
    """Sizes are in bytes."""

    def __init__(
        self, expected: str, actual: str, expected_size: int | None = None, actual_size: int | None = None
    ) -> None:
        super().__init__(f"content of {expected} has digest {actual}")
        self.expected, self.actual = expected, actual
        self.expected_size, self.actual_size = expected_size, actual_size


class ContentTooLarge(ArtifactError):
    """``size`` and ``limit`` are in bytes."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(f"{what} has {size} bytes, more than the {limit} allowed")
        self.what, self.size, self.limit = what, size, limit


class UnpackError(KitOpsError):
    """Unpacking stopped."""


class FilesExist(UnpackError):
    """``paths`` are in the way and nobody agreed to replace them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(
            f"path '{paths[0]}' already exists" + (f" (and {len(paths) - 1} more)" if len(paths) > 1 else "")
        )
        self.paths = tuple(paths)


class UnsafeEntry(UnpackError):
    """``name`` is the entry's name as the archive has it, printable."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"unsafe entry {name!r} in archive: {reason}")
        self.name, self.reason = name, reason


class ArchiveDamaged(UnpackError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"damaged archive: {reason}")
        self.reason = reason


class ArchiveTooLarge(UnpackError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"archive too large: {reason}")
        self.reason = reason


class UnpackFailed(UnpackError):
    """Wraps ``cause``. ``layer`` is the failed layer's path in the Kitfile; ``in_place`` and ``missing`` name
    layers.
    """

    def __init__(self, cause: Exception, layer: str, in_place: Sequence[str], missing: Sequence[str]) -> None:
        super().__init__(f"failed to unpack {layer}: {cause}")
        self.cause, self.layer = cause, layer
        self.in_place, self.missing = tuple(in_place), tuple(missing)


class StoreError(KitOpsError):
    """Something is wrong with the local store."""


class StoreDamaged(StoreError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is damaged: {reason}")
        self.path, self.reason = path, reason


class StoreReadOnly(StoreError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} may not be written")
        self.path = path


class StoreBusy(StoreError):
    """``seconds`` is how long we waited for the other process."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(f"another process has held {path} for {seconds:.0f} s")
        self.path, self.seconds = path, seconds


class StoreUnavailable(StoreError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the store {path} cannot be used: {reason}")
        self.path, self.reason = path, reason


class DiskFull(KitOpsError):
    """``needed`` (None when unknown) and ``free`` are in bytes; ``path`` is on the full file system."""

    def __init__(self, path: Path, needed: int | None, free: int) -> None:
        super().__init__(f"no space left for {path}")
        self.path, self.needed, self.free = path, needed, free


class FileAccessError(KitOpsError):
    """The operating system refused; ``action`` is an infinitive phrase ("write the Kitfile")."""

    def __init__(self, path: Path, action: str, reason: str) -> None:
        super().__init__(f"cannot {action} {path}: {reason}")
        self.path, self.action, self.reason = path, action, reason


class SettingsError(KitOpsError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"cannot save settings to {path}: {reason}")
        self.path, self.reason = path, reason


def _with_line(problem: ProblemLike) -> str:
    return problem.message if problem.line is None else f"line {problem.line}: {problem.message}"
