"""Everything that can go wrong, as classes with fields. Sentences for people are made in ``explanation``.

KitOpsError
├── InvalidArgument             a command or form was given something it cannot use
├── InvalidReference            text that is no reference to a ModelKit
│   └── AddressOfHuggingFace    text that means a repository of Hugging Face
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
│   ├── ReferenceNotFound       no such tag or digest in the local store
│   │   ├── RemoteNotFound      no such repository, tag or digest in a registry
│   │   └── NotOnHuggingFace    no such repository, revision or file there, or none that we are shown
│   ├── BlobNotFound            a blob that is not where it should be
│   │   └── RemoteBlobNotFound  a blob that a registry does not have
│   ├── NotAModelKit            an artifact of another kind
│   ├── InvalidManifest         a manifest, config or descriptor that cannot be read
│   ├── DigestMismatch          bytes that do not match their digest
│   │   └── HfContentWrong      a file of Hugging Face that is not what it was said to be
│   ├── NotAsIndexed            a file that is not what the file index of its kit says
│   ├── ContentTooLarge         more bytes than we are willing to hold
│   └── ReadingNotAgreed        much of a layer would be read for one file, and nobody agreed to that
├── FormatError                 a file whose header is not what its format says
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
├── RegistryError               something is wrong between us and a registry
│   ├── RegistryUnreachable     no name, no connection, no answer in time
│   │   └── ProxyRefused        the proxy on the way said no
│   ├── WrongScheme             http spoken to https, or the reverse
│   ├── CertificateUntrusted    a certificate that must not be believed, with what is wrong with it
│   ├── ClientCertificateNeeded the registry wants a client certificate, or refused ours
│   ├── PasswordInTheClear      a password would travel unencrypted
│   ├── ForeignRealm            another host asks for the password, and nobody agreed to that
│   ├── SignInNeeded            the registry wants to know who asks
│   │   └── SignInRefused       user name or password are wrong; tried once
│   ├── AccessDenied            signed in, but not allowed to do this
│   │   └── HfAccessNeeded      who wants files from Hugging Face must first ask for them on a page there
│   ├── RateLimited             too many requests, with when to come back
│   ├── RegistryUnsupported     the registry cannot do this, or has it switched off
│   │   └── RangesUnsupported   it gives blobs as a whole only
│   ├── RegistryFailed          an answer that says the registry is in trouble, or makes no sense
│   ├── RegistryRefused         the registry understood and said no, with its code
│   ├── TransferInterrupted     a transfer that broke off and could not be healed
│   ├── TagMoved                a tag means another digest than agreed
│   ├── DeletionChanged         what was to be deleted is not what was agreed to any more
│   └── VersionCollected        what was deleted cannot be put back any more
├── CredentialError
│   ├── NoKeyring               the system keeps no secrets for programs
│   ├── KeyringFailed           it does, but it is locked, or did not answer
│   ├── CredentialHelperFailed  a credential helper that is missing or failed
│   └── CredentialFileDamaged   a file of credentials that cannot be read
├── DownloadElsewhere           the same repository is being downloaded into the same folder already
├── ImportRunning               the same repository is being imported by another process
├── ProgramMissing              a program of the system is needed and not installed
├── GitFailed                   git could not fetch a repository
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


class AddressOfHuggingFace(InvalidReference):
    """``address`` is that of the repository which ``text`` means, in the form ``hf://…``."""

    def __init__(self, text: str, address: str) -> None:
        super().__init__(text, f"{address} is no ModelKit")
        self.address = address


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
    """``wanted`` is the name in a registry that what ``reference`` names was to get, "" for none."""

    def __init__(self, reference: str, wanted: str = "") -> None:
        super().__init__(f"{reference}: not found")
        self.reference, self.wanted = reference, wanted


class BlobNotFound(ArtifactError):
    def __init__(self, digest: str) -> None:
        super().__init__(f"blob {digest} is missing")
        self.digest = digest


class RemoteNotFound(ReferenceNotFound):
    """``reference`` names no repository, tag or digest that the registry has or shows us."""


class NotOnHuggingFace(ReferenceNotFound):
    """``what`` of the repository ``name`` is missing: "model", "dataset", "Space", "revision", "file".
    Whoever is not ``signed_in`` is told the same of what is private. ``unread`` is why a sign-in that may be
    kept could not be looked for, "" when it could.
    """

    def __init__(self, reference: str, what: str, name: str, *, signed_in: bool, unread: str = "") -> None:
        super().__init__(reference)
        self.what, self.name, self.signed_in, self.unread = what, name, signed_in, unread


class RemoteBlobNotFound(BlobNotFound):
    """``repository`` is ``host/path``."""

    def __init__(self, digest: str, repository: str) -> None:
        super().__init__(digest)
        self.repository = repository


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


class HfContentWrong(DigestMismatch):
    """What ``host`` sent as the file ``path`` is another content than it says; nothing of it is kept, but
    it may have been printed.
    """

    def __init__(self, host: str, path: str, expected: str, actual: str, *, printed: bool = False) -> None:
        super().__init__(expected, actual)
        self.host, self.path, self.printed = host, path, printed


