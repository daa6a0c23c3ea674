"""Looks now and then whether what jobs wait for is there again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from kitops_desktop.jobs.hindrance import Hindrance
from kitops_desktop.jobs.job import Job
from kitops_desktop.progress import Cancelled, CancelToken

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LookoutTimes:
    """Seconds between two looks: ``first``, and for what takes long twice as many each time up to
    ``longest``.
    """

    first: float = 3.0
    longest: float = 60.0


class Lookout:
    """``gone`` is called, from a thread of its own, for each job that need not wait any longer.

    One thread looks for all jobs that wait for the same.
    """

    def __init__(self, gone: Callable[[Job], None], times: LookoutTimes) -> None:
        self._gone, self._times = gone, times
        self._lock = threading.Lock()
        self._posts: dict[tuple[str, ...], _Post] = {}

    def add(self, job: Job, hindrance: Hindrance) -> None:
        with self._lock:
            post = self._posts.get(hindrance.key)
            if post is None:
                post = self._posts[hindrance.key] = _Post(hindrance)
                post.pause = min(self._times.first * 2.0 ** min(job.fruitless, 16), self._times.longest)
                if hindrance.due_at is not None:
                    post.next_look_at = hindrance.due_at
                post.thread = threading.Thread(target=self._look, args=(post,), name="lookout", daemon=True)
                post.thread.start()
            post.jobs[job.id] = job
            job.next_look_at = post.next_look_at or time.time() + post.pause

    def drop(self, job: Job) -> None:
        """It does not wait any longer, for whatever reason."""
        with self._lock:
            for key, post in tuple(self._posts.items()):
                post.jobs.pop(job.id, None)
                if not post.jobs:
                    post.token.cancel()
                    del self._posts[key]

    def close(self) -> None:
        with self._lock:
            posts, self._posts = list(self._posts.values()), {}
        for post in posts:
            post.token.cancel()
        for post in posts:
            if post.thread is not None:
                post.thread.join()

    def _look(self, post: _Post) -> None:
        try:
            while True:
                self._plan(post)
                post.token.wait(post.pause)
                if post.hindrance.is_gone(post.token):
                    break
                if post.hindrance.grows and post.hindrance.due_at is None:
                    post.pause = min(post.pause * 2, self._times.longest)
        except Cancelled:
            return
        with self._lock:
            if self._posts.get(post.hindrance.key) is post:
                del self._posts[post.hindrance.key]
            jobs, post.jobs = list(post.jobs.values()), {}
        for job in jobs:
            self._gone(job)

    def _plan(self, post: _Post) -> None:
        now, due_at = time.time(), post.hindrance.due_at
        with self._lock:
            if due_at is not None:
                post.pause = max(0.0, due_at - now)
            post.next_look_at = now + post.pause
            for job in post.jobs.values():
                job.next_look_at = post.next_look_at


class _Post:
    """``jobs`` wait for the same; ``pause`` is the seconds until the next look."""

    def __init__(self, hindrance: Hindrance) -> None:
        self.hindrance = hindrance
        self.jobs: dict[str, Job] = {}
        self.pause = 0.0
        self.token = CancelToken()
        self.thread: threading.Thread | None = None
        self.next_look_at: float | None = None
