"""What was unpacked, in words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from kitops_desktop.cli.command import count
from kitops_desktop.cli.console import printable
from kitops_desktop.jobs.range_matching import RangeMatch
from kitops_desktop.jobs.unpack_job import UnpackWork
from kitops_desktop.modelkit.unpack import Unpacked

_MOST_NAMED = 5


def unpacked_lines(done: Unpacked) -> Sequence[str]:
    """What else is to be known of it in the end."""
    lines = []
    if done.skipped:
        lines.append(f"Kept {count(len(done.skipped), 'existing file')}")
    if done.beside:
        lines.append(f"Kept both of {count(len(done.beside), 'file')}: {named(done.beside)}")
    if done.by_range:
        what = count(len(done.by_range), "file")
        lines.append(
            f"Fetched by range, not covered by the digest of a layer: {what}: {named(done.by_range)}"
        )
        lines.append("With --whole-layers whole layers are fetched and verified")
    return lines


def is_nothing(done: Unpacked) -> bool:
    """Whether nothing came of it, and nothing was there either."""
    return not (done.files or done.skipped or done.layers_in_place or done.layers_before)


def named(paths: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(paths) - _MOST_NAMED
    return ", ".join(paths[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def unpacked_json(work: UnpackWork, done: Unpacked, matched: RangeMatch | None = None) -> dict[str, object]:
    """All that is to be known of it, for other programs; names are cleaned of what no terminal should get."""

    def clean(paths: Sequence[str]) -> list[str]:
        return [printable(path) for path in paths]

    return {
        "reference": work.reference,
        "folder": printable(str(work.target)),
        "files": done.files,
        "size": done.size,
        "skipped": clean(done.skipped),
        "beside": clean(done.beside),
        "layersInPlace": clean(done.layers_in_place),
        "layersBefore": clean(done.layers_before),
        "layersVerified": clean(done.verified),
        "filesByRange": clean(done.by_range),
        "index": None if matched is None else matched.index,
        "filesAsIndexed": clean(() if matched is None else matched.matching),
        "filesNotAsIndexed": clean(() if matched is None else matched.differing),
        "layersWithoutRanges": clean(done.whole),
    }
