"""The files of a repository on their way from a background thread to the window."""

from __future__ import annotations

from collections import deque

from kitops_desktop.importers.hugging_face.client import MOST_FILES
from kitops_desktop.importers.hugging_face.values import HfFile
from kitops_desktop.progress import CancelToken
from kitops_desktop.ui.hugging_face.hf_reads import CARD, HfLook
from kitops_desktop.ui.library.file_tree import PlainFile

_AHEAD = 20_000
_PAUSE = 0.02
_MOST_LETTERS, _MOST_FOLDERS = 50_000_000, 2_000_000
"""Of all paths together; of folders each is counted as often as it is named."""
IN_LFS, IN_GIT = "Git LFS", "Git"


class HfStream:
    """Filled by ``run`` in a background thread and emptied by ``take`` in the window's.

    ``files`` are all that were taken, by their paths. ``truncated``: there may be more than are listed.
    """

    def __init__(self) -> None:
        self._waiting: deque[HfFile] = deque()
        self._has_ended = False
        self.files: dict[str, HfFile] = {}
        self.truncated = False

    @property
    def card(self) -> HfFile | None:
        """The model card, once it was taken."""
        return self.files.get(CARD)

    @property
    def waiting(self) -> int:
        """How many have not been taken yet."""
        return len(self._waiting)

    def run(self, look: HfLook, token: CancelToken) -> HfStream:
        """List all files; stays at most some thousand files ahead of who takes them."""
        count = letters = folders = 0
        for file in look.client.files(look.repository, token):
            count += 1
            letters += len(file.path)
            folders += file.path.count("/")
            if letters > _MOST_LETTERS or folders > _MOST_FOLDERS:
                self.truncated = True
                return self
            while len(self._waiting) >= _AHEAD:
                token.wait(_PAUSE)
            self._waiting.append(file)
        self.truncated = count >= MOST_FILES
        return self

    def end(self) -> None:
        """No more will come."""
        self._has_ended = True

    def take(self, limit: int) -> tuple[PlainFile, ...] | None:
        """Up to ``limit`` files in the order of the listing; None when all were taken."""
        taken = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
        if not taken and self._has_ended:
            return None
        self.files.update((file.path, file) for file in taken)
        return tuple(
            PlainFile(file.path, file.size, file.unsafe, IN_LFS if file.is_lfs else IN_GIT) for file in taken
        )
