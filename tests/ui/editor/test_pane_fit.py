"""Which panes are on view in a window of some width."""

from __future__ import annotations

import pytest

from kitops_desktop.ui.editor.pane_fit import Pane, PaneFit

_LEAST = {Pane.CONTENTS: 200, Pane.FORM: 300, Pane.TEXT: 250}


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (2000, {Pane.CONTENTS, Pane.FORM, Pane.TEXT}),
        (770, {Pane.CONTENTS, Pane.FORM, Pane.TEXT}),
        (769, {Pane.CONTENTS, Pane.FORM}),
        (510, {Pane.CONTENTS, Pane.FORM}),
        (509, {Pane.FORM}),
        (10, {Pane.FORM}),
    ],
)
def test_as_many_as_there_is_room_for(width: int, shown: set[Pane]) -> None:
    assert PaneFit(_LEAST, gap=10).shown(width) == shown


def test_what_was_asked_for_last_stays() -> None:
    fit = PaneFit(_LEAST, gap=10)
    fit.ask_for(Pane.TEXT)
    assert fit.shown(600) == {Pane.TEXT, Pane.FORM}
    assert fit.shown(250) == {Pane.TEXT}


def test_the_last_pane_is_never_hidden() -> None:
    fit = PaneFit(_LEAST, gap=10)
    for pane in Pane:
        fit.do_without(pane)
    assert len(fit.shown(2000)) == 1
