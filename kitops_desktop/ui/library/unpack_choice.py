"""What the unpack sheet asks, as values: which contents, what about files in the way, what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from kitops_desktop.modelkit.conflicts import Conflict, OnExisting
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack_plan import KITFILE_NAME, UnpackPlan
from kitops_desktop.modelkit.unpack_profiles import UnpackProfile
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.ui.library.command_text import unpack_command
from kitops_desktop.ui.library.in_the_way import InTheWay, replaced_alone
from kitops_desktop.ui.library.kinds import CONTENT_KINDS
from kitops_desktop.ui.units import count_text, size_text

KITFILE_FILTER = "kitfile"


class What(StrEnum):
    """Which contents are wanted."""

    EVERYTHING = "everything"
    KINDS = "kinds"
    PROFILE = "profile"
    TICKED = "ticked"
    LAYERS = "layers"


@dataclass(frozen=True, slots=True)
class KindOption:
    """A kind of contents the kit has: ``count`` layers of ``size`` bytes."""

    filter_type: str
    label: str
    count: int
    size: int

    @property
    def text(self) -> str:
        layers = f"{self.count} x " if self.count > 1 else ""
        return f"{layers}{self.label} ({size_text(self.size)})"


@dataclass(frozen=True, slots=True)
class UnpackChoice:
    """All answers of the sheet. ``replace`` are the paths to replace when each is decided by itself."""

    target: str = ""
    what: What = What.EVERYTHING
    kinds: frozenset[str] = frozenset()
    globs: tuple[str, ...] = ()
    in_the_way: InTheWay = InTheWay.SKIP
    replace: frozenset[str] = field(default_factory=frozenset)
    keep: bool = False
    """Whether a kit of a registry is pulled into the store as well."""
    layer_filters: tuple[str, ...] = ()
    """Where single layers are chosen: a filter for each."""
    profile: UnpackProfile | None = None
    whole_layers: bool = False
    """Whether whole layers of a registry are fetched, and verified, where little of them is wanted."""

    @property
    def filters(self) -> tuple[str, ...]:
        """As `unpack --filter` takes them: one filter that names the kinds; none for everything."""
        if self.what == What.LAYERS:
            return self.layer_filters
        if self.what == What.PROFILE:
            return () if self.profile is None else self.profile.filters
        if self.what != What.KINDS:
            return ()
        order = (KITFILE_FILTER, *(kind.filter_type for kind in CONTENT_KINDS))
        return (",".join(name for name in order if name in self.kinds),)

    @property
    def wanted_globs(self) -> tuple[str, ...]:
        if self.what == What.PROFILE:
            return () if self.profile is None else self.profile.globs
        return self.globs if self.what == What.TICKED else ()

    def existing(self, plan: UnpackPlan) -> OnExisting:
        """The rule for the job. Where nothing is in the way now, a file that turns up later stops it."""
        if not plan.conflicts and not may_conflict(plan):
            return OnExisting.FAIL
        return self.in_the_way.existing

    def decisions(self, plan: UnpackPlan) -> dict[str, OnExisting]:
        """The rule for each file in the way that is replaced on its own, and for another Kitfile that is
        kept: a rule for all files does not cover that."""
        if self.in_the_way in (InTheWay.REPLACE, InTheWay.BOTH):
            return {}
        made = replaced_alone(self.in_the_way, self.replace, plan.conflicts)
        if any(one.path == KITFILE_NAME for one in plan.conflicts):
            made.setdefault(KITFILE_NAME, OnExisting.SKIP)
        return made

    def command(self, reference: str, plan: UnpackPlan | None) -> str:
        """The same as a command. A profile that was saved is known on this computer only, so what it says is
        written out.
        """
        built_in = self.what == What.PROFILE and self.profile is not None and self.profile.is_built_in
        return unpack_command(
            reference,
            self.target or ".",
            filters=() if built_in else self.filters,
            globs=() if built_in else self.wanted_globs,
            existing=OnExisting.FAIL if plan is None else self.existing(plan),
            decisions={} if plan is None else self.decisions(plan),
            profile=self.profile.name if built_in and self.profile is not None else "",
            keep=self.keep,
            whole_layers=self.whole_layers and not self.keep,
        )

    def remembered(self) -> dict[str, Any]:
        """What is proposed for this kit the next time. What is ticked, and what is in the way, is not."""
        return {
            "target": self.target,
            "what": str(What.EVERYTHING if self.what in (What.TICKED, What.LAYERS) else self.what),
            "kinds": sorted(self.kinds),
            "profile": self.profile.name if self.profile is not None else "",
            "keep": self.keep,
            "whole_layers": self.whole_layers,
        }


def recalled(
    kept: Mapping[str, Any] | None, kit: ModelKit, profiles: Iterable[UnpackProfile]
) -> UnpackChoice | None:
    """The choice that was made for this kit before; None when there is none that means anything now."""
    if kept is None or not isinstance(kept.get("target"), str) or not kept["target"]:
        return None
    profile = next((one for one in profiles if one.name == kept.get("profile")), None)
    there = {option.filter_type for option in kind_options(kit)}
    named = kept.get("kinds")
    kinds = frozenset(named) & there if isinstance(named, list) and all(map(_is_text, named)) else frozenset()
    what = What.EVERYTHING
    if kept.get("what") == What.PROFILE and profile is not None:
        what = What.PROFILE
    elif kept.get("what") == What.KINDS and kinds:
        what = What.KINDS
    return UnpackChoice(
        kept["target"],
        what,
        kinds if what == What.KINDS else frozenset(there),
        keep=kept.get("keep") is True,
        profile=profile,
        whole_layers=kept.get("whole_layers") is True,
    )


def was_narrower(kept: Mapping[str, Any] | None, choice: UnpackChoice) -> bool:
    """Whether less was chosen before than is proposed now, since the profile is gone or the kit has nothing
    of those kinds: nobody agreed to all of it.
    """
    chosen = None if kept is None else kept.get("what")
    return chosen in (What.PROFILE, What.KINDS) and choice.what == What.EVERYTHING


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def what_text(choice: UnpackChoice) -> str:
    """What is unpacked, in a few words."""
    if choice.what == What.PROFILE and choice.profile is not None:
        return f"What the profile {choice.profile.name} says"
    if choice.what == What.KINDS:
        order = (KITFILE_FILTER, *(kind.filter_type for kind in CONTENT_KINDS))
        return f"Only {', '.join(name for name in order if name in choice.kinds)}"
    return "What is ticked" if choice.what == What.TICKED else "Everything"


def kind_options(kit: ModelKit) -> tuple[KindOption, ...]:
    """The kinds to choose from, with the Kitfile first."""
    made = [KindOption(KITFILE_FILTER, "Kitfile", 1, len(kit.config_bytes))]
    for kind in CONTENT_KINDS:
        layers = [
            layer for layer in kit.layers if layer.kind is not None and layer.kind.value in kind.layer_kinds
        ]
        if layers:
            label = kind.label if len(layers) == 1 else kind.plural
            size = sum(layer.descriptor.size for layer in layers)
            made.append(KindOption(kind.filter_type, label, len(layers), size))
    return tuple(made)


def missing_answer(choice: UnpackChoice) -> str:
    """What has to be answered before anything can be planned; empty when nothing."""
    if not choice.target.strip():
        return "Choose a folder to unpack into."
    if choice.what == What.KINDS and not choice.kinds:
        return "Tick at least one kind of contents."
    if choice.what == What.PROFILE and choice.profile is None:
        return "Choose a profile."
    if choice.what == What.TICKED and not choice.globs:
        return "Tick files on the Files tab first."
    return ""


def may_conflict(plan: UnpackPlan) -> bool:
    """Whether files may be in the way that cannot be known before the job gets to them."""
    return plan.occupied and bool(plan.unseen)


def goes_unasked(plan: UnpackPlan) -> bool:
    """Whether nothing stands in the way of it, so that nobody has to be asked."""
    fits = plan.size <= plan.free
    return fits and not plan.conflicts and not may_conflict(plan) and bool(plan.files or plan.unseen)


def kept_files(choice: UnpackChoice, plan: UnpackPlan) -> tuple[Conflict, ...]:
    """The files in the way that stay, with nothing new beside them."""
    if choice.in_the_way not in (InTheWay.SKIP, InTheWay.EACH):
        return ()
    replaced = replaced_alone(choice.in_the_way, choice.replace, plan.conflicts)
    return tuple(one for one in plan.conflicts if one.same_kind and one.path not in replaced)


def without_kept(choice: UnpackChoice, plan: UnpackPlan) -> UnpackPlan:
    """What is fetched, and from which layers: a layer all of whose files stay is not, unless it is to be
    verified or goes into the library. Where single files are replaced, that is not told for each layer.
    """
    kept = kept_files(choice, plan)
    if choice.keep or choice.whole_layers or len(kept) < len(plan.conflicts):
        return plan
    return replace(
        plan,
        layers=tuple(layer for layer in plan.layers if layer not in plan.present),
        pieces=tuple(one for one in plan.pieces if one.layer not in plan.present),
    )


def plan_text(plan: UnpackPlan, kept: Sequence[Conflict] = ()) -> str:
    """What is written. ``kept`` are files in the way that stay."""
    if kept and len(kept) == plan.files and not plan.unseen:
        return f"Nothing is written: {'the file is' if plan.files == 1 else 'all files are'} there already."
    if kept:
        plan = replace(plan, files=plan.files - len(kept), size=plan.size - sum(one.new_size for one in kept))
    files = "1 file" if plan.files == 1 else f"{plan.files:,} files"
    if plan.unseen:
        noun = "layer" if plan.without_ranges else "compressed layer"
        layers = count_text(len(plan.unseen), noun)
        size = size_text(sum(layer.descriptor.size for layer in plan.unseen))
        files = f"{files}, {size_text(plan.size)}, and all wanted of {layers} of {size}"
        return f"{files}; {size_text(plan.free)} free"
    return f"{files}, {size_text(plan.size)}; {size_text(plan.free)} free"


def fetch_text(
    plan: UnpackPlan,
    kit: ModelKit,
    has: Callable[[Descriptor], bool],
    *,
    keep: bool,
    whole_layers: bool = False,
) -> str:
    """What comes over the network: ``Fetches 1.2 GiB of 13.1 GiB.`` ``has`` says what is here already."""
    if not keep and not plan.layers and plan.files:
        return "Nothing has to be fetched."
    layers = [layer.descriptor for layer in (kit.layers if keep else plan.layers)]
    parts = {} if keep or whole_layers else {one.layer.descriptor.digest: one.size for one in plan.pieces}
    wanted = {one.digest: one for one in layers}.values()
    size = sum(parts.get(layer.digest, layer.size) for layer in wanted if not has(layer))
    if size == 0:
        return "Nothing has to be fetched: the layers are on this computer."
    whole = kit.manifest.layers_size
    of_all = f" of {size_text(whole)}" if size < whole else ""
    why = (
        " The registry gives no parts of layers: they are fetched as a whole." if plan.without_ranges else ""
    )
    return f"Fetches {size_text(size)}{of_all}.{why}"


def range_text(plan: UnpackPlan) -> str:
    """What comes by range, and what that means."""
    files, size = sum(one.files for one in plan.pieces), sum(one.size for one in plan.pieces)
    text = f"{count_text(files, 'file')}, {size_text(size)}"
    if files == 1:
        return f"{text}, is fetched by range: it is not covered by its layer's digest"
    return f"{text}, are fetched by range: they are not covered by their layers' digests"


def whole_text(plan: UnpackPlan) -> str:
    """The other way to have that."""
    size = sum(one.layer.descriptor.size for one in plan.pieces)
    layers = "the whole layer" if len(plan.pieces) == 1 else f"{len(plan.pieces):,} whole layers"
    return f"Fetch {layers} instead, &verified ({size_text(size)})"
