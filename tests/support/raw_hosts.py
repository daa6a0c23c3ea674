"""Hosts that speak no HTTP, or a broken one: bytes are sent as they are."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def answering(content: bytes, family: socket.AddressFamily = socket.AF_INET) -> Iterator[str]:
    """``host:port`` of a host that hears what is asked, says the same to everybody, and hangs up."""
    address = "::1" if family == socket.AF_INET6 else "127.0.0.1"

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(1 << 16)
                    connection.sendall(content)

    with socket.create_server((address, 0), family=family) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield f"[::1]:{port}" if family == socket.AF_INET6 else f"localhost:{port}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
