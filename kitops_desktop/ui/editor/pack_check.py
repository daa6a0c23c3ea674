"""The questions of the pack sheet as values: what was answered, what is known, and what stands in the way."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kitops_desktop.classification.concerns import named
from kitops_desktop.errors import InvalidReference
from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.jobs.pack_job import PackWork, PreparedPack, prepare_pack, space_needed
from kitops_desktop.jobs.tools import Tools
from kitops_desktop.modelkit.left_out import LeftOutReason
from kitops_desktop.modelkit.media_types import Compression
from kitops_desktop.modelkit.pack_plan import PackPlan
from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import Cancelled, CancelToken
from kitops_desktop.ui.editor.folder_scan import Flagged, doubtful, with_content_secrets
from kitops_desktop.ui.editor.pack_choice import EXAMPLE, parse_targets
from kitops_desktop.ui.editor.path_text import name_text
from kitops_desktop.ui.library.command_text import PROGRAM, target_flags
from kitops_desktop.ui.units import count_text, exact_size_text, size_text

COMPRESSION_TEXTS = {
    Compression.NONE: (
        "None",
        "Fastest, and the same layers always get the same digests, with kit as well.",
    ),
    Compression.GZIP: (
        "gzip",
        "Smaller. Digests differ from those of kit's own gzip; the content is the same.",
    ),
    Compression.GZIP_FASTEST: (
        "gzip, fastest",
        "Quicker to make than gzip, a little larger. Digests differ from kit's; the content is the same.",
    ),
    Compression.ZSTD: (
        "zstd",
        "Small and quick to unpack. kit before version 1.15 cannot unpack it.",
    ),
}


@dataclass(frozen=True, slots=True)
class PackAnswers:
    """What was entered. ``allowed`` are the secrets to be packed all the same."""

    reference: str
    more_tags: str = ""
    compression: Compression = Compression.NONE
    follow_links: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The reference with all its tags, as one text."""
        tags = ",".join(tag for tag in (piece.strip() for piece in self.more_tags.split(",")) if tag)
        return f"{self.reference.strip()},{tags}" if tags else self.reference.strip()

    def targets(self) -> tuple[Reference, tuple[str, ...]]:
        """Raises ``InvalidReference``."""
        if not self.reference.strip():
            raise InvalidReference("", "a name is needed to find the kit again")
        return parse_targets(self.name)

    def reference_problem(self) -> str:
        """What is wrong with the reference, with an example; "" when it can be used."""
        try:
            self.targets()
        except InvalidReference as error:
            reason = str(error)
            return f"{reason[:1].upper()}{reason[1:]}. For example: {EXAMPLE}."
        return ""

    def command(self, folder: Path) -> str:
        """The command that packs the same; quoted for a POSIX shell."""
        return shlex.join(self._words(folder))

    def push_command(self, folder: Path, expected: str | None, keep: bool, index: bool = False) -> str:
        """The command that packs and pushes the same. ``expected`` is as ``PackPushWork`` has it."""
        words = [*self._words(folder), "--push"]
        if keep:
            words.append("--keep")
        if index:
            words.append("--index")
        return shlex.join([*words, *target_flags(expected)])

    def _words(self, folder: Path) -> list[str]:
        words = [PROGRAM, "pack", str(folder), "--tag", self.name]
        if self.compression is not Compression.NONE:
            words += ["--compression", self.compression.value]
        if self.follow_links:
            words.append("--follow-links")
        return words


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What looking at folder and store gave. ``problem`` says why the folder cannot be packed.

    ``needed`` are the bytes that the store grows by at most without compression, ``free`` those that it may
    grow by (None where the system does not say). ``tags`` are the digests by repository and tag.
    """

    prepared: PreparedPack | None = None
    secrets: tuple[Flagged, ...] = ()
    problem: Explanation | None = None
    needed: int = 0
    free: int | None = None
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def plan(self) -> PackPlan | None:
        return None if self.prepared is None else self.prepared.plan

    @property
    def missing(self) -> int:
        """The bytes that the store has no room for."""
        return 0 if self.free is None else max(0, self.needed - self.free)

    @property
    def links(self) -> int:
        """Symbolic links that would be left out, or were followed."""
        if self.prepared is None:
            return 0
        plan = self.prepared.plan
        return len(plan.followed) + sum(one.why is LeftOutReason.LINK for one in plan.left_out)


def look_at(work: PackWork, tools: Tools, token: CancelToken) -> PackFacts:
    """Look through the folder and the store. Raises only ``Cancelled``; reads much."""
    tags: dict[str, dict[str, str]] = {}
    try:
        store = tools.store
        for kit in store.listing().kits:
            tags.setdefault(kit.repository, {}).update(dict.fromkeys(kit.tags, kit.descriptor.digest))
        prepared = prepare_pack(work, store, token=token, looks=tools.looks.of(work.folder))
        needed = space_needed(prepared.plan, store, Compression.NONE, tools.memory, work.rehash)
        by_name = (one for one in doubtful(prepared.plan, token) if one.is_secret)
        secrets = with_content_secrets(by_name, prepared.looked.looks)
        return PackFacts(prepared, secrets, None, needed, store.free_space(), tags)
    except Cancelled:
        raise
    except Exception as error:  # shown in the sheet
        return PackFacts(problem=explain(error), tags=tags)


def pickles_text(facts: PackFacts) -> str:
    """Which pickles would be packed that import what is not known to be harmless; "" when none would."""
    looks = () if facts.prepared is None else facts.prepared.looked.looks
    paths = [name_text(look.path) for look in looks if look.imports]
    if not paths:
        return ""
    what = "Loading it may" if len(paths) == 1 else "Loading them may"
    return f"{count_text(len(paths), 'pickle')} to be careful with: {named(paths)}. {what} run a program."


def open_secrets(answers: PackAnswers, facts: PackFacts) -> tuple[Flagged, ...]:
    """Secrets that nobody agreed to pack."""
    return tuple(one for one in facts.secrets if one.path not in answers.allowed)


def obstacle(answers: PackAnswers, facts: PackFacts | None, *, stored: bool = True) -> str:
    """Why it cannot be packed now, "" when it can. The sheet shows more about references and secrets.

    ``stored`` says that it is packed into the store, for which there must be room.
    """
    if facts is None:
        return "Looking through the folder…"
    if facts.problem is not None:
        return facts.problem.title + "."
    if answers.reference_problem():
        return "The reference cannot be used."
    left = open_secrets(answers, facts)
    if left:
        them = "it" if len(left) == 1 else "each"
        return f"{count_text(len(left), 'secret')} would be packed. Tick {them}, or add it to .kitignore."
    if stored and answers.compression is Compression.NONE and facts.missing:
        return f"The disk of the store is too full: {size_text(facts.missing)} more are needed."
    return ""


def push_reference(answers: PackAnswers) -> Reference | None:
    """Where it could be pushed to; None when the reference names no registry."""
    try:
        reference, _ = answers.targets()
    except InvalidReference:
        return None
    return None if reference.is_local else reference


def size_lines(facts: PackFacts) -> tuple[str, str]:
    """What is packed, and what it takes of which room."""
    if facts.prepared is None:
        return "", ""
    plan = facts.prepared.plan
    files = f"{count_text(plan.file_count, 'file')} in {count_text(len(plan.layers), 'layer')}"
    room = "" if facts.free is None else f"; {size_text(facts.free)} are free on the disk of the store"
    if facts.needed == plan.size:
        grows = "All of it is new to the store"
    elif facts.needed == 0:
        grows = "The store has all of it already"
    else:
        grows = f"{size_text(facts.needed)} of it are new to the store"
    return f"{files}, {exact_size_text(plan.size)} before compression", f"{grows}{room}."


def moving_tags(answers: PackAnswers, facts: PackFacts) -> str:
    """Which tags exist and would name the new kit, with what they name now; "" when none does."""
    try:
        reference, more = answers.targets()
    except InvalidReference:
        return ""
    known = facts.tags.get(reference.repository_name, {})
    moved = [tag for tag in dict.fromkeys((reference.tag or "", *more)) if tag in known]
    if not moved:
        return ""
    names = ", ".join(f"{tag} (now {known[tag].removeprefix('sha256:')[:12]})" for tag in moved)
    verb, those = ("exist", "They") if len(moved) > 1 else ("exists", "It")
    return f"{names} {verb} already. {those} will name the new kit; the old one stays under its digest."


def last_tags(reference: str, facts: PackFacts) -> tuple[str, ...]:
    """The tags of the repository that a reference names; none when it cannot be read."""
    try:
        known, _ = parse_targets(reference)
    except InvalidReference:
        return ()
    return tuple(facts.tags.get(known.repository_name, {}))
