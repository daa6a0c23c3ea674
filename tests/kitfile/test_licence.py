"""Licences known by their text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kitops_desktop.kitfile.licence import detect_licence

MIT = """MIT License

Copyright (c) 2024 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""
BSD_2 = """Copyright (c) 2024, Somebody

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice,
   this list of conditions and the following disclaimer in the documentation
   and/or other materials provided with the distribution.
"""
BSD_3 = (
    BSD_2
    + """3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.
"""
)
ISC = """ISC License

Copyright 2024 Somebody

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES.
"""
UNLICENSE = """This is free and unencumbered software released into the public domain.

Anyone is free to copy, modify, publish, use, compile, sell, or
distribute this software.
"""
HEADS = {
    "GPL-2.0": "GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\nTERMS AND CONDITIONS FOR COPYING",
    "GPL-3.0": "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\n0. Definitions.",
    "LGPL-2.1": "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1, February 1999\nTERMS AND CONDITIONS",
    "LGPL-3.0": "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\n0. Additional Definitions.",
    "AGPL-3.0": "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007\n\n0. Definitions.",
    "MPL-2.0": 'Mozilla Public License Version 2.0\n\n1. Definitions\n"Covered Software"',
    "CC0-1.0": "CC0 1.0 Universal\n\nStatement of Purpose\n\n3. Public License Fallback.",
    "CC-BY-4.0": "Creative Commons Attribution 4.0 International Public License\n\nSection 1 -- Definitions.",
    "CC-BY-SA-4.0": "Attribution-ShareAlike 4.0 International Public License\n\nSection 1 -- Definitions.",
    "CC-BY-NC-4.0": "Attribution-NonCommercial 4.0 International Public License\n\nSection 1 -- Definitions.",
}


@pytest.mark.parametrize(
    ("text", "name"),
    [(MIT, "MIT"), (BSD_2, "BSD-2-Clause"), (BSD_3, "BSD-3-Clause"), (ISC, "ISC"), (UNLICENSE, "Unlicense")]
    + [(text, name) for name, text in HEADS.items()],
)
def test_known_texts(text: str, name: str) -> None:
    assert detect_licence(text) == name
    assert detect_licence(text.replace("\n", "\r\n").upper()) == name


def test_the_licence_of_this_project() -> None:
    assert detect_licence((Path(__file__).parents[2] / "LICENSE").read_text("utf-8")) == "Apache-2.0"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "All rights reserved.",
        "Licensed under the MIT license.",
        MIT + ISC,
        MIT + "The Software shall be used for Good, not Evil.",
        MIT + "Further conditions, which no MIT licence has, follow here. " * 10,
        BSD_2 + "All advertising materials mentioning features or use of this software must say so.",
        "A story of the Free Software Foundation. " * 30 + HEADS["GPL-3.0"],
    ],
    ids=["empty", "all rights reserved", "mention", "two", "JSON", "more", "half BSD-4", "title far below"],
)
def test_other_texts_are_of_no_known_licence(text: str) -> None:
    assert detect_licence(text) == ""
