"""What packing the folder would do, as the editor shows it: layers, what is left out, secrets and junk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kitops_desktop.explanation import Explanation, explain
from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.secrets import Flag, FlagKind, flag
from kitops_desktop.modelkit.pack_plan import PackPlan, plan_pack
from kitops_desktop.progress import Cancelled, CancelToken

CHECK_EVERY = 2000


@dataclass(frozen=True, slots=True)
class Flagged:
    """A doubtful path that would be packed. ``count`` files stand below it, or 1 for a file."""

    flag: Flag
    count: int = 1

    @property
    def path(self) -> str:
        return self.flag.path


@dataclass(frozen=True, slots=True)
class FolderScan:
    """The result of looking through the folder once. ``plan`` is None when ``problem`` says why there is
    none.
    """

    plan: PackPlan | None = None
    secrets: tuple[Flagged, ...] = ()
    junk: tuple[Flagged, ...] = ()
    problem: Explanation | None = None

    @property
    def size(self) -> int:
        """Bytes of all layers, uncompressed, exact."""
        return 0 if self.plan is None else self.plan.size


ParentPaths = Callable[[Kitfile], tuple[str, ...]]
"""The layer paths of the kits that a Kitfile refers to; they are excluded from its own layers."""


def scan_folder(
    folder: Path, kitfile: Kitfile, rules: IgnoreRules, parent_paths: ParentPaths, token: CancelToken
) -> FolderScan:
    """Look through the folder; whatever goes wrong is in the result. Raises only ``Cancelled``."""
    try:
        plan = plan_pack(folder, kitfile, rules, excluded=parent_paths(kitfile), token=token)
        flagged = list(_flagged(plan, token))
    except Cancelled:
        raise
    except Exception as error:  # shown where the list would stand
        return FolderScan(problem=explain(error))
    secrets = tuple(one for one in flagged if one.flag.kind is FlagKind.SECRET)
    junk = tuple(one for one in flagged if one.flag.kind is FlagKind.JUNK)
    return FolderScan(plan, secrets, junk)


def patterns_for(flagged: Iterable[Flagged]) -> tuple[str, ...]:
    """The lines of .kitignore that keep these paths out."""
    return tuple(dict.fromkeys(one.flag.pattern for one in flagged))


def _flagged(plan: PackPlan, token: CancelToken) -> Iterable[Flagged]:
    found: dict[str, Flagged] = {}
    for layer in plan.layers:
        for number, name in enumerate(layer.plan.names()):
            if number % CHECK_EVERY == 0:
                token.check()
            doubt = flag(name)
            if doubt is not None:
                before = found.get(doubt.path)
                found[doubt.path] = Flagged(doubt, 1 if before is None else before.count + 1)
    return found.values()
