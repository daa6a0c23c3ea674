"""Every error is explained by sentences that name what is wrong."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kitops_desktop import errors
from kitops_desktop.explanation import Explanation, diagnostics, explain, explained_classes
from kitops_desktop.progress import Cancelled

DIGEST = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


@dataclass(frozen=True)
class Problem:
    message: str
    line: int | None = None
    suggestion: str = ""


TYPO = Problem("field dataset not found", 7, "datasets")
RULE = Problem("duplicate path data", None, "")

EXAMPLES: dict[Exception, tuple[str, ...]] = {
    errors.KitOpsError("the moon is full"): ("The moon is full",),
    errors.InvalidArgument("invalid filter nonsense"): ("nvalid filter nonsense",),
    errors.InvalidReference("My Model", "repository (My Model) name must be lowercase"): (
        "My Model",
        "must be lowercase",
        "myteam/churn:v1",
        "registry.example.com/team/model:v1",
    ),
    errors.InvalidDigest("sha256:abc"): ("sha256:abc", "64"),
    errors.KitfileError("something odd"): ("Something odd",),
    errors.KitfileNotFound(Path("/data/empty")): ("/data/empty", "init"),
    errors.KitfileSyntaxError([TYPO]): ("Line 7", "field dataset not found", "Did you mean `datasets`?"),
    errors.KitfileInvalid([RULE, TYPO]): ("2 rules", "Duplicate path data", "Line 7"),
    errors.KitfileExists(Path("/data/Kitfile")): ("/data/Kitfile", "--force"),
    errors.IgnoreFileError("syntax error in pattern", 3): ("Line 3", "syntax error in pattern"),
    errors.PackError("no idea"): ("No idea", "stay in the store"),
    errors.LayerPathMissing("dataset", "data/train.csv"): ("dataset", "data/train.csv"),
    errors.InvalidMcpBundle("search", Path("s.mcpb"), "is no zip archive"): (
        "search",
        "s.mcpb is no zip archive",
    ),
    errors.SourceUnreadable(Path("/data/secret"), "Permission denied"): ("/data/secret", "Permission denied"),
    errors.SourceChanged(Path("/data/log"), "changed size"): ("/data/log changed size",),
    errors.SecretsFound([".env", "key.pem"]): ("2 secrets", ".env, key.pem", ".kitignore"),
    errors.ModelReferenceError("too deep", ("a:1", "b:1")): ("Too deep", "a:1 → b:1", "model.path"),
    errors.ArtifactError("something off"): ("Something off",),
    errors.ReferenceNotFound("team/churn:v9"): ("team/churn:v9", "list"),
    errors.BlobNotFound(DIGEST): (DIGEST,),
    errors.VersionCollected("r.example", "r.example/a:v1", 3): ("3 parts of r.example/a:v1", "r.example"),
    errors.NotAsIndexed("model/a.bin", DIGEST): ("model/a.bin", DIGEST),
    errors.NotAModelKit("nginx:1", "application/vnd.docker.image"): (
        "nginx:1",
        "application/vnd.docker.image",
    ),
    errors.InvalidManifest("it is not JSON"): ("It is not JSON",),
    errors.DigestMismatch(DIGEST, OTHER, 1024, 1536): (DIGEST, OTHER, "1.5 KiB instead of 1.0 KiB"),
    errors.DigestMismatch(DIGEST, "of another size", 1024, 1536): (
        "has in fact 1.5 KiB instead of 1.0 KiB.",
    ),
    errors.HfContentWrong("huggingface.co", "model.bin", DIGEST, OTHER): (
        "model.bin",
        f"{DIGEST} on huggingface.co",
        OTHER,
    ),
    errors.HfContentWrong("huggingface.co", "a.bin", DIGEST, OTHER, printed=True): ("printed is not this",),
    errors.AddressOfHuggingFace("https://hf.co/team/churn", "hf://team/churn"): (
        "“https://hf.co/team/churn” is no ModelKit",
        "kitops-desktop import hf://team/churn",
    ),
    errors.ContentTooLarge("the manifest", 5 << 20, 4 << 20): ("the manifest has 5.0 MiB", "4.0 MiB"),
    errors.ReadingNotAgreed("model", 3 << 30, True): (
        "as a whole only",
        "3.0 GiB of the layer model",
        "--stream",
    ),
    errors.FormatError("GGUF", "it ends too early"): ("no GGUF", "It ends too early"),
    errors.UnpackError("no idea"): ("No idea",),
    errors.FilesExist([Path("/t/a"), Path("/t/b")]): ("2 files", "/t/a, /t/b", "--overwrite"),
    errors.UnsafeEntry("../../etc/passwd", "it leaves the folder"): ("../../etc/passwd", "leaves the folder"),
    errors.ArchiveDamaged("the header at 512 is no header"): ("The header at 512",),
    errors.ArchiveTooLarge("more than 1,000,000 entries"): ("1,000,000 entries",),
    errors.UnpackFailed(errors.DiskFull(Path("/t"), 2048, 1024), "data", ["model"], ["data", "docs"]): (
        "stopped at data",
        "The disk is full",
        "complete: model",
        "Not unpacked: data, docs",
        "Free 1.0 KiB",
    ),
    errors.StoreError("gone wrong"): ("Gone wrong",),
    errors.StoreDamaged(Path("/s/index.json"), "no JSON"): ("/s/index.json: no JSON",),
    errors.StoreReadOnly(Path("/s")): ("/s", "KITOPS_HOME"),
    errors.StoreBusy(Path("/s/lock"), 30): ("/s/lock", "30 seconds"),
    errors.StoreUnavailable(Path("/s"), "not mounted"): ("/s: not mounted",),
    errors.ImportRunning("team/churn"): ("team/churn is being imported",),
    errors.ProgramMissing("git-lfs", "fetch large files"): ("git-lfs is not installed", "fetch large files"),
    errors.GitFailed("https://git.example/team/churn", "fetch main", "it is gone", wants_sign_in=True): (
        "could not fetch main",
        "https://git.example/team/churn",
        "It is gone",
        "--token",
    ),
    errors.DiskFull(Path("/s"), 3 << 30, 1 << 30): ("3.0 GiB", "1.0 GiB are free", "Free 2.0 GiB", "/s"),
    errors.FileAccessError(Path("/w/Kitfile"), "write the Kitfile", "Permission denied"): (
        "refused to write the Kitfile",
        "/w/Kitfile: Permission denied",
    ),
    errors.RemoteNotFound("r.example/a:v1"): ("r.example/a:v1", "kitops-desktop list"),
    errors.NotOnHuggingFace("hf://team", "model", "team", signed_in=False): (
        "no model, organisation or person called team, or it is private",
        "most are ORGANISATION/NAME",
    ),
    errors.NotOnHuggingFace("hf://team", "organisation or person", "team", signed_in=True): (
        "no such organisation or person",
        "nothing called team.",
    ),
    errors.NotOnHuggingFace("hf://team/churn", "model", "team/churn", signed_in=False): (
        "no such model",
        "team/churn, or it is private",
        "kitops-desktop login huggingface.co",
    ),
    errors.NotOnHuggingFace(
        "hf://team/churn", "model", "team/churn", signed_in=False, unread="the keyring is locked"
    ): ("or it is private. A sign-in could not be looked for: the keyring is locked.",),
    errors.RemoteBlobNotFound(DIGEST, "r.example/a"): (DIGEST, "r.example/a"),
    errors.RegistryError("r.example", "something odd"): ("r.example", "Something odd"),
    errors.RegistryUnreachable("r.example", "name", "no address"): ("no computer called r.example",),
    errors.ProxyRefused("r.example", "http://proxy:3128", "407"): ("r.example", "http://proxy:3128: 407"),
    errors.WrongScheme("r.example", "https"): ("does not speak https", "--plain-http"),
    errors.CertificateUntrusted("r.example", "expired", "it ended on 1 May"): ("expired", "clock"),
    errors.ClientCertificateNeeded("r.example", "none was shown"): ("None was shown", "--cert"),
    errors.PasswordInTheClear("r.example"): ("r.example", "plain http", "No password was sent"),
    errors.ForeignRealm("r.example", "https://other.example"): ("https://other.example",),
    errors.SignInNeeded("r.example"): ("r.example wants a sign-in", "login r.example"),
    errors.SignInRefused("r.example", "robot"): ("robot or its password", "tried once", "right password"),
    errors.SignInRefused("r.example", ""): ("The token is wrong", "tried once", "right token"),
    errors.AccessDenied("r.example", "push to team/a", "robot"): ("robot may not push to team/a",),
    errors.HfAccessNeeded(
        "huggingface.co", "team/churn", "https://huggingface.co/team/churn", signed_in=True
    ): ("team/churn is given only", "https://huggingface.co/team/churn"),
    errors.HfAccessNeeded(
        "huggingface.co",
        "team/churn",
        "https://huggingface.co/team/churn",
        signed_in=False,
        unread="no answer",
    ): ("agree to that. A sign-in could not be looked for: no answer.",),
    errors.DownloadElsewhere(Path("/models"), "team/churn"): ("team/churn", "into /models"),
    errors.RateLimited("r.example", None): ("r.example wants a pause",),
    errors.RegistryUnsupported("r.example", "list its repositories"): ("no way to list its repositories",),
    errors.RangesUnsupported("r.example"): ("as a whole", "Pull"),
    errors.RegistryFailed("r.example", 503, "maintenance"): ("503: maintenance",),
    errors.RegistryRefused("r.example", 400, "TAG_IMMUTABLE", "no"): ("TAG_IMMUTABLE",),
    errors.TransferInterrupted("r.example", DIGEST, 1536, "reset"): ("1.5 KiB of", DIGEST, "reset"),
    errors.TagMoved("r.example", "r.example/a:v1", "", DIGEST): ("r.example/a:v1", DIGEST),
    errors.TagMoved("r.example", "r.example/a:v1", DIGEST, "", was_put=True): (
        DIGEST,
        "gone",
        "Somebody else",
    ),
    errors.DeletionChanged("r.example", "r.example/a:v1", DIGEST, OTHER): (
        f"was {DIGEST}",
        f"is {OTHER}",
        "Nothing was deleted",
    ),
    errors.DeletionChanged("r.example", "r.example/a", DIGEST, tags=("prod",)): (
        "there would go: prod",
        "Nothing was deleted",
    ),
    errors.CredentialError("gone wrong"): ("Gone wrong",),
    errors.NoKeyring(): ("no keyring",),
    errors.KeyringFailed("dismissed", locked=True): ("locked", "Dismissed"),
    errors.CredentialHelperFailed("docker-credential-x", "not found"): ("docker-credential-x", "Not found"),
    errors.CredentialFileDamaged(Path("/d/config.json"), "no JSON"): ("/d/config.json: no JSON",),
    errors.SettingsError(Path("/c/settings.json"), "Read-only file system"): (
        "/c/settings.json",
        "Read-only",
    ),
}


def all_errors(root: type[BaseException] = errors.KitOpsError) -> Iterator[type[BaseException]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from all_errors(child)


@pytest.mark.parametrize("kind", list(all_errors()), ids=lambda kind: kind.__name__)
def test_every_class_has_a_row_and_an_example(kind: type[BaseException]) -> None:
    assert kind in explained_classes()
    assert kind in {type(example) for example in EXAMPLES}


@pytest.mark.parametrize("error", list(EXAMPLES), ids=lambda error: type(error).__name__)
def test_explanation_names_what_is_wrong(error: Exception) -> None:
    told = explain(error)
    text = "\n".join((told.title, told.reason, told.kept, told.next_step))
    for piece in EXAMPLES[error]:
        assert piece in text
    assert told.title
    assert told.title[-1] not in ".!"
    assert told.next_step.endswith(".")
    assert "\n" not in told.title + told.kept + told.next_step
    assert type(error).__name__ not in text


@pytest.mark.parametrize(
    ("number", "piece"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "share of the disk"),
        (errno.EACCES, "may not use"),
        (errno.EROFS, "only be read"),
        (errno.ENOENT, "is not there"),
        (errno.EMFILE, "Too many files"),
        (errno.EIO, "drive reports"),
        (errno.ESTALE, "network folder"),
        (errno.EXDEV, "system refused"),
    ],
)
def test_refusals_of_the_system_are_explained_by_their_kind(number: int, piece: str) -> None:
    told = explain(OSError(number, "what the system says", b"/data/file-\xff"))
    assert piece in told.title
    assert "/data/file" in told.reason
    assert "what the system says" in told.reason.lower()


def test_cancelling_is_no_failure() -> None:
    assert explain(Cancelled()).title == "Stopped as you asked"


def test_an_unknown_exception_is_named_without_its_secrets() -> None:
    told = explain(LookupError("https://me:pw@host.example/x?sig=abc"))
    assert told.reason.startswith("LookupError: ")
    assert "pw" not in told.reason
    assert "abc" not in told.reason


def test_many_problems_are_cut_short() -> None:
    told = explain(errors.SecretsFound([f"{n}.pem" for n in range(25)]))
    assert "9.pem, and 15 more" in told.reason
    assert "10.pem" not in told.reason


def test_title_and_reason_follow_one_another_as_sentences() -> None:
    told = Explanation("It broke", "It was dropped.", "", "Mend it.")
    assert told.what_and_why == "It broke. It was dropped."
    assert Explanation("It broke", next_step="Mend it.").what_and_why == "It broke."


def test_diagnostics_have_the_chain_of_errors_and_no_secret(home: Path) -> None:
    try:
        try:
            raise OSError(errno.EIO, "password=hunter2", str(home / "thesis" / "model"))
        except OSError as cause:
            raise errors.StoreUnavailable(home / "store", "Bearer abcdefghijk") from cause
    except errors.StoreUnavailable as error:
        text = diagnostics(error)
    assert "KitOps Desktop" in text
    assert "Python" in text
    assert "OSError" in text
    assert "StoreUnavailable" in text
    assert "~/thesis/model" in text
    for hidden in ("hunter2", "abcdefghijk", str(home)):
        assert hidden not in text
