"""What the copy sheet asks, as values: where to, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kitops_desktop.jobs.copy_job import names_version
from kitops_desktop.oci.reference import Reference
from kitops_desktop.ui.library.push_check import Parts, TargetFacts
from kitops_desktop.ui.library.push_choice import (
    Line,
    PushAdvice,
    PushKit,
    advise,
    candidates,
    read_target,
    transfer_text,
)
from kitops_desktop.ui.units import count_text


@dataclass(frozen=True, slots=True)
class CopySource:
    """What is to be copied. ``referrers`` is how many signatures and the like it has, None when that is not
    known; ``parent`` the reference to the kit it builds on, "" for none.
    """

    reference: Reference
    parts: Parts
    referrers: int | None = None
    parent: str = ""

    @property
    def name(self) -> PushKit:
        return PushKit(self.reference, self.parts.manifest.digest)


def read_copy_target(source: CopySource, text: str) -> Reference | Line:
    """The reference to copy to, or what is wrong with the text. Without a tag it takes the source's."""
    found = read_target(text)
    tag = source.reference.tag
    if isinstance(found, Reference) and tag is not None and not names_version(text.strip()):
        return found.with_tag(tag)
    return found


def copy_candidates(source: CopySource, hosts: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    """References to complete with, the likeliest first: where kits of that name were copied to before, the
    same name in other registries, all others. The source itself where nothing else is known: it has to be
    changed in a few places only.
    """
    here = str(source.reference.with_tag(source.name.tag))
    found = tuple(one for one in candidates(source.name, hosts, used) if one != here)
    return found or (here,)


def advise_copy(
    source: CopySource, target: Reference, facts: TargetFacts | None, *, recursive: bool
) -> PushAdvice:
    """What copying to ``target`` would do, by what is known of the repository there."""
    if target == source.reference:
        return PushAdvice((Line("This is where it is. Change the registry, the repository or the tag."),))
    advice = advise(source.name, target, facts)
    if facts is None or not facts.shown:
        return advice
    if recursive and facts.tag_digest == source.name.digest:
        there = (
            f"{target.tag} is there already, and is this very kit. Signatures and the like are looked for."
        )
        return PushAdvice((Line(there),), ready=True, expected=source.name.digest)
    usual, text = transfer_text(facts), copy_transfer_text(source, target, facts)
    lines = (Line(text, one.tone) if one.text == usual else one for one in advice.lines)
    return replace(advice, lines=tuple(lines))


def copy_transfer_text(source: CopySource, target: Reference, facts: TargetFacts) -> str:
    """``3 of 5 layers are already there, 1.2 GiB to send.`` or that nothing needs to be sent."""
    missing = facts.layers - facts.present
    if target.registry != source.reference.registry or not missing:
        return transfer_text(facts)
    mounted = f"{count_text(missing, 'layer')} mounted from {source.reference.repository}, nothing to send."
    if not facts.present:
        return mounted
    return f"{facts.present} of {count_text(facts.layers, 'layer')} already there, {mounted}"


def referrers_text(source: CopySource) -> str:
    """What the choice to take them along is called; "" when there are none."""
    if source.referrers is None:
        return "Take signatures and the like along"
    return f"Take signatures and the like along ({source.referrers})" if source.referrers else ""
