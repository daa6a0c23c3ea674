"""The secrets every registry test uses: after the suite no file of a test may hold one (see planted_search.py).

A test that needs a password, an identity token or a refresh token takes it from here, never makes up its own: the
search at the end of the session can only find what it knows.

What may hold them by consent:

* `kit`'s ``credentials.json`` and Docker's ``config.json``: their formats hold the secret in base64, and only a
  test that consents (or lays the file itself) writes one. The search skips files of exactly these names, and
  nothing else.
* the keyring's own files: they are encrypted, so a search through them finds nothing, and is made.
"""

from __future__ import annotations

USERNAME = "robot"
PASSWORD = "planted-S3cret-pa55-9f27c1"
OTHER_PASSWORD = "planted-S3cret-0ther-41ab6e"
"""For what needs two: a wrong one, a changed one, another account's."""
IDENTITY_TOKEN = "planted-S3cret-1dentity-t0ken-c80d52"
REFRESH_TOKEN = "planted-S3cret-refresh-t0ken-6b9e34"
"""What a token server of the tests answers as ``refresh_token``."""
ACCESS_TOKEN = "planted-S3cret-access-t0ken-d15f70"
"""For token servers whose tokens need not be signed."""

SECRETS: tuple[str, ...] = (PASSWORD, OTHER_PASSWORD, IDENTITY_TOKEN, REFRESH_TOKEN, ACCESS_TOKEN)

CONSENTED_NAMES = frozenset({"credentials.json", "config.json"})
"""Names of files that may hold secrets, because their format is made for it."""
