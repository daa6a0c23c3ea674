"""Packing a folder: from its Kitfile to a kit with tags in the local store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from kitops_desktop.classification.content_flags import joined, secret_flag
from kitops_desktop.classification.looking_over import LookedOver
from kitops_desktop.classification.looks import Looks
from kitops_desktop.errors import FileAccessError, KitfileError, SecretsFound
from kitops_desktop.jobs.looked_before import HarmlessFolders, look_over_plan
from kitops_desktop.jobs.parents import find_parents, local_parents
from kitops_desktop.jobs.remote import note_stored
from kitops_desktop.jobs.space import check_store_space
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.jobs.work import Result, WorkContext
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.lookup import find_kitfile
from kitops_desktop.kitfile.reading import read_kitfile
from kitops_desktop.kitfile.secrets import Flag, FlagKind, flag
from kitops_desktop.kitfile.validation import check_valid
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.memory import LayerMemory
from kitops_desktop.modelkit.pack import Packed, pack
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.modelkit.parents import parent_paths
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import Digest
from kitops_desktop.oci.reference import (
    DEFAULT_REGISTRY,
    UNNAMED_REPOSITORY,
    Reference,
    parse_reference_with_tags,
)
from kitops_desktop.progress import CancelToken, Report, ignore_progress
from kitops_desktop.store.local_store import LocalStore

MAX_KITFILE_BYTES = 16 << 20
"""A larger Kitfile is none; it is not even read."""
_UNNAMED = Reference(DEFAULT_REGISTRY, UNNAMED_REPOSITORY)
_CHECK_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that would be packed and looks like a secret. ``path`` is relative to the folder."""

    path: str
    flag: Flag


@dataclass(frozen=True, slots=True)
class PreparedPack:
    """A folder looked through: all there is to know before a byte is packed.

    ``looked`` is what looking into the files found.
    """

    kitfile: Kitfile
    plan: PackPlan
    secrets: tuple[Secret, ...]
    looked: LookedOver = field(default_factory=LookedOver)


@dataclass(frozen=True, slots=True)
class PackOutcome:
    """A packed folder. ``reference`` is the first name of the kit; without a name it names the digest."""

    reference: Reference
    tags: tuple[str, ...]
    packed: Packed
    prepared: PreparedPack


@dataclass(frozen=True, slots=True)
class PackWork:
    """Pack ``folder``.

    The Kitfile is ``text`` (as in an editor), or the file ``kitfile``, or the one of the folder;
    ``ignore_text`` stands for its .kitignore. ``reference`` may name several tags (``churn:v1,latest``), ""
    packs without a name. ``allowed_secrets`` are the paths of secrets to be packed all the same; None allows
    all. ``parallel`` layers are made at a time, 0 for as many as suit the computer.
    """

    kind: ClassVar[str] = "pack"
    folder: Path
    reference: str = ""
    kitfile: Path | None = None
    text: str | None = None
    ignore_text: str | None = None
    compression: Compression = Compression.NONE
    allowed_secrets: tuple[str, ...] | None = ()
    follow_links: bool = False
    rehash: bool = False
    parallel: int = 0

    @property
    def title(self) -> str:
        return f"Pack {self.reference or self.folder.name}"

    def parameters(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "reference": self.reference,
            "kitfile": None if self.kitfile is None else str(self.kitfile),
            "text": self.text,
            "ignore_text": self.ignore_text,
            "compression": str(self.compression),
            "allowed_secrets": None if self.allowed_secrets is None else list(self.allowed_secrets),
            "follow_links": self.follow_links,
            "rehash": self.rehash,
            "parallel": self.parallel,
        }

    @classmethod
    def from_parameters(cls, given: Mapping[str, Any]) -> PackWork:
        allowed = given["allowed_secrets"]
        return cls(
            Path(given["folder"]),
            given["reference"],
            None if given["kitfile"] is None else Path(given["kitfile"]),
            given["text"],
            given["ignore_text"],
            Compression(given["compression"]),
            None if allowed is None else tuple(allowed),
            given["follow_links"],
            given["rehash"],
            given["parallel"],
        )

    def run(self, context: WorkContext) -> Result:
        outcome = pack_folder(self, context.tools, token=context.token, report=context.report)
        packed = outcome.packed
        return Result(
            f"Packed {outcome.reference.short}",
            {
                "reference": str(outcome.reference),
                "digest": packed.manifest.digest,
                "tags": list(outcome.tags),
                "folder": str(self.folder),
                "size": sum(layer.descriptor.size for layer in packed.layers),
                "layers": len(packed.layers),
                "reused": sum(layer.reused for layer in packed.layers),
                "warnings": list(outcome.prepared.plan.warnings),
            },
        )


