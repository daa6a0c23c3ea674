"""Keep the fewest inputs that take every step of the program which a whole corpus takes: see README.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.fuzz_corpus import keep, kept  # noqa: E402
from support.fuzz_seeds import seeds  # noqa: E402
from support.fuzz_targets import TARGETS, Target  # noqa: E402

LONGEST = 4096
"""Bytes of an input that is kept."""
Step = tuple[str, int, int]


def steps_of(target: Target, content: bytes) -> frozenset[Step]:
    """From which line to which the package goes; findings count as far as they come."""
    found: set[Step] = set()

    def trace(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401 - it is a trace function
        file = frame.f_code.co_filename
        if "kitops_desktop" not in file:
            return None
        last = frame.f_lineno

        def local(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401
            nonlocal last
            found.add((file, last, frame.f_lineno))
            last = frame.f_lineno
            return local

        return local

    sys.settrace(trace)
    try:
        target(content)
    except Exception as error:
        sys.stderr.write(f"a finding: {type(error).__name__}: {error}\n")
    finally:
        sys.settrace(None)
    return frozenset(found)


def fewest(steps: dict[bytes, frozenset[Step]]) -> list[bytes]:
    """The input that adds most, again and again; of equal ones the shortest."""
    chosen: list[bytes] = []
    left = set().union(*steps.values())
    while left:
        best = max(steps, key=lambda content: (len(steps[content] & left), -len(content), content))
        chosen.append(best)
        left -= steps[best]
    return chosen


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("target", choices=sorted(TARGETS))
    arguments.add_argument("corpus", type=Path)
    chosen = arguments.parse_args()
    inputs = {path.read_bytes() for path in chosen.corpus.iterdir()}
    inputs |= set(kept(chosen.target).values()) | set(seeds(chosen.target))
    target = TARGETS[chosen.target]
    fine = sorted(content for content in inputs if len(content) <= LONGEST)
    target(b"")  # what is loaded when first needed is no step of an input
    found = fewest({content: steps_of(target, content) for content in fine})
    keep(chosen.target, found)
    sys.stdout.write(f"{chosen.target}: {len(found)} of {len(inputs)} inputs kept\n")


if __name__ == "__main__":
    main()