class NotAsIndexed(ArtifactError):
    """``index`` is the digest of the file index, ``path`` that of the file in the kit."""

    def __init__(self, path: str, index: str) -> None:
        super().__init__(f"{path!r} is not what the file index {index} says")
        self.path, self.index = path, index


class ContentTooLarge(ArtifactError):
    """``size`` and ``limit`` are in bytes."""

    def __init__(self, what: str, size: int, limit: int) -> None:
        super().__init__(f"{what} has {size} bytes, more than the {limit} allowed")
        self.what, self.size, self.limit = what, size, limit


class ReadingNotAgreed(ArtifactError):
    """Up to ``size`` bytes of a layer, ``what``, would be read from its beginning: since the registry gives
    no parts of layers (``without_ranges``), or else since the layer is compressed.
    """

    def __init__(self, what: str, size: int, without_ranges: bool) -> None:
        super().__init__(f"up to {size} bytes of the layer {what} would have to be read")
        self.what, self.size, self.without_ranges = what, size, without_ranges


class FormatError(KitOpsError):
    """``reason`` is a sentence about the file ("it ends too early") without anything out of it."""

    def __init__(self, format: str, reason: str) -> None:
        super().__init__(f"invalid {format}: {reason}")
        self.format, self.reason = format, reason


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


class RegistryError(KitOpsError):
    """Something is wrong between us and the registry ``host`` (with its port, as people write it)."""

    def __init__(self, host: str, message: str) -> None:
        super().__init__(message)
        self.host = host


class RegistryUnreachable(RegistryError):
    """``step`` is what failed: "name" (DNS), "connect", "tls" (broken off), "timeout", "network"."""

    def __init__(self, host: str, step: str, reason: str) -> None:
        super().__init__(host, f"{host} cannot be reached: {reason}")
        self.step, self.reason = step, reason


class ProxyRefused(RegistryUnreachable):
    """``proxy`` is its address without user and password."""

    def __init__(self, host: str, proxy: str, reason: str) -> None:
        super().__init__(host, "proxy", reason)
        self.proxy = proxy


class WrongScheme(RegistryError):
    """``spoken`` is what we spoke, "http" or "https"; the registry speaks the other."""

    def __init__(self, host: str, spoken: str) -> None:
        super().__init__(host, f"{host} does not speak {spoken}")
        self.spoken = spoken


class CertificateUntrusted(RegistryError):
    """``problem`` is "self-signed", "unknown-issuer", "expired", "not-yet-valid", "wrong-host", "changed"
    (another than the one that was agreed to) or "other"; ``certificate`` is what the registry showed, in DER,
    b"" when it could not be had.
    """

    def __init__(self, host: str, problem: str, reason: str, certificate: bytes = b"") -> None:
        super().__init__(host, f"the certificate of {host} is not trusted: {reason}")
        self.problem, self.reason, self.certificate = problem, reason, certificate