def prepare_pack(
    work: PackWork,
    store: LocalStore,
    *,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
    parents: Callable[[Kitfile], tuple[ModelKit, ...]] | None = None,
    looks: Looks | None = None,
    harmless: HarmlessFolders | None = None,
) -> PreparedPack:
    """Read the Kitfile, look through the folder, and find secrets; nothing is written.

    ``parents`` finds the kits that the Kitfile refers to, when not only the store is to be asked. ``looks``
    know the files that were looked into before, ``harmless`` the folders in which nothing was found.

    Raises ``KitfileError``s, ``LayerPathMissing``, ``SourceUnreadable``, ``ModelReferenceError``,
    ``FileAccessError`` and ``Cancelled``.
    """
    token = token or CancelToken()
    kitfile = read_project_kitfile(work)
    rules = IgnoreRules.load(work.folder) if work.ignore_text is None else IgnoreRules.parse(work.ignore_text)
    excluded = parent_paths(parents(kitfile) if parents else local_parents(kitfile, store))
    plan = plan_pack(
        work.folder,
        kitfile,
        rules,
        excluded=excluded,
        follow_links=work.follow_links,
        token=token,
        report=report,
    )
    looked = look_over_plan(plan, looks or Looks(plan.context), harmless, token)
    return PreparedPack(kitfile, plan, find_secrets(plan, token, looked), looked)


def prepare_to_pack(
    work: PackWork, tools: Tools, *, token: CancelToken, report: Report = ignore_progress
) -> PreparedPack:
    """``prepare_pack``, with kits that the Kitfile refers to looked for in the store, then in the registries
    they name. Raises ``SecretsFound`` too.
    """
    prepared = prepare_pack(
        work,
        tools.store,
        token=token,
        report=report,
        parents=lambda kitfile: tuple(found.kit for found in find_parents(kitfile, tools, token=token)),
        looks=tools.looks.of(work.folder),
        harmless=None if work.rehash else tools.listings,
    )
    _check_secrets(prepared.secrets, work.allowed_secrets)
    return prepared


def pack_folder(
    work: PackWork, tools: Tools, *, token: CancelToken | None = None, report: Report = ignore_progress
) -> PackOutcome:
    """Pack a folder into the local store and point the tags at it.

    Raises what ``prepare_to_pack`` and ``modelkit.pack.pack`` raise; before that ``InvalidReference`` and
    ``DiskFull``.
    """
    reference, extra = parse_reference_with_tags(work.reference) if work.reference else (_UNNAMED, ())
    token = token or CancelToken()
    store = tools.store
    prepared = prepare_to_pack(work, tools, token=token, report=report)
    memory = tools.memory
    check_store_space(store, space_needed(prepared.plan, store, work.compression, memory, work.rehash))
    tags = tuple(dict.fromkeys((reference.tag, *extra) if reference.tag else extra))
    packed = pack(
        prepared.plan,
        prepared.kitfile,
        store,
        compression=work.compression,
        memory=memory,
        rehash=work.rehash,
        parallel=work.parallel,
        publish=lambda made: store.add_manifest(reference.repository_name, made.manifest, tags),
        token=token,
        report=report,
    )
    named = reference if reference.tag else reference.with_digest(packed.manifest.digest)
    note_stored(tools, reference.repository_name, tags, packed.manifest.digest, "pack")
    if tools.projects is not None:
        tools.projects.update(work.folder, reference=named.short, digest=packed.manifest.digest)
    return PackOutcome(named, tags, packed, prepared)


def read_project_kitfile(work: PackWork) -> Kitfile:
    """The Kitfile to pack, checked against the rules."""
    path = None if work.text is not None else work.kitfile or find_kitfile(work.folder)
    try:
        kitfile = read_kitfile(_content(path) if path else work.text or "")
        check_valid(kitfile)
    except KitfileError as error:
        error.path = path
        raise
    return kitfile


def find_secrets(
    plan: PackPlan, token: CancelToken | None = None, looked: LookedOver | None = None
) -> tuple[Secret, ...]:
    """The files of all layers that look like secrets, by name and place, and by what was found in them."""
    token = token or CancelToken()
    found: dict[str, Secret] = {}
    for layer in plan.layers:
        for number, name in enumerate(layer.plan.names()):
            if number % _CHECK_EVERY == 0:
                token.check()
            doubt = flag(name)
            if doubt is not None and doubt.kind is FlagKind.SECRET:
                found[name] = Secret(name, doubt)
    for look in () if looked is None else looked.looks:
        inside = secret_flag(look)
        if inside is not None:
            before = found.get(look.path)
            found[look.path] = Secret(look.path, inside if before is None else joined(before.flag, inside))
    return tuple(found.values())


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_KITFILE_BYTES)
    except OSError as error:
        raise FileAccessError(path, "read", error.strerror or type(error).__name__) from error


def _check_secrets(secrets: tuple[Secret, ...], allowed: tuple[str, ...] | None) -> None:
    if allowed is None:
        return
    agreed = frozenset(allowed)
    left = [secret.path for secret in secrets if not agreed & {secret.path, secret.flag.path}]
    if left:
        raise SecretsFound(left)


def space_needed(
    plan: PackPlan, store: LocalStore, compression: Compression, memory: LayerMemory | None, rehash: bool
) -> int:
    """How many bytes the store will grow at most; of compressed layers nothing is known beforehand."""
    if compression is not Compression.NONE:
        return 0
    if memory is None or rehash:
        return plan.size
    return sum(
        layer.plan.size
        for layer in plan.layers
        if not _is_stored(store, memory, layer.plan.fingerprint(), compression)
    )


def _is_stored(store: LocalStore, memory: LayerMemory, fingerprint: str, compression: Compression) -> bool:
    known = memory.recall(fingerprint, str(compression))
    return known is not None and store.exists(
        Descriptor("application/octet-stream", Digest(known.digest), known.size)
    )
