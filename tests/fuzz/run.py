"""Fuzz one reader, guided by coverage: see README.md beside this file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["kitops_desktop"]):
    from support.fuzz_corpus import kept
    from support.fuzz_seeds import seeds
    from support.fuzz_targets import TARGETS


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("target", choices=sorted(TARGETS))
    arguments.add_argument("corpus", type=Path, help="folder that the inputs are kept in")
    arguments.add_argument("--seconds", type=int, default=600)
    chosen = arguments.parse_args()
    target = TARGETS[chosen.target]
    chosen.corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate((*seeds(chosen.target), *kept(chosen.target).values())):
        (chosen.corpus / f"seed-{number}").write_bytes(content)
    options = [
        f"-max_total_time={chosen.seconds}",
        "-max_len=16384",
        "-timeout=20",
        "-rss_limit_mb=1024",
        f"-artifact_prefix={chosen.corpus.resolve()}-",
        "-print_final_stats=1",
        str(chosen.corpus),
    ]
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
