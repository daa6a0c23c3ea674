"""Which desktop this is."""

from __future__ import annotations

import sys

from kitops_desktop.ui.desktop_notice.desktop import Desktop, NoTaskBar, Shown


def load_desktop() -> None:
    """Load what ``desktop_of_system`` needs. For a worker thread: the window would stand still meanwhile, and
    it is not needed before the first job begins.
    """
    if sys.platform not in ("win32", "darwin"):
        import kitops_desktop.ui.desktop_notice.linux_notifier
        import kitops_desktop.ui.desktop_notice.linux_task_bar
        import kitops_desktop.ui.desktop_notice.linux_wakefulness  # noqa: F401


def desktop_of_system(shown: Shown) -> Desktop:
    """The desktop this program runs on. What is needed for it is loaded now, unless it was before."""
    if sys.platform in ("win32", "darwin"):
        from kitops_desktop.ui.desktop_notice.tray_notifier import TrayNotifier
        from kitops_desktop.ui.desktop_notice.wakepy_wakefulness import WakepyWakefulness

        return Desktop(TrayNotifier(shown), NoTaskBar(), WakepyWakefulness())
    from kitops_desktop.ui.desktop_notice.linux_notifier import LinuxNotifier
    from kitops_desktop.ui.desktop_notice.linux_task_bar import LinuxTaskBar
    from kitops_desktop.ui.desktop_notice.linux_wakefulness import LinuxWakefulness

    return Desktop(LinuxNotifier(shown), LinuxTaskBar(), LinuxWakefulness())
