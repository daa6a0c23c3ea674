"""Where packing would put a path, from the Kitfile and .kitignore alone: nothing is read from the disk.

The rules are those of ``modelkit.walk``, for one path at a time and in any order, so that a view can ask for
the rows it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kitops_desktop.kitfile.ignore import IgnoreRules
from kitops_desktop.kitfile.kitfile import Kitfile
from kitops_desktop.kitfile.paths import clean
from kitops_desktop.modelkit.layers import LayerEntry, layer_entries, remote_paths
from kitops_desktop.modelkit.left_out import LeftOutReason

_REMEMBERED_FOLDERS = 100_000


@dataclass(frozen=True, slots=True)
class Destination:
    """``entries`` take the path whole; ``below`` are further down in a folder. Without both, ``why`` says why
    it is not packed; ``detail`` is the pattern that ignores it.
    """

    entries: tuple[LayerEntry, ...] = ()
    below: tuple[LayerEntry, ...] = ()
    why: LeftOutReason | None = None
    detail: str = ""

    @property
    def is_packed(self) -> bool:
        """Whether it, or something in it, would be packed."""
        return self.why is None


@dataclass(frozen=True, slots=True)
class _Folder:
    """``inside`` take all of it, ``further`` begin below it (both by index); ``why`` it is left out with all
    below it."""

    inside: tuple[int, ...]
    further: tuple[int, ...]
    why: LeftOutReason | None = None


class Destinations:
    """Answers for one state of Kitfile and .kitignore. For one thread at a time."""

    def __init__(
        self,
        entries: Sequence[LayerEntry],
        rules: IgnoreRules,
        elsewhere: Mapping[str, LeftOutReason] | None = None,
    ) -> None:
        """``elsewhere`` are paths that no layer takes along with a folder around them, and why."""
        self._entries = tuple(entries)
        self._rules = rules
        self._elsewhere = dict(elsewhere or {})
        paths = [entry.clean_path for entry in self._entries]
        self._parts = [() if path == "." else tuple(path.split("/")) for path in paths]
        self._begins = frozenset(paths).union(self._elsewhere)
        everything = tuple(index for index, parts in enumerate(self._parts) if not parts)
        further = tuple(index for index, parts in enumerate(self._parts) if parts)
        self._top = _Folder(everything, further)
        self._folders: dict[str, _Folder] = {}

    @classmethod
    def of_kitfile(cls, kitfile: Kitfile, rules: IgnoreRules, excluded: Sequence[str] = ()) -> Destinations:
        """``excluded`` are paths that kits this one refers to claim for themselves."""
        remote = dict.fromkeys(remote_paths(kitfile), LeftOutReason.REMOTE)
        excepted = {clean(path): LeftOutReason.PARENT_KIT for path in excluded}
        return cls(layer_entries(kitfile), rules, remote | excepted)

    def copy(self) -> Destinations:
        """The same answers, for another thread."""
        return Destinations(self._entries, self._rules, self._elsewhere)

    def of(
        self, path: str, *, is_dir: bool = False, is_link: bool = False, is_special: bool = False
    ) -> Destination:
        """Where the entry ``path`` (relative, with ``/``) goes; the top itself is not asked for."""
        state = self._state(path)
        packed = bool(state.inside or state.further)
        pattern = self._rules.decision(path)
        if pattern is not None:
            if pattern.line is None:
                return Destination(why=LeftOutReason.KITFILE)
            return Destination(why=LeftOutReason.IGNORED, detail=str(pattern))
        if not packed:
            return Destination(why=state.why or LeftOutReason.NOT_COVERED)
        if is_link:
            return Destination(why=LeftOutReason.LINK)
        if is_special:
            return Destination(why=LeftOutReason.SPECIAL)
        if not is_dir and not state.inside:  # an entry of the Kitfile is looked for below a file
            return Destination(why=LeftOutReason.NOT_COVERED)
        return Destination(self._named(state.inside), self._named(state.further))

    def _named(self, indices: tuple[int, ...]) -> tuple[LayerEntry, ...]:
        return tuple(self._entries[index] for index in indices)

    def _state(self, path: str) -> _Folder:
        """The state of a path, worked out from the top down as far as it is not known."""
        start = path.rfind("/")
        while start > 0 and path[:start] not in self._folders:
            start = path.rfind("/", 0, start)
        state = self._folders[path[:start]] if start > 0 else self._top
        depth = path.count("/", 0, start) + 1 if start > 0 else 0
        while True:
            end = path.find("/", max(start, 0) + 1)
            name = path if end < 0 else path[:end]
            state = self._child(state, name, depth)
            if end < 0:
                return state
            if len(self._folders) >= _REMEMBERED_FOLDERS:
                self._folders.clear()
            self._folders[name] = state
            start, depth = end, depth + 1

    def _child(self, folder: _Folder, path: str, depth: int) -> _Folder:
        begins = path in self._begins
        inside = () if begins else folder.inside
        further: list[int] = []
        if folder.further:
            step = path.rpartition("/")[2]
            for index in folder.further:
                parts = self._parts[index]
                if parts[depth] != step:
                    continue
                if len(parts) == depth + 1:
                    inside += (index,)
                else:
                    further.append(index)
        why = folder.why
        if begins and not inside and not further:
            why = self._elsewhere.get(path, why) if folder.inside else why
        return _Folder(inside, tuple(further), why)
