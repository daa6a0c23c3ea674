"""What the push sheet asks, as values: where to, which tag, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kitops_desktop.errors import InvalidReference
from kitops_desktop.explanation import explain
from kitops_desktop.oci.digest import short_digest
from kitops_desktop.oci.reference import DEFAULT_TAG, Reference, parse_reference
from kitops_desktop.ui.browser.artifact_kinds import signed_digest
from kitops_desktop.ui.browser.version_order import newest_first
from kitops_desktop.ui.library.push_check import TargetFacts
from kitops_desktop.ui.next_tag import next_tag
from kitops_desktop.ui.units import count_text, size_text
from kitops_desktop.ui.widgets.badge import Tone

EXAMPLE = "registry.example.com/team/churn:v1"
MAX_CANDIDATES = 200
TAGS_NAMED = 6


@dataclass(frozen=True, slots=True)
class PushKit:
    """The kit to push: ``reference`` is one of its names in the store, ``tag`` the tag to begin with."""

    reference: Reference
    digest: str

    @property
    def tag(self) -> str:
        return self.reference.tag or DEFAULT_TAG


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the sheet. ``tone`` is a kind of label: "muted", "success", "warning", "danger"."""

    text: str
    tone: str = "muted"


@dataclass(frozen=True, slots=True)
class PushAdvice:
    """What pushing would do. ``ready`` says whether it may begin, once a move is agreed to.

    ``moves`` is the digest that the tag stands for now and would no longer, "" when none does. ``expected``
    is what the tag has to stand for when the push is done (None: not known), as ``PushWork`` has it.
    """

    lines: tuple[Line, ...] = ()
    ready: bool = False
    moves: str = ""
    expected: str | None = None


def read_target(text: str) -> Reference | Line:
    """The reference to push to, or what is wrong with the text."""
    text = text.strip()
    if not text:
        return Line(f"Where to? For example {EXAMPLE}")
    try:
        target = parse_reference(text)
    except InvalidReference as error:
        explanation = explain(error)
        return Line(f"{explanation.reason} {explanation.next_step}".strip(), "danger")
    if target.is_local:
        return Line(f"Begin with a registry, which has a dot or a port in its name. For example {EXAMPLE}")
    if target.tag is None:
        return Line("A digest cannot be chosen; give a tag.", "danger")
    return target


def candidates(kit: PushKit, hosts: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    """References to complete with, the likeliest first: the kit's own, those used for a kit of that name,
    the same name in each registry, and all others that were used.

    ``used`` are references of the history, the latest first.
    """
    own = kit.reference
    name = own.repository.rpartition("/")[2]
    before = [_with_tag(text, kit.tag) for text in used]
    known = [reference for reference in before if reference is not None]
    first = [own.with_tag(kit.tag)] if not own.is_local else []
    alike = [one for one in known if one.repository.rpartition("/")[2] == name]
    hosts = dict.fromkeys((*hosts, *(one.registry for one in known)))
    everywhere = [Reference(host, own.repository, kit.tag) for host in hosts if _is_host(host)]
    if name in ("", "_"):
        everywhere = []
    ordered = (*first, *alike, *everywhere, *known)
    return tuple(dict.fromkeys(map(str, ordered)))[:MAX_CANDIDATES]


def advise(kit: PushKit, target: Reference, facts: TargetFacts | None) -> PushAdvice:
    """What pushing ``kit`` to ``target`` would do, by what is known of the repository there."""
    if facts is None:
        return PushAdvice((Line(f"Asking {target.registry}…"),))
    if not facts.shown:
        hidden = "does not show what it has there: the repository is new, or you may not push to it."
        return PushAdvice((Line(f"{target.registry} {hidden}", "warning"),), ready=True)
    if facts.tag_digest == kit.digest:
        same = f"{target.tag} is there already, and is this very kit. There is nothing to do."
        return PushAdvice((Line(same, "success"),))
    transfer = Line(transfer_text(facts))
    if not facts.tag_digest:
        new = f"{target.tag} is a new tag." if facts.tags else f"{target.tag} is the first tag there."
        return PushAdvice((Line(new), transfer), ready=True, expected="")
    return PushAdvice((transfer,), ready=True, moves=facts.tag_digest, expected=facts.tag_digest)


def moving_text(target: Reference, digest: str) -> str:
    """What has to be agreed to when the tag stands for another kit."""
    return f"Move {target.tag} here from {short_digest(digest)}"


def moving_note(target: Reference, digest: str) -> str:
    return (
        f"{target.tag} is another kit there. Who pulls {target.tag} gets this one from then on; the other"
        f" stays under its digest {short_digest(digest)}."
    )


def free_tag(target: Reference, facts: TargetFacts) -> str:
    """A tag to propose instead of one that is taken; "" when there is no better one."""
    proposed = next_tag(target.tag or "", facts.tags)
    return "" if proposed in facts.tags or proposed == target.tag else proposed


def tags_text(tags: tuple[str, ...]) -> str:
    """``There now: v3, v2, v1 and 4 others``, the newest first; "" for none."""
    shown = newest_first(tag for tag in tags if signed_digest(tag) is None)
    more = f" and {count_text(len(shown) - TAGS_NAMED, 'other')}" if len(shown) > TAGS_NAMED else ""
    return f"There now: {', '.join(shown[:TAGS_NAMED])}{more}" if shown else ""


def transfer_text(facts: TargetFacts) -> str:
    """``3 of 5 layers are already there, 1.2 GiB to send.``"""
    if facts.layers == 0:
        return "It has no layers; only its Kitfile is sent."
    layers = count_text(facts.layers, "layer")
    if facts.present == facts.layers:
        whole = "The layer is" if facts.layers == 1 else f"All {layers} are"
        return f"{whole} already there, next to nothing to send."
    if facts.present == 0:
        return f"{layers}, {size_text(facts.missing)} to send."
    verb = "is" if facts.present == 1 else "are"
    return f"{facts.present} of {layers} {verb} already there, {size_text(facts.missing)} to send."


def tone_of(line: Line) -> Tone:
    tones: dict[str, Tone] = {"success": "success", "warning": "warning", "danger": "danger"}
    return tones.get(line.tone, "neutral")


def _with_tag(text: str, tag: str) -> Reference | None:
    try:
        reference = parse_reference(text)
    except InvalidReference:
        return None
    return None if reference.is_local else reference.with_tag(tag)


def _is_host(host: str) -> bool:
    return "." in host or ":" in host
