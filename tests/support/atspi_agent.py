"""Reads and presses what applications show, through AT-SPI; asked and answering by lines of JSON.

It runs under the system's /usr/bin/python3, because PyGObject belongs to the system (packages python3-gi and
gir1.2-atspi-2.0), and stays alive, because starting it costs more than all a test asks of it. A question is a
JSON object {"ask": NAME, ...}; the answer is {"answer": VALUE} or {"error": TEXT}. What is found has a number
under which it can be asked for again; nothing is known of the application's code.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeVar

warnings.simplefilter("ignore")  # PyGObject deprecates on import

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

T = TypeVar("T")
STATES = (
    *("active", "busy", "checkable", "checked", "collapsed", "defunct", "editable", "enabled", "expandable"),
    *("expanded", "focusable", "focused", "indeterminate", "invalid_entry", "modal", "multi_line", "pressed"),
    *("read_only", "required", "selectable", "selected", "sensitive", "showing", "visible"),
)
KINDS = {name: getattr(Atspi.StateType, name.upper()) for name in STATES}
PRESSING = ("Press", "press", "Toggle", "toggle", "click", "activate", "ShowMenu")
ITEMS = ("table cell", "list item", "tree item", "page tab")
MOST_CHILDREN = 5000
Thing: TypeAlias = Any  # an Atspi.Accessible, which has no types
known: dict[int, Thing] = {}
went_to: deque[Thing] = deque(maxlen=1)
numbers = itertools.count(1)


def asked(question: Callable[..., T], otherwise: T, *details: object) -> T:
    """The answer of an application, or `otherwise` when the thing asked for has gone meanwhile."""
    try:
        return question(*details)
    except GLib.Error:
        return otherwise


def applications() -> list[Thing]:
    desktop = Atspi.get_desktop(0)
    desktop.clear_cache()
    found = [asked(desktop.get_child_at_index, None, i) for i in range(desktop.get_child_count())]
    return [application for application in found if application is not None]


def root(pid: int) -> Thing | None:
    for application in applications():
        if asked(application.get_process_id, -1) == pid:
            application.clear_cache()
            return application
    return None


def children(thing: Thing) -> Iterator[Thing]:
    for index in range(min(asked(thing.get_child_count, 0), MOST_CHILDREN)):
        child = asked(thing.get_child_at_index, None, index)
        if child is not None:
            yield child


def states(thing: Thing) -> list[str]:
    held = asked(thing.get_state_set, None)
    if held is None:
        return ["defunct"]
    return [name for name, kind in KINDS.items() if held.contains(kind)]


def has(thing: Thing, state: str) -> bool:
    """Whether it has one state; to ask for all of them takes long."""
    held = asked(thing.get_state_set, None)
    return held is not None and held.contains(KINDS[state])


def labels(thing: Thing) -> list[str]:
    """The names of its labels: a combo box's own name is its current value."""
    found = []
    for relation in asked(thing.get_relation_set, None) or []:
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            targets = [relation.get_target(i) for i in range(relation.get_n_targets())]
            found += [asked(target.get_name, "") or "" for target in targets]
    return found


def text(thing: Thing) -> str | None:
    readable = asked(thing.get_text_iface, None)
    if not readable:
        return None
    length = asked(Atspi.Text.get_character_count, 0, readable)
    content: str | None = asked(Atspi.Text.get_text, None, readable, 0, length)
    return content


def value(thing: Thing) -> list[float] | None:
    ranged = asked(thing.get_value_iface, None)
    if not ranged:
        return None
    ask = (Atspi.Value.get_minimum_value, Atspi.Value.get_current_value, Atspi.Value.get_maximum_value)
    return asked(lambda: [question(ranged) for question in ask], None)


def extents(thing: Thing) -> list[int]:
    placed = asked(thing.get_component_iface, None)
    box = placed and asked(Atspi.Component.get_extents, None, placed, Atspi.CoordType.SCREEN)
    return [box.x, box.y, box.width, box.height] if box else [0, 0, 0, 0]


def actions(thing: Thing) -> list[str]:
    able = asked(thing.get_action_iface, None)
    if not able:
        return []
    count = asked(Atspi.Action.get_n_actions, 0, able)
    return [asked(Atspi.Action.get_action_name, "", able, i) for i in range(count)]


def described(thing: Thing) -> dict[str, Any]:
    number = next(numbers)
    known[number] = thing
    return {
        "number": number,
        "role": asked(thing.get_role_name, "") or "",
        "name": asked(thing.get_name, "") or "",
        "labels": labels(thing),
        "description": asked(thing.get_description, "") or "",
        "states": states(thing),
        "text": text(thing),
        "value": value(thing),
        "actions": actions(thing),
        "extents": extents(thing),
    }


