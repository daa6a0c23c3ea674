"""Where the user has been, for back and forward."""

from __future__ import annotations

from kitops_desktop.ui.navigation import Place

MAX_PLACES = 100


class History:
    """A list of places with one current; going somewhere new forgets what was ahead."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._current = -1

    @property
    def current(self) -> Place | None:
        return self._places[self._current] if self._places else None

    @property
    def can_go_back(self) -> bool:
        return self._current > 0

    @property
    def can_go_forward(self) -> bool:
        return self._current + 1 < len(self._places)

    def visit(self, place: Place) -> None:
        """Note that the user went to ``place``; staying where one is counts as nothing."""
        if place == self.current:
            return
        del self._places[self._current + 1 :]
        self._places.append(place)
        del self._places[:-MAX_PLACES]
        self._current = len(self._places) - 1

    def back(self) -> Place | None:
        """The place before, which is current then; None when there is none."""
        return self._go(-1) if self.can_go_back else None

    def forward(self) -> Place | None:
        return self._go(1) if self.can_go_forward else None

    def _go(self, step: int) -> Place:
        self._current += step
        return self._places[self._current]
