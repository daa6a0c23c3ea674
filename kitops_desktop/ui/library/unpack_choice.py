"""What the unpack sheet asks, as values: which contents, what about files in the way, what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kitops_desktop.modelkit.conflicts import Conflict, OnExisting
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack_plan import KITFILE_NAME, UnpackPlan
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.ui.library.command_text import unpack_command
from kitops_desktop.ui.library.kinds import CONTENT_KINDS
from kitops_desktop.ui.units import count_text, size_text

KITFILE_FILTER = "kitfile"


class What(StrEnum):
    """Which contents are wanted."""

    EVERYTHING = "everything"
    KINDS = "kinds"
    TICKED = "ticked"
    LAYERS = "layers"


class InTheWay(StrEnum):
    """What is done about files that exist already."""

    SKIP = "skip"
    REPLACE = "replace"
    EACH = "each"


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

    @property
    def filters(self) -> tuple[str, ...]:
        """As `unpack --filter` takes them: one filter that names the kinds; none for everything."""
        if self.what == What.LAYERS:
            return self.layer_filters
        if self.what != What.KINDS:
            return ()
        order = (KITFILE_FILTER, *(kind.filter_type for kind in CONTENT_KINDS))
        return (",".join(name for name in order if name in self.kinds),)

    @property
    def wanted_globs(self) -> tuple[str, ...]:
        return self.globs if self.what == What.TICKED else ()

    def existing(self, plan: UnpackPlan) -> OnExisting:
        """The rule for the job. Where nothing is in the way now, a file that turns up later stops it."""
        if not plan.conflicts and not may_conflict(plan):
            return OnExisting.FAIL
        return OnExisting.OVERWRITE if self.in_the_way == InTheWay.REPLACE else OnExisting.SKIP

    def decisions(self, plan: UnpackPlan) -> dict[str, OnExisting]:
        """The rule for each file in the way that is replaced on its own, and for another Kitfile that is
        kept: a rule for all files does not cover that."""
        if self.in_the_way == InTheWay.REPLACE:
            return {}
        chosen = self.replace if self.in_the_way == InTheWay.EACH else frozenset()
        made = {one.path: OnExisting.OVERWRITE for one in plan.conflicts if one.path in chosen}
        if any(one.path == KITFILE_NAME for one in plan.conflicts):
            made.setdefault(KITFILE_NAME, OnExisting.SKIP)
        return made

    def command(self, reference: str, plan: UnpackPlan | None) -> str:
        """The same as a command. Single decisions have no flag: files in the way are then skipped."""
        existing = OnExisting.FAIL if plan is None else self.existing(plan)
        return unpack_command(
            reference,
            self.target or ".",
            filters=self.filters,
            globs=self.wanted_globs,
            overwrite=existing == OnExisting.OVERWRITE,
            skip=existing == OnExisting.SKIP,
        )


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
    if choice.what == What.TICKED and not choice.globs:
        return "Tick files on the Files tab first."
    return ""


def obstacles(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Folders where files belong and the reverse, which no choice can solve."""
    return tuple(conflict for conflict in conflicts if not conflict.same_kind)


def may_conflict(plan: UnpackPlan) -> bool:
    """Whether files may be in the way that cannot be known before the job gets to them."""
    return plan.occupied and bool(plan.unseen)


def plan_text(plan: UnpackPlan) -> str:
    files = "1 file" if plan.files == 1 else f"{plan.files:,} files"
    if plan.unseen:
        layers = count_text(len(plan.unseen), "compressed layer")
        size = size_text(sum(layer.descriptor.size for layer in plan.unseen))
        files = f"{files}, {size_text(plan.size)}, and all wanted of {layers} of {size}"
        return f"{files}; {size_text(plan.free)} free"
    return f"{files}, {size_text(plan.size)}; {size_text(plan.free)} free"


def fetch_text(plan: UnpackPlan, kit: ModelKit, has: Callable[[Descriptor], bool], *, keep: bool) -> str:
    """What comes over the network: ``Fetches 1.2 GiB of 13.1 GiB.`` ``has`` says what is here already."""
    layers = [layer.descriptor for layer in (kit.layers if keep else plan.layers)]
    size = sum(layer.size for layer in {one.digest: one for one in layers}.values() if not has(layer))
    if size == 0:
        return "Nothing has to be fetched: the layers are on this computer."
    whole = kit.manifest.layers_size
    of_all = f" of {size_text(whole)}" if size < whole else ""
    return f"Fetches {size_text(size)}{of_all}."