def walk(thing: Thing, hidden: bool, depth: int = 0) -> Iterator[tuple[int, Thing]]:
    """`thing` and everything below it; without `hidden`, only what is showing."""
    yield depth, thing
    for child in children(thing):
        if hidden or has(child, "showing"):
            yield from walk(child, hidden, depth + 1)


def find(question: dict[str, Any]) -> list[dict[str, Any]]:
    """All things of a role and name (a regular expression on its own name or its labels'), or the first
    ``enough`` of them that have a ``state``.
    """
    start = known.get(question["within"]) if question["within"] else root(question["pid"])
    if start is None:
        return []
    start.clear_cache()
    wanted, held = re.compile(question["name"]), 0
    found: list[dict[str, Any]] = []
    for _, thing in walk(start, question["hidden"]):
        if question["role"] not in ("*", asked(thing.get_role_name, "")):
            continue
        names = [asked(thing.get_name, "") or ""]
        if any(wanted.search(name) for name in names) or any(wanted.search(name) for name in labels(thing)):
            found.append(described(thing))
            held += question["state"] in found[-1]["states"]
            if held == question["enough"]:
                break
    return found


def look(question: dict[str, Any]) -> dict[str, Any]:
    thing = known[question["number"]]
    thing.clear_cache()
    return {**described(thing), "number": question["number"]}


def dump(question: dict[str, Any]) -> list[dict[str, Any]]:
    start = root(question["pid"])
    things = walk(start, question["hidden"]) if start else ()
    return [{"depth": depth, **described(thing)} for depth, thing in things]


def windows(question: dict[str, Any]) -> list[dict[str, Any]]:
    start = root(question["pid"])
    return [described(thing) for thing in children(start) if has(thing, "showing")] if start else []


def focused(question: dict[str, Any]) -> dict[str, Any] | None:
    holders = holders_where_it_went(question["pid"])
    if not holders:
        start = root(question["pid"])
        holders = [thing for _, thing in walk(start, False) if holds_focus(thing)] if start else []
    return described(holders[-1]) if holders else None  # the innermost: a table's cell rather than the table


def note_focus(event: Thing) -> None:
    """What an application says of the focus: where to look first, as it takes long to look everywhere."""
    if event.detail1:
        went_to.append(event.source)


def holders_where_it_went(pid: int) -> list[Thing]:
    """What has the focus, and below it: only what is found to have it now."""
    while GLib.MainContext.default().iteration(False):
        pass
    if not went_to or asked(went_to[-1].get_process_id, -1) != pid:
        return []
    thing = went_to[-1]
    for one in (thing, *ancestors(thing)):
        one.clear_cache()
    if not all(has(one, "showing") for one in (thing, *ancestors(thing))):
        return []
    return [one for _, one in walk(thing, False) if holds_focus(one)] if holds_focus(thing) else []


def ancestors(thing: Thing) -> Iterator[Thing]:
    """All it is in, up to its application's windows."""
    above = asked(thing.get_parent, None)
    while above is not None and asked(above.get_role_name, "application") != "application":
        yield above
        above = asked(above.get_parent, None)


def holds_focus(thing: Thing) -> bool:
    """Whether the keyboard is there.

    Qt also says so of every view's current item, with or without its view, and of the nameless inside of what
    scrolls.
    """
    if not has(thing, "focused"):
        return False
    view = thing
    if asked(thing.get_role_name, "") == "filler" and not asked(thing.get_name, ""):
        return not has(asked(thing.get_parent, thing), "focused")
    while asked(view.get_role_name, "") in ITEMS:
        view = asked(view.get_parent, None)
    return view is not None and has(view, "focused")


def press(question: dict[str, Any]) -> bool:
    thing = known[question["number"]]
    names = actions(thing)
    index = next((names.index(name) for name in PRESSING if name in names), None)
    if index is None:
        raise LookupError(f"its actions are {names}")
    # An application that answers by a modal dialog answers only after it: no reply is no refusal.
    return asked(Atspi.Action.do_action, True, thing.get_action_iface(), index)


def set_text(question: dict[str, Any]) -> bool:
    editable = known[question["number"]].get_editable_text_iface()
    return bool(editable and Atspi.EditableText.set_text_contents(editable, question["text"]))


QUESTIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "find": find,
    "look": look,
    "dump": dump,
    "windows": windows,
    "focused": focused,
    "press": press,
    "set_text": set_text,
    "applications": lambda _: [asked(application.get_process_id, -1) for application in applications()],
}


def main() -> None:
    Atspi.init()
    Atspi.set_timeout(3000, 5000)
    listener = Atspi.EventListener.new(note_focus)
    listener.register("object:state-changed:focused")
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = {"answer": QUESTIONS[question["ask"]](question)}
        except Exception as error:  # the one who asked must hear of it, whatever it is
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
