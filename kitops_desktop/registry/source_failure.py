"""Tells what goes wrong with the source of an upload from what goes wrong with the registry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kitops_desktop.registry.upload_body import UploadBody


class SourceFailed(Exception):
    """Not the registry's fault: what is to be sent cannot be read, or the user stopped."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@contextmanager
def while_sending(body: UploadBody) -> Iterator[None]:
    """Raise ``SourceFailed`` when a request breaks because its body could not be read."""
    try:
        yield
    except BaseException as error:
        if body.failure is not None:
            raise SourceFailed(body.failure) from error
        raise


@contextmanager
def while_reading() -> Iterator[None]:
    """No request is under way: whatever is raised is ``SourceFailed``."""
    try:
        yield
    except BaseException as error:
        raise SourceFailed(error) from error
