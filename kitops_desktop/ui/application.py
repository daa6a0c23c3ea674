"""The program with a window, from its start to its end."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Sequence
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from kitops_desktop import __version__
from kitops_desktop.errors import KitOpsError
from kitops_desktop.log_files import start_logging, stop_logging
from kitops_desktop.settings import APP_NAME
from kitops_desktop.ui import accessible_scroll
from kitops_desktop.ui.cycle_collection import CycleCollection
from kitops_desktop.ui.desktop_notice.desktop_notice import DesktopNotice
from kitops_desktop.ui.desktop_notice.of_system import desktop_of_system, load_desktop
from kitops_desktop.ui.display import no_display
from kitops_desktop.ui.exception_hook import ExceptionHook
from kitops_desktop.ui.icons import application_icon
from kitops_desktop.ui.main_window import MainWindow
from kitops_desktop.ui.navigation import LIBRARY, WELCOME, Place
from kitops_desktop.ui.opening import place_of
from kitops_desktop.ui.single_window import Opening, SingleWindow, bring_to_front
from kitops_desktop.ui.theme import Theme
from kitops_desktop.ui.unfinished import offer_unfinished
from kitops_desktop.workspace import Workspace, open_workspace

_SWITCH_SECONDS = 0.00002


def run(arguments: Sequence[str] = ()) -> int:
    """Open the window, with a folder, Kitfile or reference when given; gives the exit code. When there is one
    already, that shows what was given instead.
    """
    refused = no_display()
    if refused:
        sys.stderr.write(f"{refused} The commands of kitops-desktop work without one.\n")
        return 1
    application = make_application()
    workspace = open_workspace()
    single = SingleWindow(workspace.folders.state)
    if not single.is_first and single.hand_over(arguments):
        return 0
    log_handler = start_logging(workspace.folders.logs)
    try:
        return _run_window(application, workspace, single, arguments)
    finally:
        single.close()
        workspace.close()
        stop_logging(log_handler)


def make_application() -> QApplication:
    """The ``QApplication`` with its names and icon."""
    # Worker threads run Python too; with the usual 5 ms each may keep the window waiting that long each time.
    sys.setswitchinterval(_SWITCH_SECONDS)
    application = QApplication([APP_NAME])
    application.setApplicationName(APP_NAME)
    application.setApplicationDisplayName("KitOps Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_NAME)
    application.setWindowIcon(application_icon())
    accessible_scroll.install()
    CycleCollection(application)
    return application


def _run_window(
    application: QApplication, workspace: Workspace, single: SingleWindow, arguments: Sequence[str]
) -> int:
    window = MainWindow(workspace, Theme(application, workspace.settings.appearance))
    hook = ExceptionHook(window.show_error)
    signals = _EndingSignals(application)
    told = DesktopNotice(workspace, window.job_signals, window, window.show_job, desktop_of_system)
    try:
        window.go_to(first_place(workspace))
        window.show()
        for argument in arguments[:1]:
            _open(window, workspace, argument)
        offered = offer_unfinished(workspace.jobs, window)
        for notice in () if offered else workspace.notices[:1]:
            window.notify(notice)
        single.opened.connect(lambda opening: _open_again(window, workspace, opening))
        workspace.background.run(lambda _: load_desktop())
        workspace.background.run(workspace.look_after_store)
        return application.exec()
    finally:
        signals.stop()
        hook.remove()
        window.job_signals.stop()
        told.stop()
        workspace.close()  # before the widgets go, so that nothing is told to what is gone
        window.deleteLater()


def first_place(workspace: Workspace) -> Place:
    """The welcome the first time, the library afterwards."""
    return Place(LIBRARY if workspace.settings.first_run_done else WELCOME)


def _open(window: MainWindow, workspace: Workspace, argument: str) -> None:
    try:
        window.go_to(place_of(argument, workspace.store))
    except KitOpsError as error:
        window.show_error(error)


def _open_again(window: MainWindow, workspace: Workspace, opening: Opening) -> None:
    """The program was started once more."""
    bring_to_front(window, opening.activation)
    for argument in opening.arguments[:1]:
        _open(window, workspace, argument)


class _EndingSignals(QObject):
    """Ends the program in order at Ctrl-C in the terminal and when the system ends it."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        # Python runs its handlers between bytecodes only: the byte on this pipe wakes Qt's loop for that
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._fd_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        self._application = application
        self._before = {
            number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)
        }

    def stop(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd_before)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()

    def _drain(self) -> None:
        self._read.recv(64)

    def _end(self, number: int, frame: FrameType | None) -> None:
        QTimer.singleShot(0, self._application.quit)  # by the loop, which may not have begun yet
