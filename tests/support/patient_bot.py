"""Pytest-qt's bot with the deadline of all other tests, so that only what never happens fails."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from support.waiting import DEADLINE

_MILLISECONDS = int(DEADLINE * 1000)


class PatientBot(QtBot):
    """Waits as long as ``support.waiting.until``, unless it is told how long."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _MILLISECONDS) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(  # noqa: N802
        self,
        signal: SignalInstance,
        *,
        timeout: int = _MILLISECONDS,
        raising: bool | None = None,
        check_params_cb: Callable[..., bool] | None = None,
    ) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, raising=raising, check_params_cb=check_params_cb)
