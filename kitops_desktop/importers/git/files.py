"""What is git's among the files of a repository."""

from __future__ import annotations

GIT_FILES = frozenset({".gitattributes", ".gitignore"})
"""They tell git, and nobody else, what to do with the other files."""
