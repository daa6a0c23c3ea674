"""Notifications of Windows and macOS, by Qt. Written for; not tested by us.

Qt shows them for an icon beside the clock. It is there from the first notification until one is followed.
"""

from __future__ import annotations

from PySide6.QtWidgets import QSystemTrayIcon

from kitops_desktop.ui.desktop_notice.desktop import Shown
from kitops_desktop.ui.desktop_notice.notice import Notice
from kitops_desktop.ui.icons import application_icon

_MILLISECONDS = 10_000


class TrayNotifier:
    """``shown`` is called when the user follows a notification, with the job that was told of last. For the
    GUI thread.
    """

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._icon: QSystemTrayIcon | None = None
        self._job_id = ""

    def tell(self, notice: Notice) -> None:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(application_icon())
            self._icon.setToolTip("KitOps Desktop")
            self._icon.messageClicked.connect(self._follow)
            self._icon.activated.connect(self._follow)
        self._job_id = notice.job_id
        self._icon.show()
        self._icon.showMessage(notice.title, notice.text, application_icon(), _MILLISECONDS)

    def close(self) -> None:
        if self._icon is not None:
            self._icon.hide()

    def _follow(self, *_: object) -> None:
        self.close()
        self._shown(self._job_id, "")
