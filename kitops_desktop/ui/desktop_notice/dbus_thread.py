"""A D-Bus connection in a thread of its own, so that nobody else waits for the bus.

jeepney and not QtDBus: from Python the latter writes no unsigned numbers, which notifications and cookies
are.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.low_level import MessageFlag
from jeepney.wrappers import unwrap_msg

log = logging.getLogger(__name__)

Task = Callable[["Bus"], None]
SignalHandler = Callable[[str, tuple[Any, ...]], None]
"""Called in the thread, with the name of the signal and its arguments."""

_ANSWER_SECONDS = 3.0
_END_SECONDS = 0.5


class DBusThread:
    """Runs tasks one after the other; ``name`` is SESSION or SYSTEM, or the address of a bus.

    The connection is made by the first task, and again after it was lost. A task that fails is logged, and
    nothing more: what it is for is a courtesy. The thread does not keep the program from ending.
    """

    def __init__(self, name: str, on_signal: SignalHandler = lambda name, arguments: None) -> None:
        self._name, self._on_signal = name, on_signal
        self._tasks: deque[Task | None] = deque()
        self._wake_reading, self._wake_writing = os.pipe()
        os.set_blocking(self._wake_writing, False)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def post(self, task: Task) -> None:
        """Have the task run, soon. For any thread; returns at once."""
        with self._lock:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"D-Bus {self._name}", daemon=True)
                self._thread.start()
            self._put(task)

    def close(self) -> None:
        """Run what was posted, and end. Who does not answer is waited for only shortly."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            thread = self._thread
            if thread is not None:
                self._put(None)
        if thread is not None:
            thread.join(_END_SECONDS)
        if thread is None or not thread.is_alive():
            os.close(self._wake_reading)
            os.close(self._wake_writing)

    def _put(self, task: Task | None) -> None:
        self._tasks.append(task)
        with suppress(BlockingIOError):  # it is full of wakes already
            os.write(self._wake_writing, b"!")

    def _run(self) -> None:
        bus = Bus(self._name)
        try:
            while True:
                if self._wake_reading in _readable(self._wake_reading, *bus.sources):
                    os.read(self._wake_reading, 4096)
                    if not self._run_tasks(bus):
                        return
                for name, arguments in bus.signals():
                    self._on_signal(name, arguments)
        finally:
            bus.close()

    def _run_tasks(self, bus: Bus) -> bool:
        while self._tasks:
            task = self._tasks.popleft()
            if task is None:
                return False
            try:
                task(bus)
            except Exception as error:
                log.info("the desktop was not told: %s", error)
        return True


class Bus:
    """What tasks get. For the thread it is made in."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._connection: DBusConnection | None = None
        self._heard: deque[Message] = deque(maxlen=256)
        self._subscribed: set[MatchRule] = set()

    @property
    def sources(self) -> tuple[int, ...]:
        """What becomes readable when there are signals."""
        return () if self._connection is None else (self._connection.sock.fileno(),)

    def call(
        self,
        address: DBusAddress,
        method: str,
        signature: str = "",
        arguments: tuple[object, ...] = (),
        *,
        start: bool = True,
    ) -> tuple[Any, ...]:
        """Call a method and give what it returns. ``start``: the service may be started for that.

        Raises an error of jeepney, ``OSError`` or ``KeyError`` where bus, service or answer is missing.
        """
        message = new_method_call(address, method, signature or None, arguments)
        if not start:
            message.header.flags |= MessageFlag.no_auto_start
        body: tuple[Any, ...] = unwrap_msg(self._ask(message))
        return body

    def emit(self, message: Message) -> None:
        """Send a signal."""
        connection = self._connected()
        try:
            connection.send(message)
        except OSError:
            self.close()
            raise

    def listen(self, rule: MatchRule) -> None:
        """Have signals delivered; once for a connection."""
        self._connected()
        if rule not in self._subscribed:
            unwrap_msg(self._ask(message_bus.AddMatch(rule)))
            self._subscribed.add(rule)

    def signals(self) -> list[tuple[str, tuple[Any, ...]]]:
        """The signals that have arrived, by name, with their arguments."""
        try:
            while self._connection is not None:
                self._hear(self._connection.receive(timeout=0))
        except TimeoutError:  # that was all
            pass
        except Exception as error:  # the bus is gone, or it speaks nonsense
            log.info("the connection to the desktop has ended: %s", error)
            self.close()
        heard, self._heard = list(self._heard), deque(maxlen=self._heard.maxlen)
        return [(message.header.fields[HeaderFields.member], message.body) for message in heard]

    def close(self) -> None:
        connection, self._connection = self._connection, None
        self._subscribed.clear()
        if connection is not None:
            connection.close()

    def _connected(self) -> DBusConnection:
        if self._connection is None:
            self._connection = open_dbus_connection(self._name, enable_fds=True)
        return self._connection

    def _ask(self, message: Message) -> Message:
        connection = self._connected()
        try:
            with connection.filter(MatchRule(type="signal"), queue=self._heard):
                return connection.send_and_get_reply(message, timeout=_ANSWER_SECONDS)
        except Exception:
            self.close()  # also what answers too late is not wanted any more
            raise

    def _hear(self, message: Message) -> None:
        if message.header.message_type is MessageType.signal:
            self._heard.append(message)


def _readable(*sources: int) -> set[int]:
    """Wait until one of the file descriptors can be read, or its other end is gone."""
    poll = select.poll()  # select() takes no numbers over 1,023
    for source in sources:
        poll.register(source, select.POLLIN)
    return {source for source, _ in poll.poll()}
