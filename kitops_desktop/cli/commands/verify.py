"""``verify``: read every blob of the local store again and compare it with its digest."""

from __future__ import annotations

import argparse

from kitops_desktop.cli.command import Invocation, count
from kitops_desktop.cli.json_text import go_indented_json
from kitops_desktop.cli.sizes import kit_size
from kitops_desktop.store.verify import VerifyReport

SUMMARY = "Check every blob of the local store against its digest"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(invocation: Invocation) -> int:
    console = invocation.console
    report = invocation.workspace.store.verify(token=invocation.token, report=console.progress)
    console.end_progress()
    if invocation.arguments.format == "json":
        console.result(go_indented_json(_json(report)))
        return 1 if report.damage else 0
    console.result(f"Checked {count(report.checked, 'blob')} ({kit_size(report.size)})")
    for damage in report.damage:
        console.error(f"{damage.kind}: {damage.digest or damage.path}: {damage.reason}")
        for reference in damage.affects:
            console.plain_error(f"  affects {reference}")
    console.result(
        "All blobs match their digests" if not report.damage else "The kits named above are damaged"
    )
    return 1 if report.damage else 0


def _json(report: VerifyReport) -> dict[str, object]:
    return {
        "checked": report.checked,
        "size": report.size,
        "damage": [
            {
                "kind": str(damage.kind),
                "digest": damage.digest,
                "path": str(damage.path),
                "reason": damage.reason,
                "affects": list(damage.affects),
            }
            for damage in report.damage
        ],
    }
