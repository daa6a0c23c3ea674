"""One window for each user and journal: who starts the program again is taken to the window that is open."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

from kitops_desktop.records.process_lock import ProcessLock

log = logging.getLogger(__name__)

_MAX_BYTES = 64 << 10
_MAX_ARGUMENTS = 16
_MAX_PATH = 100
"""Bytes of a socket's path: a few less than any system takes."""
_ACTIVATION = "XDG_ACTIVATION_TOKEN"
_SECONDS = 10.0
_AGAIN_MILLISECONDS = 50
_TAKEN = b"taken\n"


@dataclass(frozen=True, slots=True)
class Opening:
    """What another start of the program was asked to open; ``activation`` is the desktop's permission to come
    to the front ("": none).
    """

    arguments: tuple[str, ...]
    activation: str = ""


class SingleWindow(QObject):
    """``opened`` tells what to open, when the program is started again. ``folder`` is the journal's.

    Where locks do not work every window is the first.
    """

    opened = Signal(object)  # Opening

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _socket_name(folder)
        self._server: QLocalServer | None = None
        self._lock: ProcessLock | None = None
        self._received: dict[QLocalSocket, bytes] = {}
        self.is_first = self._become_first(folder)

    def hand_over(self, arguments: Sequence[str], seconds: float = _SECONDS) -> bool:
        """Have the first window open what we were asked to; whether it said that it will."""
        message = {
            "arguments": [_from_anywhere(argument) for argument in arguments[:_MAX_ARGUMENTS]],
            "activation": os.environ.get(_ACTIVATION, ""),
        }
        deadline = monotonic() + seconds
        socket = QLocalSocket()
        try:
            while not _connected(socket, self._name):
                if monotonic() > deadline:
                    return False
                QThread.msleep(_AGAIN_MILLISECONDS)  # it has only just been started itself
            socket.write(json.dumps(message).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n") and monotonic() < deadline:
                if not socket.waitForReadyRead(max(1, int((deadline - monotonic()) * 1000))):
                    break
                answer += bytes(socket.read(len(_TAKEN)).data())
            return answer == _TAKEN
        finally:
            socket.abort()

    def close(self) -> None:
        """Listen no more; the next start is the first."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for socket in tuple(self._received):
            socket.abort()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _become_first(self, folder: Path) -> bool:
        try:
            self._lock = ProcessLock(folder, "window")
        except (BlockingIOError, PermissionError):
            return False
        except OSError as error:
            log.info("whether another window is open cannot be told: %s", error)
            return True
        QLocalServer.removeServer(self._name)  # left by a window that was killed: we have the lock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        if not self._server.listen(self._name):
            log.warning("other starts cannot reach this window: %s", self._server.errorString())
        return True

    @Slot()
    def _on_connection(self) -> None:
        server = self._server
        while server is not None and (socket := server.nextPendingConnection()) is not None:
            self._received[socket] = b""
            socket.readyRead.connect(self._on_ready)
            socket.disconnected.connect(self._on_gone)
            self._read(socket)

    @Slot()
    def _on_ready(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    @Slot()
    def _on_gone(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._received.pop(socket, None)
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        if socket not in self._received:
            return
        content = self._received[socket] + bytes(socket.readAll().data())
        self._received[socket] = content
        if len(content) > _MAX_BYTES:
            socket.abort()
        elif content.endswith(b"\n"):
            self._received[socket] = b""
            opening = _opening(content)
            if opening is None:
                socket.abort()
                return
            socket.write(_TAKEN)
            socket.flush()
            self.opened.emit(opening)


def bring_to_front(window: QWidget, activation: str) -> None:
    """Show a window that may be minimised or behind others, as far as the desktop allows it."""
    if activation:
        os.environ[_ACTIVATION] = activation  # Qt takes it from there
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()


def _opening(content: bytes) -> Opening | None:
    """What was sent, None when it makes no sense."""
    value: Any = None
    with suppress(ValueError, RecursionError):
        value = json.loads(content)
    if not isinstance(value, dict):
        return None
    arguments, activation = value.get("arguments"), value.get("activation", "")
    if not isinstance(arguments, list) or len(arguments) > _MAX_ARGUMENTS or not isinstance(activation, str):
        return None
    if not all(isinstance(argument, str) and "\0" not in argument for argument in arguments):
        return None
    return Opening(tuple(arguments), "" if "\0" in activation else activation)


def _from_anywhere(argument: str) -> str:
    """A path as it is to be found from another folder; a reference stays as it is."""
    path = Path(argument).expanduser()
    is_path = argument.startswith((os.sep, "./", "../", "~"))
    with suppress(OSError, ValueError):
        is_path = is_path or path.exists()
    return str(path.absolute()) if is_path else argument


def _connected(socket: QLocalSocket, name: str) -> bool:
    socket.connectToServer(name)
    return socket.waitForConnected(1000)


def _socket_name(folder: Path) -> str:
    """Beside the journal, where nobody else can put anything; elsewhere under a name that is as good as ours
    alone, when that is no place for a socket.
    """
    place = folder.absolute() / "window.socket"
    if sys.platform != "win32" and len(os.fsencode(place)) <= _MAX_PATH:
        return str(place)
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
    name = f"kitops-desktop-{digest}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return name if sys.platform == "win32" else str(Path(runtime or tempfile.gettempdir()) / name)
