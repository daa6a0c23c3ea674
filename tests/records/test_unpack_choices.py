"""How kits were unpacked last."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.records.records_file import open_records
from kitops_desktop.records.unpack_choices import UnpackChoices
from support.clock import Clock


def test_the_last_choice_counts_and_the_oldest_are_forgotten(tmp_path: Path) -> None:
    database = open_records(tmp_path / "records.sqlite")
    choices = UnpackChoices(database, Clock(), kept=2)
    choices.put("a.io/x", {"target": "/one"})
    choices.put("a.io/y", {"target": "/two"})
    choices.put("a.io/x", {"target": "/three", "keep": True})
    choices.put("a.io/z", {"target": "/four"})
    assert choices.get("a.io/x") == {"target": "/three", "keep": True}
    assert choices.get("a.io/y") is None
    database.close()
    again = open_records(tmp_path / "records.sqlite")
    assert UnpackChoices(again).get("a.io/z") == {"target": "/four"}
    again.close()
