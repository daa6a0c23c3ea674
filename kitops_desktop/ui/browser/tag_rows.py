"""The tags of a repository as rows: what is known of each, and the words for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from kitops_desktop import errors
from kitops_desktop.oci.digest import Digest, short_digest
from kitops_desktop.oci.reference import is_tag
from kitops_desktop.ui.browser.artifact_kinds import (
    Artifact,
    ArtifactKind,
    signature_text,
    signed_digest,
)
from kitops_desktop.ui.browser.version_order import newest_first
from kitops_desktop.ui.units import (
    age_text,
    clock_text,
    count_text,
    exact_size_text,
    size_text,
    time_text,
)
from kitops_desktop.ui.widgets.badge import Tone

NOT_KNOWN = "…"

_TONES: dict[ArtifactKind, Tone] = {
    ArtifactKind.MODEL_KIT: "accent",
    ArtifactKind.MODEL_PACK: "accent",
    ArtifactKind.SIGNATURE: "success",
}


@dataclass(frozen=True, slots=True)
class Version:
    """What a tag stands for. ``size`` of the manifest in bytes is what its descriptor has. ``licence`` and
    ``framework`` are what the Kitfile says, "" when it says nothing.
    """

    digest: Digest
    media_type: str
    size: int
    artifact: Artifact
    licence: str = ""
    framework: str = ""


@dataclass(frozen=True, slots=True)
class TagRow:
    """``version`` is None until it was read; ``problem`` is why it could not be, in one sentence.

    ``tag`` is "" for what belongs to a version and has no tag of its own.
    """

    tag: str
    version: Version | None = None
    problem: str = ""
    is_here: bool | None = None
    """Whether the version is in the local store; None while that is not known."""

    @property
    def name(self) -> str:
        """By which it is asked for: the tag, or the digest where there is none."""
        return self.tag or (self.version.digest if self.version is not None else "")


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a repository in the order of the table, and those that belong to versions apart:
    ``of_versions`` has them by digest, in the order of ``signatures``.
    """

    tags: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    of_versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def folded(tags: Iterable[str]) -> Tags:
    """Sort the tags, and take signatures and their like apart. What is no tag cannot be asked for: it is left
    out.
    """
    own: list[str] = []
    of_versions: dict[str, list[str]] = {}
    for tag in sorted(filter(is_tag, tags)):
        signed = signed_digest(tag)
        (own if signed is None else of_versions.setdefault(signed, [])).append(tag)
    by_digest = {digest: tuple(found) for digest, found in of_versions.items()}
    return Tags(tuple(newest_first(own)), tuple(chain.from_iterable(by_digest.values())), by_digest)


def matching(tags: Tags, text: str) -> Tags:
    """Those in which every word of ``text`` occurs."""
    words = text.casefold().split()

    def fits(tag: str) -> bool:
        return all(word in tag.casefold() for word in words)

    of_versions = {
        digest: fitting
        for digest, signatures in tags.of_versions.items()
        if (fitting := tuple(filter(fits, signatures)))
    }
    signatures = tuple(chain.from_iterable(of_versions.values()))
    return Tags(tuple(filter(fits, tags.tags)), signatures, of_versions)


def shown_name(row: TagRow) -> str:
    """The tag; of a signature, the short digest it is for; of what has no tag, what it is."""
    if not row.tag and row.version is not None:
        return row.version.artifact.text
    signed = signed_digest(row.tag)
    return row.tag if signed is None else f"for {short_digest(signed)}"


def kind_pills(row: TagRow) -> tuple[tuple[str, Tone], ...]:
    if signed_digest(row.tag) is not None:
        return ((signature_text(row.tag), "success"),)
    if row.problem:
        return (("Not readable", "danger"),)
    if row.version is None:
        return ()
    artifact = row.version.artifact
    return ((artifact.text, _TONES.get(artifact.kind, "neutral")),)


def kind_text(row: TagRow) -> str:
    if row.problem:
        return row.problem
    pills = kind_pills(row)
    return pills[0][0] if pills else NOT_KNOWN


def size_of(row: TagRow) -> str:
    if row.version is None:
        return "" if row.problem else NOT_KNOWN
    size = row.version.artifact.size
    return "-" if size is None else size_text(size)


def licence_text(row: TagRow) -> str:
    return "" if row.version is None else row.version.licence


def framework_text(row: TagRow) -> str:
    return "" if row.version is None else row.version.framework


def digest_text(row: TagRow) -> str:
    return "" if row.version is None else short_digest(row.version.digest)


def here_text(row: TagRow) -> str:
    if row.version is None or row.is_here is None:
        return ""
    return "Yes" if row.is_here else "-"


def created_text(row: TagRow) -> str:
    created = row.version.artifact.created if row.version is not None else None
    return "" if created is None else age_text(created)


def tool_tip(row: TagRow) -> str:
    """All there is to know, a line for each."""
    if row.problem:
        return row.problem
    lines = [row.tag] if row.tag else []
    version = row.version
    if version is not None:
        artifact = version.artifact
        lines += [artifact.text, version.digest]
        if artifact.size is not None:
            lines.append(f"{exact_size_text(artifact.size)} in {count_text(artifact.layers, 'layer')}")
        lines += [f"Licence {version.licence}"] if version.licence else []
        lines += [f"Framework {version.framework}"] if version.framework else []
        if artifact.created is not None:
            lines.append(f"Made {time_text(artifact.created)}")
    signed = signed_digest(row.tag)
    if signed is not None:
        lines.append(f"Belongs to {signed}")
    return "\n".join(lines)


def stopped_text(error: BaseException) -> str:
    """Why rows are not read: in a few words, since each says it."""
    match error:
        case errors.RateLimited(until=float(until)):
            return f"Waits until {clock_text(until)}"
        case errors.RateLimited():
            return "Asked to wait"
        case errors.SignInNeeded():
            return "Wants a sign-in"
        case errors.RegistryUnreachable():
            return "No answer"
    return "Not read"


def tags_text(tags: Tags, shown: Tags) -> str:
    """The line under the repository's name."""
    everything = count_text(len(tags.tags), "tag")
    if shown.tags != tags.tags:
        everything = f"{len(shown.tags):,} of {everything}"
    if tags.signatures:
        others = {tag for tag in tags.signatures if not tag.endswith(".sig")}
        words = ("signature or the like", "signatures and the like") if others else ("signature",)
        everything += f", {count_text(len(tags.signatures), *words)}"
    return everything