class ClientCertificateNeeded(RegistryError):
    """``reason`` says whether none was shown, ours was refused, or its files cannot be used."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(host, f"{host} wants a client certificate: {reason}")
        self.reason = reason


class PasswordInTheClear(RegistryError):
    def __init__(self, host: str) -> None:
        super().__init__(host, f"{host} is spoken to without encryption, so no password is sent to it")


class ForeignRealm(RegistryError):
    """``realm`` is the address (without query) that ``host`` sends us to for a token."""

    def __init__(self, host: str, realm: str) -> None:
        super().__init__(host, f"{host} wants the sign-in to be sent to {realm}")
        self.realm = realm


class SignInNeeded(RegistryError):
    def __init__(self, host: str, message: str = "") -> None:
        super().__init__(host, message or f"{host} wants a sign-in")


class SignInRefused(SignInNeeded):
    """``username`` is "" for a token. It was tried once and is not tried again."""

    def __init__(self, host: str, username: str) -> None:
        super().__init__(host, f"{host} refused the sign-in" + (f" of {username}" if username else ""))
        self.username = username


class AccessDenied(RegistryError):
    """``action`` is an infinitive phrase ("push to team/churn")."""

    def __init__(self, host: str, action: str, username: str = "") -> None:
        super().__init__(host, f"{host} does not allow {username or 'an anonymous user'} to {action}")
        self.action, self.username = action, username


class HfAccessNeeded(AccessDenied):
    """``page`` is where one asks; ``reason`` are Hugging Face's own words, "" when it said the usual.
    ``unread`` is as in ``NotOnHuggingFace``.
    """

    def __init__(
        self, host: str, name: str, page: str, *, signed_in: bool, reason: str = "", unread: str = ""
    ) -> None:
        super().__init__(host, f"read {name}")
        self.name, self.page, self.signed_in = name, page, signed_in
        self.reason, self.unread = reason, unread


class RateLimited(RegistryError):
    """``until`` is in seconds since the epoch, None when the registry did not say."""

    def __init__(self, host: str, until: float | None) -> None:
        super().__init__(host, f"{host} wants fewer requests")
        self.until = until


class RegistryUnsupported(RegistryError):
    """``action`` is an infinitive phrase ("list its repositories")."""

    def __init__(self, host: str, action: str) -> None:
        super().__init__(host, f"{host} does not offer to {action}")
        self.action = action


class RangesUnsupported(RegistryUnsupported):
    """Noticed before anything was read of a blob that would have come as a whole."""

    def __init__(self, host: str) -> None:
        super().__init__(host, "read parts of a layer")


class RegistryFailed(RegistryError):
    """``status`` is that of HTTP, 0 when the answer itself makes no sense; ``reason`` is printable."""

    def __init__(self, host: str, status: int, reason: str) -> None:
        super().__init__(host, f"{host} failed" + (f" with {status}" if status else "") + f": {reason}")
        self.status, self.reason = status, reason


class RegistryRefused(RegistryError):
    """``code`` is one of the distribution specification's ("MANIFEST_INVALID") or "", ``message`` the
    registry's own words, printable and short.
    """

    def __init__(self, host: str, status: int, code: str, message: str) -> None:
        super().__init__(host, f"{host} refused: {message or code or status}")
        self.status, self.code, self.message = status, code, message


class VersionCollected(RegistryError):
    """What was deleted cannot be put back: ``missing`` blobs of ``reference`` are gone."""

    def __init__(self, host: str, reference: str, missing: int) -> None:
        super().__init__(host, f"{missing} blobs of {reference} are gone from {host}")
        self.reference, self.missing = reference, missing


class TransferInterrupted(RegistryError):
    """``offset`` bytes of ``digest`` had arrived; ``reason`` is why no more came, after all attempts."""

    def __init__(self, host: str, digest: str, offset: int, reason: str) -> None:
        super().__init__(host, f"the transfer of {digest} broke off: {reason}")
        self.digest, self.offset, self.reason = digest, offset, reason


class TagMoved(RegistryError):
    """``reference`` means ``actual`` now; ``expected`` was agreed to, "" when there was to be no such tag.

    With ``was_put`` we had put it to ``expected`` right before.
    """

    def __init__(
        self, host: str, reference: str, expected: str, actual: str, *, was_put: bool = False
    ) -> None:
        super().__init__(
            host, f"{reference} is {actual or 'gone'}" + (f", not {expected}" if expected else "")
        )
        self.reference, self.expected, self.actual = reference, expected, actual
        self.was_put = was_put


class DeletionChanged(RegistryError):
    """``reference`` was to be deleted, and stood for ``expected`` when that was agreed to. Now it is
    ``actual``, or else ``tags`` stand for it too, of which nobody was told.
    """

    def __init__(
        self, host: str, reference: str, expected: str, actual: str = "", tags: Sequence[str] = ()
    ) -> None:
        what = f"is {actual}, not {expected}" if actual else f"has further tags: {', '.join(tags)}"
        super().__init__(host, f"{reference} {what}")
        self.reference, self.expected, self.actual, self.tags = reference, expected, actual, tuple(tags)


class CredentialError(KitOpsError):
    """Something is wrong with where secrets are kept."""


class NoKeyring(CredentialError):
    def __init__(self) -> None:
        super().__init__("this system has no keyring that programs can use")


class KeyringFailed(CredentialError):
    """``locked``: it is there and did not open."""

    def __init__(self, reason: str, *, locked: bool = False) -> None:
        super().__init__(f"the keyring of the system did not answer: {reason}")
        self.reason, self.locked = reason, locked


class CredentialHelperFailed(CredentialError):
    """``program`` is the helper's name ("docker-credential-pass")."""

    def __init__(self, program: str, reason: str) -> None:
        super().__init__(f"{program} failed: {reason}")
        self.program, self.reason = program, reason


class CredentialFileDamaged(CredentialError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the credentials in {path} cannot be used: {reason}")
        self.path, self.reason = path, reason


class DownloadElsewhere(KitOpsError):
    """Another process, or another job, is downloading the repository ``name`` into ``target``."""

    def __init__(self, target: Path, name: str) -> None:
        super().__init__(f"{name} is being downloaded into {target} already")
        self.target, self.name = target, name


class ImportRunning(KitOpsError):
    """Another process is importing what ``name`` is now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is being imported already")
        self.name = name


class ProgramMissing(KitOpsError):
    """``program`` ("git-lfs") is not installed; ``purpose`` is an infinitive phrase ("fetch large files")."""

    def __init__(self, program: str, purpose: str) -> None:
        super().__init__(f"{program} is needed to {purpose}, and it is not installed")
        self.program, self.purpose = program, purpose


class GitFailed(KitOpsError):
    """``action`` is an infinitive phrase ("fetch the large files"), ``reason`` git's, without secrets.

    ``wants_sign_in``: git found nobody who may read ``address``.
    """

    def __init__(self, address: str, action: str, reason: str, *, wants_sign_in: bool = False) -> None:
        super().__init__(f"git could not {action}: {reason} ({address})")
        self.address, self.action, self.reason = address, action, reason
        self.wants_sign_in = wants_sign_in


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
