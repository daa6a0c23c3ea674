"""From where folders were downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.records.origins import Origins
from kitops_desktop.records.records_file import open_records
from support.clock import Clock


def test_a_folder_is_of_its_last_repository_and_the_oldest_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_records(tmp_path / "records.sqlite")
    origins = Origins(database, Clock(), kept=2)
    for name, repository in (("a", "team/a"), ("b", "team/b"), ("a", "team/other"), ("c", "gpt2")):
        origins.put(tmp_path / name, repository)
    found = {name: origins.find(tmp_path / name) for name in "abc"}
    assert found == {"a": "team/other", "b": "", "c": "gpt2"}
    monkeypatch.chdir(tmp_path)
    assert origins.find(Path("a")) == "team/other"
    origins.forget(tmp_path / "a")
    assert origins.find(tmp_path / "a") == ""
    database.close()
    again = open_records(tmp_path / "records.sqlite")
    assert Origins(again).find(tmp_path / "c") == "gpt2"
    again.close()
