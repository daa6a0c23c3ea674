"""Files with their sections become the entries of a Kitfile: as few as say the same, none covered twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from kitops_desktop.classification.classification import Section
from kitops_desktop.classification.inventory import Folder, Inventory
from kitops_desktop.kitfile.file_kinds import is_writable_name

MOST_CODE = 5
"""With more code entries than these one entry takes all code."""
MOST_LOOSE = 60
"""With more files of one section in a mixed folder than these the folder becomes an entry."""
MOST_ENTRIES = 400
"""When there are so many, folders of mixed content are taken as a whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``path`` goes into ``section``. ``files`` are those that are known by name, without what has entries of
    its own; ``count`` is how many there are in all."""

    path: str
    section: Section
    is_folder: bool
    files: tuple[str, ...]
    count: int
    holds_rest: bool = False
    """Whether something inside it has entries of its own."""


def arrange(
    inventory: Inventory, sections: dict[str, Section], more: dict[str, Counter[Section]]
) -> list[Entry]:
    """The entries, in the order of the folder."""
    return _Arranging(inventory, sections, more).run()


class _Arranging:
    def __init__(
        self, inventory: Inventory, sections: dict[str, Section], more: dict[str, Counter[Section]]
    ) -> None:
        self._inventory, self._sections, self._more = inventory, sections, more
        self._inside: dict[str, Counter[Section]] = {}
        self._entries: dict[str, Section] = {}
        self._folders = {folder.path: folder for folder in inventory.folders}

    def run(self) -> list[Entry]:
        for folder in reversed(self._inventory.folders):
            self._inside[folder.path] = self._counted(folder)
        waiting: list[tuple[Folder, Section | None]] = [(self._inventory.top, None)]
        while waiting:
            folder, covered = waiting.pop()
            waiting.extend(self._split(folder, covered))
        self._gather_code()
        self._name_siblings()
        return self._listed()

    def _counted(self, folder: Folder) -> Counter[Section]:
        counts = Counter(self._sections[file.path] for file in folder.files)
        counts += self._more.get(folder.path, Counter())
        for inner in folder.folders:
            counts += self._inside.get(inner.path, Counter())
        return counts

    def _split(self, folder: Folder, covered: Section | None) -> list[tuple[Folder, Section | None]]:
        """Make the entries directly in a folder that is of several sections; give back folders to go into.

        ``covered`` is the section of an entry above that takes what gets no entry.
        """
        covered = self._own_entry(folder, covered)
        for file in folder.files:
            section = self._sections[file.path]
            if section is not covered and section is not Section.IGNORED and is_writable_name(file.path):
                self._entries[file.path] = section
        deeper = []
        for inner in folder.folders:
            found = [
                section for section in self._inside.get(inner.path, ()) if section is not Section.IGNORED
            ]
            if not found or found == [covered]:
                continue
            if len(found) == 1 and is_writable_name(inner.path):
                self._entries[self._only_file(inner)] = found[0]
            elif len(self._entries) < MOST_ENTRIES or not is_writable_name(inner.path):
                deeper.append((inner, covered))
            else:
                self._entries[inner.path] = self._main(inner)
        return deeper[::-1]

    def _own_entry(self, folder: Folder, covered: Section | None) -> Section | None:
        """What covers the loose files here, after giving the folder an entry if it needs one."""
        loose = Counter(self._sections[file.path] for file in folder.files)
        loose += self._more.get(folder.path, Counter())
        del loose[Section.IGNORED]
        del loose[Section.MODEL]
        if not loose:
            return covered
        most, count = loose.most_common(1)[0]
        unnamed = folder.path in self._more or not all(is_writable_name(file.path) for file in folder.files)
        if folder.path and loose[Section.CODE] and not unnamed:
            most = Section.CODE
        elif count <= MOST_LOOSE and not unnamed:
            return covered
        if most is not covered and is_writable_name(folder.path):
            self._entries[folder.path or "."] = most
            return most
        return covered

    def _main(self, folder: Folder) -> Section:
        counts = Counter(self._inside[folder.path])
        del counts[Section.IGNORED]
        return counts.most_common(1)[0][0]

    def _only_file(self, folder: Folder) -> str:
        """The path of the folder, or of the one file in it."""
        paths = self._paths_below(folder.path, 2)
        ignored = self._inside[folder.path][Section.IGNORED]
        total = sum(self._inside[folder.path].values()) - ignored
        return paths[0] if total == 1 and paths else folder.path

    def _paths_below(self, path: str, most: int) -> list[str]:
        found: list[str] = []
        waiting = [self._folders[path]] if path in self._folders else []
        while waiting and len(found) < most:
            folder = waiting.pop()
            found += [f.path for f in folder.files if self._sections[f.path] is not Section.IGNORED]
            waiting.extend(folder.folders)
        return found

    def _gather_code(self) -> None:
        code = [path for path, section in self._entries.items() if section is Section.CODE]
        if len(code) > MOST_CODE and "." not in self._entries:
            for path in code:
                del self._entries[path]
            self._entries["."] = Section.CODE

    def _name_siblings(self) -> None:
        """``kit`` takes out of a layer what begins with the text of another entry: name that itself."""
        waiting = list(self._entries)
        while waiting:
            path = waiting.pop()
            parent, _, name = path.rpartition("/")
            folder = self._folders.get(parent)
            if path == "." or folder is None or self._covering(parent) is None:
                continue
            for inner, section in self._beside(folder):
                beside = inner.rpartition("/")[2]
                if section is None or beside == name or not beside.startswith(name):
                    continue
                if inner in self._entries or not is_writable_name(inner):
                    continue
                if len(self._entries) < 2 * MOST_ENTRIES:
                    self._entries[inner] = section
                    waiting.append(inner)

    def _beside(self, folder: Folder) -> list[tuple[str, Section | None]]:
        """What lies in a folder, with the section it goes to; None where it has no single one."""
        found: list[tuple[str, Section | None]] = []
        for file in folder.files:
            section = self._sections[file.path]
            found.append((file.path, None if section is Section.IGNORED else section))
        for inner in folder.folders:
            sections = set(self._inside.get(inner.path, ())) - {Section.IGNORED}
            found.append((inner.path, sections.pop() if len(sections) == 1 else None))
        return found

    def _covering(self, path: str) -> str | None:
        """The entry at ``path`` or the nearest above it."""
        while path:
            if path in self._entries:
                return path
            path = path.rpartition("/")[0]
        return "." if "." in self._entries else None

    def _listed(self) -> list[Entry]:
        files: dict[str, list[str]] = defaultdict(list)
        counts: Counter[str] = Counter()
        for folder in self._inventory.folders:
            for file in folder.files:
                if self._sections[file.path] is not Section.IGNORED:
                    entry = self._covering(file.path)
                    if entry is not None:
                        files[entry].append(file.path)
                        counts[entry] += 1
            if folder.path in self._more:
                counts[self._covering(folder.path) or "."] += sum(self._more[folder.path].values())
        inner = {self._covering(path.rpartition("/")[0]) for path in self._entries if path != "."}
        return [
            Entry(
                path,
                section,
                path == "." or path in self._folders,
                tuple(files[path]),
                counts[path],
                path in inner,
            )
            for path, section in sorted(self._entries.items(), key=lambda one: _order(one[0]))
        ]


def _order(path: str) -> tuple[bool, str]:
    return path == ".", path
