"""Lists in pages, from registries of every habit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from kitops_desktop.errors import ContentTooLarge, RegistryFailed
from kitops_desktop.registry.paging import natural_key
from support.http_server import Answer, Question
from support.odd_registry import OddRegistry
from support.repositories import reaching

ALL = [f"v{number}" for number in range(2500)]
HABITS = {}


def habit(serve: Callable[[Question], Answer]) -> Callable[[Question], Answer]:
    HABITS[serve.__name__] = serve
    return serve


def page(items: object, link: str = "") -> Answer:
    headers = {"Content-Type": "application/json"} | ({"Link": link} if link else {})
    return Answer(200, headers, json.dumps({"name": "x", "tags": items}).encode())


def asked(question: Question) -> tuple[int, int]:
    """From which item on, and how many."""
    last = question.query.get("last", [""])[0]
    start = ALL.index(last) + 1 if last else 0
    return start, int(question.query.get("n", ["100000"])[0])


@habit
def with_links(question: Question) -> Answer:
    start, count = asked(question)
    items = ALL[start : start + count]
    return page(items, f'</v2/team/churn/tags/list?last={items[-1]}&n={count}>; rel="next"' if items else "")


@habit
def with_unquoted_links(question: Question) -> Answer:
    start, count = asked(question)
    items = ALL[start : start + min(count, 300)]
    return page(items, f"<list?last={items[-1]}&n=300>; rel=next" if items else "")


@habit
def with_whole_addresses(question: Question) -> Answer:
    start, count = asked(question)
    items = ALL[start : start + count]
    here = f"http://{question.headers['Host']}{question.path}"
    more = start + count < len(ALL)
    return page(items, f'<{here}>; rel="prev", <{here}?last={items[-1]}>; rel="next"' if more else "")


@habit
def cut_without_saying(question: Question) -> Answer:
    start, count = asked(question)
    return page(ALL[start : start + count])


@habit
def all_at_once_without_order(question: Question) -> Answer:
    return page(sorted(ALL, key=lambda name: name[::-1]))


@habit
def the_same_page_for_ever(question: Question) -> Answer:
    return page(ALL, f'<{question.path}?n=1000>; rel="next"')


@habit
def no_large_pages(question: Question) -> Answer:
    if "n" in question.query and question.query["n"] == ["1000"]:
        return Answer(400, {}, b'{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}')
    start, _ = asked(question)
    items = ALL[start : start + 100]
    return page(items, f'</v2/team/churn/tags/list?last={items[-1]}&n=100>; rel="next"' if items else "")


class Habitual(OddRegistry):
    serve: Callable[[Question], Answer]

    def answer(self, question: Question) -> Answer:
        return self.serve(question)


@pytest.fixture
def registry() -> Iterator[Habitual]:
    with Habitual() as registry:
        yield registry


def tags(registry: Habitual) -> tuple[str, ...]:
    with reaching(registry) as repository:
        return repository.tags()


@pytest.mark.parametrize("name", HABITS)
def test_all_are_found_once_and_in_order(name: str, registry: Habitual) -> None:
    registry.serve = HABITS[name]
    assert list(tags(registry)) == ALL
    assert registry.count("GET") < 30


@pytest.mark.parametrize("items", [None, []])
def test_no_items(items: object, registry: Habitual) -> None:
    registry.serve = lambda _: page(items)
    assert tags(registry) == ()


def test_other_hosts_are_not_asked(registry: Habitual) -> None:
    with Habitual() as other:
        other.serve = with_links
        registry.serve = lambda _: page(["a"], f'<{other.origin}/v2/team/churn/tags/list>; rel="next"')
        assert tags(registry) == ("a",)
        assert other.exchanges == []


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"tags":5}', b'{"tags":', b"[" * 100_000])
def test_answers_that_make_no_sense(body: bytes, registry: Habitual) -> None:
    registry.serve = lambda _: Answer(200, {"Content-Type": "application/json"}, body)
    with pytest.raises(RegistryFailed):
        tags(registry)


def test_items_that_are_no_names(registry: Habitual) -> None:
    registry.serve = lambda _: page(["a", 5, None, "", {"b": 1}, "c"])
    assert tags(registry) == ("a", "c")


def test_a_page_without_end(registry: Habitual) -> None:
    registry.serve = lambda _: Answer(200, {}, b'{"tags":["' + b"a" * (17 << 20) + b'"]}')
    with pytest.raises(ContentTooLarge):
        tags(registry)


def test_a_list_that_stops_in_the_middle(registry: Habitual) -> None:
    registry.serve = lambda question: Answer(400) if "last" in question.query else with_links(question)
    with pytest.raises(RegistryFailed):
        tags(registry)


def test_natural_order() -> None:
    names = ["v10", "v2", "latest", "1.10.0", "1.9.0", "v2-rc", "2024", "²", "a" * 300 + "1"]
    assert sorted(names, key=natural_key)[:2] == ["1.9.0", "1.10.0"]
    assert sorted(["v10", "v2", "v1"], key=natural_key) == ["v1", "v2", "v10"]
    natural_key("9" * 100_000)
