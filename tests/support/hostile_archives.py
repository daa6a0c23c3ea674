"""Archives that must never be unpacked, and what each is refused as."""

from __future__ import annotations

from dataclasses import dataclass

from kitops_desktop.errors import ArchiveDamaged, ArchiveTooLarge, KitOpsError, UnsafeEntry
from support.archives import END, GNU, archive, file, folder, header, long_name, padded, pax, record


@dataclass(frozen=True)
class Hostile:
    """``shows`` when a listing shows the entry as unsafe instead of failing."""

    name: str
    content: bytes
    error: type[KitOpsError]
    shows: bool = False

    def __str__(self) -> str:
        return self.name


def _unsafe(name: str, *entries: bytes) -> Hostile:
    return Hostile(name, archive(file(b"before"), *entries), UnsafeEntry, shows=True)


def _together(name: str, *entries: bytes) -> Hostile:
    """Entries that are harmless alone."""
    return Hostile(name, archive(file(b"before"), *entries), UnsafeEntry)


def _damaged(name: str, content: bytes) -> Hostile:
    return Hostile(name, content, ArchiveDamaged)


LEADS_AWAY = (
    _unsafe("absolute", file(b"/outside")),
    _unsafe("two slashes", file(b"//outside")),
    _unsafe("upwards", file(b"../outside")),
    _unsafe("upwards in the middle", folder(b"a"), file(b"a/../../outside")),
    _unsafe("upwards and back", folder(b"a"), file(b"a/../inside")),
    _unsafe("upwards by the prefix", file(b"outside", prefix=b"..")),
    _unsafe("folder above", folder(b"..")),
    _unsafe("folder ends upwards", folder(b"a/..")),
    _unsafe("pax path absolute", pax({b"path": b"/outside"}), file(b"inside")),
    _unsafe("pax path upwards", pax({b"path": b"a/../../outside"}), file(b"inside")),
    _unsafe("long name upwards", long_name(b"x/" * 80 + b"../" * 90 + b"outside"), file(b"inside")),
    _unsafe("drive", file(b"C:\\outside")),
    _unsafe("drive and slash", file(b"c:/outside")),
    _unsafe("share", file(b"\\\\host\\share\\outside")),
    _unsafe("upwards by backslash", file(b"..\\outside")),
    _unsafe("upwards by backslash inside", file(b"a\\..\\..\\outside")),
)

NO_FILES = (
    _unsafe("symbolic link", header(b"link", kind=b"2", link=b"/etc")),
    _unsafe("symbolic link to a neighbour", header(b"link", kind=b"2", link=b"before")),
    _unsafe("write through a link", header(b"link", kind=b"2", link=b".."), file(b"link/outside")),
    _unsafe("hard link", header(b"link", kind=b"1", link=b"/etc/passwd")),
    _unsafe("character device", header(b"null", kind=b"3")),
    _unsafe("block device", header(b"disk", kind=b"4")),
    _unsafe("pipe", header(b"pipe", kind=b"6")),
    _unsafe("sparse file of GNU", header(b"sparse", kind=b"S", magic=GNU)),
    _unsafe("unknown type", header(b"what", kind=b"Z")),
)

BAD_NAMES = (
    _unsafe("zero byte", pax({b"path": b"in\0side"}), file(b"inside")),
    _unsafe("no name", file(b"")),
    _unsafe("dot", file(b".")),
    _unsafe("file with a slash", header(b"x/", 1) + padded(b"x")),
    _unsafe("long component", pax({b"path": b"n" * 256}), file(b"inside")),
    _unsafe("long path", pax({b"path": b"deep/" * 1000 + b"x"}), file(b"inside")),
)

CLASHES = (
    _together("twice", file(b"same"), file(b"same", b"other")),
    _together("twice in other words", file(b"same"), file(b"./same")),
    _together("file over folder", folder(b"same"), file(b"same")),
    _together("folder over file", file(b"same"), folder(b"same")),
    _together("file below a file", file(b"same"), file(b"same/below")),
    _together("file over a folder with files", folder(b"a"), file(b"a/b"), file(b"a")),
)

DAMAGED = (
    _damaged("wrong checksum", archive(header(b"x", checksum=b"000001\0 "))),
    _damaged("no archive", b"PK\x03\x04" + bytes(range(256)) * 8),
    _damaged("cut in a header", header(b"x")[:300]),
    _damaged("cut in a file", header(b"x", 4096) + bytes(100)),
    _damaged("cut before a file", header(b"x", 4096)),
    _damaged("cut after a pax header", pax({b"path": b"x"})),
    _damaged("cut in a pax header", header(b"p", 1000, b"x") + b"30 path=x"),
    _damaged("empty", b""),
    _damaged("cut between entries", file(b"a") + file(b"b")),
    _damaged("zeros between entries", file(b"a") + bytes(512) + file(b"b") + END),
    _damaged("size that is no number", archive(header(b"x", b"00000000008\0"))),
    _damaged("negative size", archive(header(b"x", b"\xff" * 12))),
    _damaged("enormous size", archive(header(b"x", b"\x80" + b"\x7f" * 11))),
    _damaged("pax size that is no number", archive(pax({b"size": b"-1"}), file(b"x"))),
    _damaged("enormous pax size", archive(pax({b"size": b"9" * 30}), file(b"x"))),
    _damaged("pax record without a length", archive(pax(b"path=x\n"), file(b"x"))),
    _damaged("pax record that is too long", archive(pax(b"99 path=x\n"), file(b"x"))),
    _damaged("pax record that is too short", archive(pax(b"3 path=x\n"), file(b"x"))),
    _damaged("pax record of length zero", archive(pax(b"0 path=x\n"), file(b"x"))),
    _damaged("sparse file of pax", archive(pax({b"GNU.sparse.major": b"1"}), file(b"x"))),
    _damaged("one name for all", archive(pax({b"path": b"x"}, b"g"), file(b"a"), file(b"b"))),
)

TOO_LARGE = (
    Hostile(
        "large pax header", archive(pax(record(b"comment", b"c" * (2 << 20))), file(b"x")), ArchiveTooLarge
    ),
    Hostile("large long name", archive(long_name(b"n" * (2 << 20)), file(b"x")), ArchiveTooLarge),
    Hostile(
        "pax header of terabytes",
        header(b"p", b"\x80" + bytes(5) + b"\x40" + bytes(5), b"x"),
        ArchiveTooLarge,
    ),
)

HOSTILE = (*LEADS_AWAY, *NO_FILES, *BAD_NAMES, *CLASHES, *DAMAGED, *TOO_LARGE)
