"""The words of the Library's table: cells, tool tips, and what a screen reader says."""

from __future__ import annotations

from kitops_desktop.ui.library.library_rows import KitRow, RepositoryRow, Row, Totals
from kitops_desktop.ui.units import age_text, count_text, size_text
from kitops_desktop.ui.widgets.badge import Tone

DAMAGED = "Damaged"


def cell(row: Row, column: str) -> str:
    """The text of a cell; ``column`` is the name of a ``library_model.Column``."""
    if column == "NAME":
        return row.title
    if column == "SIZE":
        return size_text(row.size)
    if column == "UNIQUE":
        return size_text(row.unique)
    if column == "SHARED":
        return size_text(row.shared) if row.shared else "-"
    if column == "STORED":
        return age_text(row.stored_at)
    if isinstance(row, RepositoryRow):
        return count_text(len(row.kits), "version") if column == "CONTENTS" else ""
    return {"CONTENTS": contents(row), "AUTHOR": row.kit.author, "DIGEST": row.short_digest}[column]


def contents(row: KitRow) -> str:
    return ", ".join(text for text, _ in pills(row))


def pills(row: Row) -> tuple[tuple[str, Tone], ...]:
    """Words and tones of the badges: what a kit contains, and first of all that it is damaged."""
    if isinstance(row, RepositoryRow):
        return ()
    kinds: tuple[tuple[str, Tone], ...] = tuple((kind.label, kind.tone) for kind in row.kinds)
    return ((DAMAGED, "danger"), *kinds) if row.damaged else kinds


def tool_tip(row: Row, column: str) -> str | None:
    if column in ("SIZE", "UNIQUE", "SHARED"):
        return f"{row.size:,} bytes: {row.unique:,} unique, {row.shared:,} shared"
    if isinstance(row, RepositoryRow):
        return row.name if column == "NAME" else None
    if column == "DIGEST":
        return row.kit.descriptor.digest
    if column == "NAME":
        known = (row.kit.kitfile_name, row.kit.author, str(row.reference))
        return "\n".join(word for word in known if word)
    return cell(row, column) or None


def accessible(row: Row, column: str) -> str:
    """Full words: the table shows a dash or shortens where there is no room."""
    if column == "NAME" and isinstance(row, KitRow):
        return f"{row.repository}:{row.title}" if row.kit.tags else f"{row.repository} {row.short_digest}"
    return cell(row, column)


def kit_text(count: int) -> str:
    return count_text(count, "ModelKit")


def totals_text(sums: Totals, shown: int | None = None) -> str:
    """The status line; ``shown`` is how many kits the filter lets through, None without a filter."""
    if not sums.kits:
        return "No ModelKits yet"
    repositories = count_text(sums.repositories, "repository", "repositories")
    everything = f"{kit_text(sums.kits)} in {repositories}, {size_text(sums.size)}"
    return everything if shown is None else f"{shown:,} of {everything}"


def selection_text(rows: tuple[KitRow, ...]) -> str:
    return f"{kit_text(len(rows))} selected, {size_text(layers_size(rows))}"


def layers_size(rows: tuple[KitRow, ...]) -> int:
    """Bytes of the layers of ``rows``, each layer counted once."""
    return sum({layer.digest: layer.size for row in rows for layer in row.kit.manifest.layers}.values())
