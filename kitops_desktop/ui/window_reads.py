"""What the window reads about the store for itself, in worker threads."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.projects import Projects
from kitops_desktop.store.local_store import LocalStore, StoredKit
from kitops_desktop.ui.command_search import Entry
from kitops_desktop.ui.units import size_text


def free_space(folder: Path) -> int | None:
    """Free bytes on the file system that ``folder`` is or would be on; None when that cannot be known."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def found_entries(
    store: LocalStore,
    projects: Projects,
    open_kit: Callable[[str], None],
    open_project: Callable[[Path], None],
    token: CancelToken,
) -> list[Entry]:
    """Every tag of the store and every project, for the command palette."""
    entries = []
    for project in projects.list():
        run = partial(open_project, project.folder)
        entries.append(Entry(project.name or project.folder.name, run, "projects", str(project.folder)))
    kits = []
    for kit in store.listing().kits:
        token.check()
        for reference in _references(kit):
            kits.append(Entry(reference, partial(open_kit, reference), "kit", size_text(kit.size)))
    return entries + sorted(kits, key=lambda entry: entry.text)


def _references(kit: StoredKit) -> list[str]:
    registry, _, repository = kit.repository.partition("/")
    base = Reference(registry, repository)
    if not kit.tags:
        return [base.with_digest(kit.descriptor.digest).short]
    return [base.with_tag(tag).short for tag in kit.tags]
