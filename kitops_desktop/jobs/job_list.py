"""The jobs there are, and the order of those that have not ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kitops_desktop.jobs.job import Job


class _Lists(NamedTuple):
    all: tuple[Job, ...]
    order: tuple[Job, ...]


class JobList:
    """To be changed by one thread at a time: whoever has it sees to that. Any thread may look at it
    meanwhile, and waits for nobody: a change puts new lists in the place of the old ones.
    """

    def __init__(self, earlier: Iterable[Job]) -> None:
        """With the jobs of earlier runs of the program, the oldest first."""
        jobs = tuple(earlier)
        left = (job for job in jobs if not job.state.is_finished)
        self._lists = _Lists(jobs, tuple(sorted(left, key=lambda job: job.position)))
        self.next_position = max((job.position for job in jobs), default=0) + 1

    def all(self) -> tuple[Job, ...]:
        """The oldest first."""
        return self._lists.all

    def order(self) -> tuple[Job, ...]:
        """Those that have not ended, in the order in which their turn is or was."""
        return self._lists.order

    def listed(self) -> tuple[Job, ...]:
        """All as people want to see them: those of ``order``, then what has ended, the newest first."""
        lists = self._lists
        return (*lists.order, *(job for job in reversed(lists.all) if job not in lists.order))

    def add(self, job: Job) -> None:
        """A new job, which took ``next_position`` for its own."""
        self.next_position += 1
        self._lists = _Lists((*self._lists.all, job), (*self._lists.order, job))

    def line_up(self, job: Job) -> None:
        """It has not ended after all; its turn is last unless it has one."""
        if job not in self._lists.order:
            self._put_in_order((*self._lists.order, job))

    def take_off(self, job: Job) -> None:
        """It has ended."""
        self._put_in_order(_without(job, self._lists.order))

    def forget(self, job: Job) -> bool:
        """Whether it was there."""
        before = self._lists
        self._lists = before._replace(all=_without(job, before.all))
        return len(self._lists.all) < len(before.all)

    def move(self, job: Job, before: Job | None) -> bool:
        """Have a job's turn come right before that of another, or last of all (None). Whether that can be."""
        if job not in self._lists.order or job is before:
            return False
        others = _without(job, self._lists.order)
        place = others.index(before) if before in others else len(others)
        order = (*others[:place], job, *others[place:])
        for position, waiting in enumerate(order):
            waiting.position = position
        self.next_position = len(order)
        self._put_in_order(order)
        return True

    def _put_in_order(self, order: tuple[Job, ...]) -> None:
        self._lists = self._lists._replace(order=order)


def _without(job: Job, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    return tuple(one for one in jobs if one is not job)
