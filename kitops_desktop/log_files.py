"""Log files: one that rotates for the whole program, and one for each job. Secrets never get into either."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from kitops_desktop.masking import mask_secrets

PACKAGE = "kitops_desktop"
FILE_NAME = "kitops-desktop.log"
MAX_BYTES = 2 << 20
"""A log file of this size is put aside; ``KEPT_FILES`` of those are kept."""
KEPT_FILES = 3
KEPT_JOB_LOGS = 200

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, so that arguments and tracebacks are masked as well."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))


class _PrivateRotatingFile(RotatingFileHandler):
    """A rotating file that only its owner may read."""

    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - typeshed's TextIOWrapper type is private
        opened = super()._open()
        Path(self.baseFilename).chmod(0o600)
        return opened


def start_logging(folder: Path) -> logging.Handler | None:
    """Log everything from INFO on to a rotating file in ``folder``; None when that folder cannot be written.

    End it with ``stop_logging``.
    """
    handler = _file_handler(folder / FILE_NAME)
    if handler is not None:
        logging.getLogger(PACKAGE).setLevel(logging.INFO)
        logging.getLogger().addHandler(handler)
    return handler


def stop_logging(handler: logging.Handler | None) -> None:
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


@contextmanager
def job_log(path: Path) -> Iterator[Path | None]:
    """Write what the current thread logs to ``path`` as well, while the context lasts.

    Gives the path, or None when the file cannot be written: a job works without it.
    """
    handler = _file_handler(path)
    if handler is None:
        yield None
        return
    logging.getLogger(PACKAGE).setLevel(logging.INFO)
    thread = threading.get_ident()
    handler.addFilter(lambda record: record.thread == thread)
    logging.getLogger(PACKAGE).addHandler(handler)
    try:
        yield path
    finally:
        logging.getLogger(PACKAGE).removeHandler(handler)
        handler.close()


def remove_old_job_logs(folder: Path, keep: int = KEPT_JOB_LOGS) -> None:
    """Keep the newest job logs only; what cannot be removed stays."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime, entry.path) for entry in entries if entry.name.endswith(".log")]
    except OSError:
        return
    for _, path in sorted(found, reverse=True)[keep:]:
        Path(path).unlink(missing_ok=True)


def _file_handler(path: Path) -> logging.Handler | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _PrivateRotatingFile(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(MaskingFormatter())
    return handler
