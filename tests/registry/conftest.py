"""What all tests of registries share."""

from __future__ import annotations

import pytest

from kitops_desktop.registry import blob_stream, pauses


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before a blob is gone on with are short; how they grow ``test_retries`` tests of requests."""
    monkeypatch.setattr(pauses, "_FIRST", 0.002)
    monkeypatch.setattr(blob_stream, "_FIRST_PAUSE", 0.002)
