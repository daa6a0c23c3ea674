"""What was typed and not saved is kept to the character."""

from __future__ import annotations

from pathlib import Path

from kitops_desktop.records.drafts import Draft, Drafts
from kitops_desktop.records.records_file import open_records
from support.clock import Clock


def test_drafts_are_there_after_a_restart(tmp_path: Path) -> None:
    folder, other = Path("/projects/\udcff"), Path("/other")
    odd = "name: caf\udce9 \ud83d\n\tend\r\n\0"
    database = open_records(tmp_path / "records.sqlite")
    Drafts(database, Clock()).keep(folder, [Draft("Kitfile", odd, odd[1:]), Draft(".kitignore", "", None)])
    database.close()
    database = open_records(tmp_path / "records.sqlite")
    drafts = Drafts(database, Clock())
    ignore, kitfile = drafts.find(folder)
    assert (ignore.name, ignore.text, ignore.base) == (".kitignore", "", None)
    assert (kitfile.name, kitfile.text, kitfile.base) == ("Kitfile", odd, odd[1:])
    assert kitfile.written_at > 0
    assert drafts.find(other) == ()
    drafts.keep(folder, [Draft("Kitfile", "x", "")])
    assert [(one.name, one.text) for one in drafts.find(folder)] == [("Kitfile", "x")]
    drafts.keep(folder, ())
    assert drafts.find(folder) == ()
    assert database.persistent
    database.close()
