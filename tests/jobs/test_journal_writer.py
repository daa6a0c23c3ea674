"""The thread that writes to the journal."""

from __future__ import annotations

from kitops_desktop.jobs.journal_writer import JournalWriter


def test_all_that_came_before_it_closes_is_written_in_order_and_nothing_after() -> None:
    writer, seen = JournalWriter(), []
    for number in range(100):
        writer.write(seen.append, number)
    writer.write(lambda: 1 / 0)
    writer.write(seen.append, "after a failure")
    writer.close()
    writer.write(seen.append, "too late")
    writer.close()
    assert seen == [*range(100), "after a failure"]
