"""How far uploads are is remembered, secrets are not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kitops_desktop.records.journal import Journal
from kitops_desktop.records.uploads import KEPT_SECONDS, UploadRecord, Uploads

HERE = "https://registry.example:5000"
RECORD = UploadRecord(
    HERE,
    "team/churn",
    "sha256:1",
    f"{HERE}/v2/team/churn/blobs/uploads/1?_state=a",
    80,
    200,
    80,
    "/a:200:1.5",
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock) -> Iterator[Uploads]:
    journal = Journal(tmp_path / "journal.sqlite")
    yield Uploads(journal.database, clock)
    journal.close()


def test_what_was_noted_last_is_recalled(uploads: Uploads, clock: Clock) -> None:
    uploads.note(RECORD)
    uploads.note(replace(RECORD, offset=160))
    assert uploads.recall(HERE, "team/churn", "sha256:1") == replace(RECORD, offset=160, updated_at=clock.now)
    assert uploads.recall(HERE, "team/other", "sha256:1") is None
    assert uploads.recall("https://other.example", "team/churn", "sha256:1") is None


def test_what_has_ended_is_forgotten(uploads: Uploads) -> None:
    uploads.note(RECORD)
    uploads.note(replace(RECORD, digest="sha256:2"))
    assert [record.digest for record in uploads.of(HERE, "team/churn")] == ["sha256:1", "sha256:2"]
    uploads.forget(HERE, "team/churn", "sha256:1")
    assert [record.digest for record in uploads.of(HERE, "team/churn")] == ["sha256:2"]


def test_what_no_registry_has_any_more_is_not_recalled(uploads: Uploads, clock: Clock) -> None:
    uploads.note(RECORD)
    clock.now += KEPT_SECONDS + 1
    assert uploads.recall(HERE, "team/churn", "sha256:1") is None
    uploads.note(replace(RECORD, digest="sha256:2"))
    assert [record.digest for record in uploads.of(HERE, "team/churn")] == ["sha256:2"]


@pytest.mark.parametrize(
    "location",
    [
        "https://storage.example/upload?X-Amz-Signature=secret",
        "http://registry.example:5000/v2/uploads/1",
        "https://registry.example/v2/uploads/1",
        "https://me:secret@registry.example:5000/v2/uploads/1",
        "https://registry.example:99999/v2/uploads/1",
        HERE + "/v2/" + "a" * (20 << 10),
    ],
)
def test_foreign_addresses_are_not_written_down(uploads: Uploads, tmp_path: Path, location: str) -> None:
    uploads.note(RECORD)
    uploads.note(replace(RECORD, location=location))
    assert uploads.recall(HERE, "team/churn", "sha256:1") is None
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as file:
        assert file.execute("SELECT count(*) FROM uploads").fetchone() == (0,)


def test_the_usual_port_needs_no_saying(uploads: Uploads) -> None:
    record = replace(RECORD, origin="https://ghcr.io", location="https://ghcr.io:443/v2/uploads/1")
    uploads.note(record)
    assert uploads.recall("https://ghcr.io", "team/churn", "sha256:1") is not None
