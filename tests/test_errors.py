"""The tree of errors at the head of their file is what somebody reads who looks for one: it is true."""

from __future__ import annotations

import inspect
import re

from kitops_desktop import errors

LINE = re.compile(r"(?P<branches>(?:│   |    |├── |└── )*)(?P<name>[A-Z]\w+)(?: |$)")


def test_the_tree_has_every_class_below_the_one_it_comes_from() -> None:
    above: list[str] = []
    tree: dict[str, str] = {}
    for line in inspect.getdoc(errors).split("\n\n", 1)[1].splitlines():
        found = LINE.match(line)
        assert found is not None, line
        above[len(found["branches"]) // 4 :] = [found["name"]]
        tree[found["name"]] = above[-2] if len(above) > 1 else "Exception"
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, Exception)]
    assert tree == {one.__name__: one.__base__.__name__ for one in classes}
