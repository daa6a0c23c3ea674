"""Where a path of the folder would go, in words."""

from __future__ import annotations

from kitops_desktop.modelkit.destination import Destination
from kitops_desktop.modelkit.left_out import LeftOut, LeftOutReason
from kitops_desktop.ui.editor.contents_model import KIND_ICONS, KIND_TITLES, why_left_out
from kitops_desktop.ui.editor.path_text import name_text

_SHORT = {
    LeftOutReason.LINK: "Link",
    LeftOutReason.SPECIAL: "Special file",
    LeftOutReason.NOT_COVERED: "In no entry",
    LeftOutReason.KITFILE: "Kit's own",
    LeftOutReason.PARENT_KIT: "In the kit it builds on",
    LeftOutReason.REMOTE: "Stays elsewhere",
}


def short_text(path: str, destination: Destination) -> str:
    """The same for a narrow column."""
    if destination.why is LeftOutReason.IGNORED:
        return f"Ignored: {name_text(destination.detail)}"
    return destination_text(path, destination) if destination.why is None else _SHORT[destination.why]


def destination_text(path: str, destination: Destination) -> str:
    """The section, and the entry's path where it is another; the reason for what is not packed."""
    if destination.why is not None:
        return why_left_out(LeftOut(path, destination.why, name_text(destination.detail)))
    if destination.entries:
        entry = destination.entries[0]
        title = KIND_TITLES[entry.kind.value]
        more = f" and {len(destination.entries) - 1} more" if len(destination.entries) > 1 else ""
        if entry.clean_path in (path, "."):
            return title + more
        return f"{title}: {name_text(entry.clean_path)}{more}"
    titles = dict.fromkeys(KIND_TITLES[entry.kind.value] for entry in destination.below)
    return f"In it: {', '.join(titles)}"


def destination_icon(destination: Destination) -> str:
    """The name of the picture of what takes it; of nothing for a folder that several entries are in."""
    if destination.why is not None:
        return "eye-off"
    if not destination.entries:
        return ""
    kind = destination.entries[0].kind.value
    return KIND_ICONS.get(kind, kind)
