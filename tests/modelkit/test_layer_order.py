"""Which layers come first when a kit is unpacked from a registry."""

from __future__ import annotations

import pytest

from kitops_desktop.modelkit.inspect import KitLayer
from kitops_desktop.modelkit.layer_order import WORTH_IT, small_first
from kitops_desktop.oci.descriptor import Descriptor
from kitops_desktop.oci.digest import digest_of


def layer(index: int, path: str, size: int) -> KitLayer:
    descriptor = Descriptor("application/octet-stream", digest_of(b"%d" % index), size)
    return KitLayer(index, descriptor, None, None, path=path)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param([("model.bin", 9), ("data", 5), ("src", 1)], ["src", "data", "model.bin"], id="apart"),
        pytest.param([("a", 9), ("a-b", 1)], ["a-b", "a"], id="alike"),
        pytest.param([("b/c", 9), ("b/d", 1), ("e", 2)], ["b/d", "e", "b/c"], id="beside each other"),
        pytest.param([("b", 9), ("a", 5), ("b/c", 1)], ["b", "a", "b/c"], id="one in another"),
        pytest.param([("./b/", 9), ("b/../b/c", 1)], ["./b/", "b/../b/c"], id="one in another, in disguise"),
        pytest.param([("a", 9), ("a", 1)], ["a", "a"], id="twice"),
        pytest.param([("a", 9), (".", 1)], ["a", "."], id="everything else"),
        pytest.param([("a", 9), ("", 1)], ["a", ""], id="unknown"),
    ],
)
def test_the_small_ones_unless_the_order_decides_what_stays(
    given: list[tuple[str, int]], expected: list[str]
) -> None:
    layers = [layer(index, path, size * WORTH_IT) for index, (path, size) in enumerate(given)]
    ordered = small_first(layers)
    assert [one.path for one in ordered] == expected
    assert {one.index for one in ordered} == set(range(len(given)))


def test_what_is_there_in_a_moment_keeps_its_order() -> None:
    few, many = ([layer(0, "model.bin", WORTH_IT - size), layer(1, "src", 1)] for size in (2, 1))
    assert small_first(few) == few
    assert small_first(many) == many[::-1]
