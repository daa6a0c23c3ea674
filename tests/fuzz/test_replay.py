"""What was fuzzed stays as it is: the kept inputs and the beginnings, without a fuzzer."""

from __future__ import annotations

import pytest

from support.fuzz_corpus import kept
from support.fuzz_seeds import seeds
from support.fuzz_targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_every_kept_input_is_refused_or_understood(name: str) -> None:
    inputs = kept(name)
    assert inputs, "it was never fuzzed"
    for content in (*seeds(name), *inputs.values()):
        TARGETS[name](content)
