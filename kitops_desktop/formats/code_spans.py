"""Which parts of a source text are comments, strings, numbers, keywords and names, for colouring it.

The text comes from strangers, so no pattern can be made to take long: none has two ways to read the same
characters, and what begins is always ended. Nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kitops_desktop.formats.code_languages import Language

MOST_SPANS = 20_000
"""What follows has no colours."""
_NUMBER = r"(?<![\w.])\d[\w.]*"
_WORD = r"[^\W\d]\w*"
_KEY_WORD = r"^[ \t]*+(?:- ++)*+(?P<key>\w[\w./-]*+)(?=[ \t]*[:=])"
_HEADING = r"(?P<heading>^#{1,6} [^\n]*)"
_FENCE = r"(?P<fence>^(?:```|~~~)[^\n]*)"
_CODE = r"(?P<code>`[^`\n]*`)"
_TAG = r"(?P<tag></?[A-Za-z!?][\w:.-]*|/?>)"


@dataclass(frozen=True, slots=True)
class Span:
    """``start`` and ``length`` in characters; ``kind``: comment, string, number, keyword, name."""

    start: int
    length: int
    kind: str


def coloured(text: str, language: Language) -> tuple[tuple[Span, ...], ...]:
    """For each line of ``text`` (between line feeds) its spans, which do not overlap."""
    starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
    lines: list[list[Span]] = [[] for _ in starts[:-1]]
    line = count = 0
    for span in _spans(text, language):
        while starts[line + 1] <= span.start:
            line += 1
        for number, part in _by_line(span, starts, line):
            lines[number].append(part)
            count += 1
        if count >= MOST_SPANS:
            break
    return tuple(map(tuple, lines))


def _by_line(span: Span, starts: list[int], line: int) -> Iterator[tuple[int, Span]]:
    """The parts of a span in the lines it goes through, the first of which is ``line``."""
    end = span.start + span.length
    while starts[line] < end:
        begin, last = max(span.start, starts[line]), min(end, starts[line + 1] - 1)
        if last > begin:
            yield line, Span(begin - starts[line], last - begin, span.kind)
        line += 1
        if line + 1 == len(starts):
            return


def _spans(text: str, language: Language) -> Iterator[Span]:
    for match in _pattern(language).finditer(text):
        kind = match.lastgroup
        if kind == "word":
            word = match["word"]
            if (word.casefold() if language.ignores_case else word) in language.keywords:
                yield Span(match.start(), len(word), "keyword")
        elif kind is not None:
            start, end = match.span(kind)
            yield Span(start, end - start, _KINDS.get(kind, kind))


_KINDS = {
    "key": "name",
    "quoted_key": "name",
    "heading": "keyword",
    "fence": "comment",
    "code": "string",
    "tag": "keyword",
}


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    parts = [f"(?P<comment>{comments})"] if (comments := _comments(language)) else []
    if language.markup == "headings":
        parts += [_HEADING, _FENCE, _CODE]
    elif language.markup == "tags":
        parts.append(_TAG)
    if language.has_keys:
        if '"' in language.quotes:
            parts.append(r'(?P<quoted_key>"(?:[^"\\\n]|\\.)*+")(?=[ \t]*:)')
        parts.append(_KEY_WORD)
    if language.quotes:
        parts.append(f"(?P<string>{'|'.join(map(_string, language.quotes))})")
    if not language.markup:
        parts += [f"(?P<number>{_NUMBER})", f"(?P<word>{_WORD})"]
    return re.compile("|".join(parts), re.MULTILINE)


def _comments(language: Language) -> str:
    blocks = [rf"{re.escape(begin)}(?s:.*?)(?:{re.escape(end)}|\Z)" for begin, end in language.block_comments]
    # In a shell, "#" in the middle of a word is none.
    lines = [rf"(?<![^\s]){re.escape(mark)}[^\n]*" if mark in "#;" else rf"{re.escape(mark)}[^\n]*"
             for mark in language.line_comments]  # fmt: skip
    return "|".join(blocks + lines)


def _string(quote: str) -> str:
    """To the closing quote, or else to the end of the line or text: a beginning is never tried in vain."""
    mark = re.escape(quote)
    if len(quote) == 3:
        return rf"{mark}(?s:[^\\{quote[0]}]|\\.|{quote[0]}(?!{quote[1:]}))*+(?:{mark})?"
    if quote == "`":
        return r"`[^`]*+`?"
    return rf"{mark}(?:[^{mark}\\\n]|\\.)*+{mark}?"
