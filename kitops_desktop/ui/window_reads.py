"""What the window reads about the store for itself, in worker threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from kitops_desktop.oci.reference import Reference
from kitops_desktop.progress import CancelToken
from kitops_desktop.records.projects import Projects
from kitops_desktop.records.reference_history import ReferenceHistory
from kitops_desktop.store.local_store import LocalStore, StoredKit
from kitops_desktop.ui.browser.registry_mark import label_text
from kitops_desktop.ui.browser.seen_reads import search_seen
from kitops_desktop.ui.browser.seen_results import file_text, grouped, seen_text
from kitops_desktop.ui.command_search import MAX_FOUND, Entry
from kitops_desktop.ui.units import age_text, size_text
from kitops_desktop.workspace import Workspace


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


def remote_entries(
    registries: Iterable[str], history: ReferenceHistory, open_remote: Callable[[str], None]
) -> list[Entry]:
    """The registries of the user and what was opened in registries before, for the command palette."""
    entries = [Entry(host, partial(open_remote, host), "registries", "Registry") for host in registries]
    for past in history.recent():
        where = "in registry" if past.is_in_registry else "on Hugging Face"
        hint = f"{where}, {age_text(past.at)}"
        entries.append(Entry(past.reference, partial(open_remote, past.reference), "history", hint))
    return entries


def seen_entries(
    workspace: Workspace, text: str, open_remote: Callable[[str], None], token: CancelToken
) -> list[Entry]:
    """What was seen in registries and has every word of ``text``, for the command palette."""
    entries = []
    for group in grouped(search_seen(workspace, text, token), text):
        label = label_text(workspace.host_label(group.host))
        for hit in group.hits:
            hint = ", ".join(filter(None, (file_text(hit) or hit.kit.name, label, seen_text(hit))))
            run = partial(open_remote, hit.place)
            entries.append(Entry(hit.place, run, "tag" if hit.tag else "registries", hint))
    return entries[:MAX_FOUND]


def _references(kit: StoredKit) -> list[str]:
    registry, _, repository = kit.repository.partition("/")
    base = Reference(registry, repository)
    if not kit.tags:
        return [base.with_digest(kit.descriptor.digest).short]
    return [base.with_tag(tag).short for tag in kit.tags]
