"""From the answers of the unpack sheet to what would happen, and to the job."""

from __future__ import annotations

from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.inspect import ModelKit
from kitops_desktop.modelkit.unpack_plan import UnpackPlan, plan_unpack
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.library.chosen_folder import chosen_folder
from kitops_desktop.ui.library.kit_source import KitSource
from kitops_desktop.ui.library.remote_parts import RemoteParts
from kitops_desktop.ui.library.unpack_choice import UnpackChoice


def plan_choice(
    source: KitSource, kit: ModelKit, choice: UnpackChoice, remote: RemoteParts | None, token: CancelToken
) -> UnpackPlan:
    """What would happen. For a background thread; ``remote`` is for a kit of a registry.

    Raises what ``plan_unpack`` raises, and what looking for the kits raises that this one builds on.
    """
    return plan_unpack(
        kit,
        source.fetcher(token),
        chosen_folder(choice.target),
        filters=choice.filters,
        globs=choice.wanted_globs,
        parents=source.parents(kit, token),
        token=token,
        list_files=None if remote is None else remote.lists.list_files,
        single=None if remote is None else remote.single,
    )


def work_of(source: KitSource, choice: UnpackChoice, plan: UnpackPlan) -> UnpackWork:
    """The job that does what was planned."""
    return UnpackWork(
        source.reference.short,
        chosen_folder(choice.target),
        choice.filters,
        choice.wanted_globs,
        choice.existing(plan),
        choice.decisions(plan),
        "remote" if source.is_remote else "local",
        choice.keep,
        whole_layers=choice.whole_layers,
    )
