"""Progress in the dock or task bar."""

from __future__ import annotations

from contextlib import closing

from kitops_desktop.ui.desktop_notice.linux_task_bar import LinuxTaskBar
from support.desktop_services import DesktopServices
from support.waiting import until

HIDDEN = {"progress": ("d", 0.0), "progress-visible": ("b", False)}


def shown(part: float) -> dict[str, tuple[str, object]]:
    return {"progress": ("d", part), "progress-visible": ("b", True)}


def test_progress_is_shown_when_it_has_changed_and_goes_in_the_end(services: DesktopServices) -> None:
    listener = services.listen("com.canonical.Unity.LauncherEntry")
    with closing(LinuxTaskBar(services.bus)) as bar:
        bar.show(None)
        for part in (0.25, 0.2501, 0.5, 1.0, None):
            bar.show(part)
        until(lambda: len(listener.heard()) == 4, "all that is new", explain=lambda: str(listener.heard()))
    entry = "application://kitops-desktop.desktop"
    assert listener.heard() == [(entry, state) for state in (shown(0.25), shown(0.5), shown(1.0), HIDDEN)]
