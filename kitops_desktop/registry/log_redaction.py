"""What the network's libraries log: without queries, which in signed addresses are as good as passwords."""

from __future__ import annotations

import logging

from kitops_desktop.masking import mask_secrets

_LIBRARIES = ("urllib3", "requests", "oras")


class _Masked(logging.Filter):
    """Masks at the source, whoever listens."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask_secrets(record.getMessage()), ()
        return True


_masked = _Masked()


def redact_network_logs() -> None:
    """To be called once the libraries are imported: a filter is not handed down to the loggers below."""
    for name in (*_LIBRARIES, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in _LIBRARIES:
            logging.getLogger(name).addFilter(_masked)
