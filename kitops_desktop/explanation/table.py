"""Which explanation belongs to which class of error: one row each, the nearest class wins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kitops_desktop import errors
from kitops_desktop.explanation import (
    arguments_kitfile,
    artifacts,
    hugging_face,
    importing,
    packing,
    registries,
    system,
    unpacking,
)
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import sentence
from kitops_desktop.masking import mask_secrets
from kitops_desktop.progress import Cancelled

_TABLE: dict[type[BaseException], Callable[[Any], Explanation]] = {
    errors.InvalidArgument: arguments_kitfile.invalid_argument,
    errors.InvalidReference: arguments_kitfile.invalid_reference,
    errors.AddressOfHuggingFace: hugging_face.no_modelkit,
    errors.InvalidDigest: arguments_kitfile.invalid_digest,
    errors.KitfileError: arguments_kitfile.kitfile,
    errors.KitfileNotFound: arguments_kitfile.kitfile_not_found,
    errors.KitfileSyntaxError: arguments_kitfile.kitfile_syntax,
    errors.KitfileInvalid: arguments_kitfile.kitfile_invalid,
    errors.KitfileExists: arguments_kitfile.kitfile_exists,
    errors.IgnoreFileError: arguments_kitfile.ignore_file,
    errors.PackError: packing.pack,
    errors.LayerPathMissing: packing.layer_path_missing,
    errors.InvalidMcpBundle: packing.invalid_mcp_bundle,
    errors.SourceUnreadable: packing.source_unreadable,
    errors.SourceChanged: packing.source_changed,
    errors.SecretsFound: packing.secrets_found,
    errors.ModelReferenceError: packing.model_reference,
    errors.ArtifactError: artifacts.artifact,
    errors.ReferenceNotFound: artifacts.reference_not_found,
    errors.BlobNotFound: artifacts.blob_not_found,
    errors.NotAModelKit: artifacts.not_a_modelkit,
    errors.InvalidManifest: artifacts.invalid_manifest,
    errors.DigestMismatch: artifacts.digest_mismatch,
    errors.HfContentWrong: hugging_face.content_wrong,
    errors.NotAsIndexed: artifacts.not_as_indexed,
    errors.ContentTooLarge: artifacts.content_too_large,
    errors.ReadingNotAgreed: artifacts.reading_not_agreed,
    errors.FormatError: artifacts.format_error,
    errors.UnpackError: unpacking.unpack,
    errors.FilesExist: unpacking.files_exist,
    errors.UnsafeEntry: unpacking.unsafe_entry,
    errors.ArchiveDamaged: unpacking.archive_damaged,
    errors.ArchiveTooLarge: unpacking.archive_too_large,
    errors.UnpackFailed: lambda error: unpacking.unpack_failed(error, explain(error.cause)),
    errors.StoreError: system.store,
    errors.StoreDamaged: system.store_damaged,
    errors.StoreReadOnly: system.store_read_only,
    errors.StoreBusy: system.store_busy,
    errors.StoreUnavailable: system.store_unavailable,
    errors.RemoteNotFound: registries.remote_not_found,
    errors.NotOnHuggingFace: hugging_face.not_found,
    errors.RemoteBlobNotFound: registries.remote_blob_not_found,
    errors.RegistryError: registries.registry,
    errors.RegistryUnreachable: registries.unreachable,
    errors.ProxyRefused: registries.proxy_refused,
    errors.WrongScheme: registries.wrong_scheme,
    errors.CertificateUntrusted: registries.certificate,
    errors.ClientCertificateNeeded: registries.client_certificate,
    errors.PasswordInTheClear: registries.password_in_the_clear,
    errors.ForeignRealm: registries.foreign_realm,
    errors.SignInNeeded: registries.sign_in_needed,
    errors.SignInRefused: registries.sign_in_refused,
    errors.AccessDenied: registries.access_denied,
    errors.HfAccessNeeded: hugging_face.access_needed,
    errors.DownloadElsewhere: hugging_face.download_elsewhere,
    errors.RateLimited: registries.rate_limited,
    errors.RegistryUnsupported: registries.unsupported,
    errors.RangesUnsupported: registries.ranges_unsupported,
    errors.RegistryFailed: registries.failed,
    errors.RegistryRefused: registries.refused,
    errors.TransferInterrupted: registries.transfer_interrupted,
    errors.TagMoved: registries.tag_moved,
    errors.DeletionChanged: registries.deletion_changed,
    errors.VersionCollected: registries.version_collected,
    errors.CredentialError: registries.credential,
    errors.NoKeyring: registries.no_keyring,
    errors.KeyringFailed: registries.keyring_failed,
    errors.CredentialHelperFailed: registries.helper_failed,
    errors.CredentialFileDamaged: registries.credential_file,
    errors.ImportRunning: importing.running,
    errors.ProgramMissing: importing.program_missing,
    errors.GitFailed: importing.git_failed,
    errors.DiskFull: system.disk_full,
    errors.FileAccessError: system.file_access,
    errors.SettingsError: system.settings,
    errors.KitOpsError: lambda error: Explanation("It did not work", sentence(str(error)), "", "Try again."),
    Cancelled: lambda _: Explanation(
        "Stopped as you asked", "", "What was finished is kept.", "Start it again to go on from there."
    ),
    OSError: system.os_error,
    MemoryError: lambda _: Explanation(
        "There is not enough memory",
        "The system gave the program no more memory.",
        "What was finished is kept.",
        "Close other programs, then try again.",
    ),
}


def explain(error: BaseException) -> Explanation:
    """What happened, why, what was kept, what now. Never raises; knows every class of ``errors``."""
    for kind in type(error).__mro__:
        if kind in _TABLE:
            return _TABLE[kind](error)
    return Explanation(
        "Something unexpected went wrong",
        f"{type(error).__name__}: {sentence(mask_secrets(str(error)))}"
        if str(error)
        else f"{type(error).__name__}.",
        "What was finished before is kept.",
        "This is a fault of the program. Copy the diagnostics and report it, please.",
    )


def explained_classes() -> frozenset[type[BaseException]]:
    """The classes that have a row of their own."""
    return frozenset(_TABLE)
