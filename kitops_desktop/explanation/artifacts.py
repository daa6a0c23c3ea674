"""Explanations of what is wrong with a reference, a manifest or a blob."""

from __future__ import annotations

from kitops_desktop import errors
from kitops_desktop.explanation.explanation import Explanation
from kitops_desktop.explanation.words import NOTHING_CHANGED, STORE_KEPT, sentence, size


def artifact(error: errors.ArtifactError) -> Explanation:
    return Explanation(
        "The kit cannot be used", sentence(str(error)), STORE_KEPT, "Pack or get the kit again."
    )


def reference_not_found(error: errors.ReferenceNotFound) -> Explanation:
    next_step = (
        "Look at the names and tags in the library (kitops-desktop list), and mind the tag after the colon."
    )
    if error.wanted:
        next_step = f"To tag it in the registry: kitops-desktop copy {error.reference} {error.wanted}"
    reason = f"Nothing in the local store is called {error.reference}."
    return Explanation("There is no such ModelKit", reason, NOTHING_CHANGED, next_step)


def blob_not_found(error: errors.BlobNotFound) -> Explanation:
    return Explanation(
        "A part of the kit is missing",
        f"The blob {error.digest} is not in the store.",
        STORE_KEPT,
        "Pack or get the kit again; verify the store to see which kits are affected.",
    )


def not_a_modelkit(error: errors.NotAModelKit) -> Explanation:
    what = error.media_type or "something without a type"
    return Explanation(
        "This is not a ModelKit",
        f"{error.reference or 'The artifact'} exists, but it is {what}.",
        NOTHING_CHANGED,
        "Check the reference: a container image or another artifact may have a similar name.",
    )


def invalid_manifest(error: errors.InvalidManifest) -> Explanation:
    return Explanation(
        "The manifest of the kit cannot be read",
        sentence(error.reason),
        STORE_KEPT,
        "Pack or get the kit again; if it was in the local store, verify that to see what else is damaged.",
    )


def digest_mismatch(error: errors.DigestMismatch) -> Explanation:
    wrong = [f"the digest {error.actual}"] if ":" in error.actual else []  # else only the size was looked at
    if (
        error.expected_size is not None
        and error.actual_size is not None
        and error.expected_size != error.actual_size
    ):
        wrong.append(f"{size(error.actual_size)} instead of {size(error.expected_size)}")
    return Explanation(
        "A part of the kit is damaged or was tampered with",
        f"The blob {error.expected} has in fact {' and '.join(wrong) or 'another content'}.",
        f"Nothing of it was used. {STORE_KEPT}",
        "Do not use this copy. Verify the store, remove what is damaged, and pack or get the kit again.",
    )


def content_too_large(error: errors.ContentTooLarge) -> Explanation:
    return Explanation(
        "A part of the kit is larger than it may be",
        f"{error.what} has {size(error.size)}; at most {size(error.limit)} are read.",
        NOTHING_CHANGED,
        "Ask whoever made the kit: a manifest or Kitfile of this size is no accident.",
    )


def reading_not_agreed(error: errors.ReadingNotAgreed) -> Explanation:
    why = "The registry gives layers as a whole only" if error.without_ranges else "Its layer is compressed"
    return Explanation(
        "Much would have to be read to get at the file",
        f"{why}: up to {size(error.size)} of the layer {error.what} would be read from its beginning.",
        "Nothing of it was downloaded.",
        "Say --stream to read it through all the same, or pull the kit, and it is read from this computer.",
    )


def not_as_indexed(error: errors.NotAsIndexed) -> Explanation:
    return Explanation(
        "A file is not what the file index of its kit says",
        f"{error.path!r} has other bytes in its layer than the file index {error.index} says."
        " One of the two is wrong: who may push to a repository may attach an index.",
        NOTHING_CHANGED,
        "Pull the whole layer, which is checked against its digest; and do not use this index.",
    )


def format_error(error: errors.FormatError) -> Explanation:
    return Explanation(
        f"The file is no {error.format} that can be read",
        sentence(error.reason),
        NOTHING_CHANGED,
        "It is cut off, damaged, or made to do harm: ask whoever made it before you load it.",
    )
