"""What packing a folder would do: its layers with their exact sizes, and what would be left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.errors import InvalidMcpBundle, LayerPathMissing, SourceUnreadable
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.modelkit.layer_plan import LayerPlan
from kitops_desktop.modelkit.layers import LayerEntry, layer_entries, remote_paths
from kitops_desktop.modelkit.left_out import FollowedLink, LeftOut, LeftOutReason
from kitops_desktop.modelkit.mcp_bundle import check_bundle
from kitops_desktop.modelkit.media_types import LayerKind, Packaging
from kitops_desktop.modelkit.walk import Walk
from kitops_desktop.progress import CancelToken, Report, ignore_progress


@dataclass(frozen=True, slots=True)
class PlannedLayer:
    """A layer to be made. ``path`` is the text of the Kitfile, ``field`` its place there (``code[0]``)."""

    kind: LayerKind
    path: str
    field: str
    plan: LayerPlan


@dataclass(frozen=True, slots=True)
class PackPlan:
    """All layers in manifest order; ``left_out`` are the paths of the folder that are in none of them.

    ``warnings`` are worded as `kit` words them; ``followed`` are the symbolic links packed as what they point
    to.
    """

    context: Path
    layers: tuple[PlannedLayer, ...]
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    followed: tuple[FollowedLink, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of all layers, uncompressed."""
        return sum(layer.plan.size for layer in self.layers)

    @property
    def file_count(self) -> int:
        return sum(layer.plan.file_count for layer in self.layers)


def plan_pack(
    context: Path,
    kitfile: Kitfile,
    rules: IgnoreRules,
    *,
    excluded: Sequence[str] = (),
    follow_links: bool = False,
    token: CancelToken | None = None,
    report: Report = ignore_progress,
) -> PackPlan:
    """Look through the folder ``context`` once and plan every layer of ``kitfile``.

    ``excluded`` are paths that kits this one refers to claim for themselves. With ``follow_links`` symbolic
    links are packed as what they point to. Progress counts the bytes found so far. Raises
    ``LayerPathMissing``, ``SourceUnreadable``, ``InvalidMcpBundle`` and ``Cancelled``; whether the Kitfile
    breaks a rule is not checked here.
    """
    context = context.absolute()
    _check_folder(context)
    entries = layer_entries(kitfile)
    for entry in entries:
        _check_present(context, entry)
    walk = Walk(
        context,
        entries,
        rules,
        elsewhere=_elsewhere(kitfile, excluded),
        follow_links=follow_links,
        token=token or CancelToken(),
        report=report,
    )
    walk.run()
    layers = tuple(
        PlannedLayer(
            entry.kind,
            entry.path,
            entry.field,
            LayerPlan(context, table, packaging=entry.packaging, follow_links=follow_links),
        )
        for entry, table in zip(entries, walk.tables, strict=True)
    )
    pairs = list(zip(entries, layers, strict=True))
    for entry, layer in pairs:
        _check_bundle_is_packed(context, entry, layer.plan)
    warnings = [text for entry, layer in pairs for text in _warnings(entry, layer.plan, rules)]
    return PackPlan(context, layers, tuple(walk.left_out), tuple(warnings), tuple(walk.followed))


def _elsewhere(kitfile: Kitfile, excluded: Sequence[str]) -> dict[str, LeftOutReason]:
    remote = dict.fromkeys(remote_paths(kitfile), LeftOutReason.REMOTE)
    return remote | {clean(path): LeftOutReason.PARENT_KIT for path in excluded}


def _check_folder(context: Path) -> None:
    try:
        context.stat()
    except OSError as error:
        raise SourceUnreadable(context, error.strerror or type(error).__name__) from error


def _check_present(context: Path, entry: LayerEntry) -> None:
    path = entry.clean_path
    try:
        (context / path).stat()
    except PermissionError as error:
        raise SourceUnreadable(context / path, error.strerror or "permission denied") from error
    except (OSError, ValueError) as error:  # ValueError: a name no file can have
        raise LayerPathMissing(entry.kind, path) from error
    if entry.packaging is Packaging.RAW:
        check_bundle(context / path, entry.name)


def _check_bundle_is_packed(context: Path, entry: LayerEntry, plan: LayerPlan) -> None:
    if entry.packaging is Packaging.RAW and plan.file_count != 1:
        raise InvalidMcpBundle(entry.name, context / entry.clean_path, "is a link or left out by .kitignore")


def _warnings(entry: LayerEntry, plan: LayerPlan, rules: IgnoreRules) -> list[str]:
    path = entry.clean_path
    warnings = []
    if path != "." and rules.ignores(path, False):
        warnings.append(f"{entry.kind} layer path {path} ignored by kitignore")
    if plan.files_size == 0:
        warnings.append(f"No files detected in {entry.kind} layer with path {path}")
    return warnings
