"""Notifications, as the desktop gets them and as the user follows them."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from kitops_desktop.ui.desktop_notice.linux_notifier import LinuxNotifier
from kitops_desktop.ui.desktop_notice.notice import Notice
from support.desktop_services import NOTIFICATIONS, DesktopServices
from support.waiting import DEADLINE, until

PUSHED = Notice("job-1", "Push churn:v1: done", "Pushed 3 < 4 layers & a <b>config</b>", "transfer.complete")

Followed = queue.SimpleQueue[tuple[str, str]]


@pytest.fixture
def followed() -> Followed:
    """What the user followed: (job, token)."""
    return queue.SimpleQueue()


@pytest.fixture
def notifier(services: DesktopServices, followed: Followed) -> Iterator[LinuxNotifier]:
    made = LinuxNotifier(lambda job, token: followed.put((job, token)), services.bus)
    yield made
    made.close()


def told(services: DesktopServices) -> list[list[object]]:
    return until(lambda: services.calls(NOTIFICATIONS, "Notify"), "the desktop to be told")


def test_a_notification_says_what_came_of_the_job(services: DesktopServices, notifier: LinuxNotifier) -> None:
    services.play_template("notification_daemon", NOTIFICATIONS, capabilities="actions body body-markup")
    notifier.tell(PUSHED)
    ((name, replaces, picture, title, text, actions, hints, expires),) = told(services)
    assert (name, replaces, title, expires) == ("KitOps Desktop", 0, "Push churn:v1: done", -1)
    assert text == "Pushed 3 &lt; 4 layers &amp; a &lt;b&gt;config&lt;/b&gt;"
    assert actions == ["default", "Show", "show", "Show"]
    assert isinstance(hints, dict)
    assert hints["desktop-entry"] == ("s", "kitops-desktop")
    assert hints["category"] == ("s", "transfer.complete")
    assert str(picture).startswith("file:///")


def test_a_plain_desktop_gets_plain_text_and_no_buttons(
    services: DesktopServices, notifier: LinuxNotifier
) -> None:
    services.play_template("notification_daemon", NOTIFICATIONS, capabilities="body")
    notifier.tell(PUSHED)
    (arguments,) = told(services)
    assert (arguments[4], arguments[5]) == (PUSHED.text, [])


@pytest.mark.parametrize("way", ["default", "show"])
def test_who_follows_it_is_led_to_the_job(
    way: str, services: DesktopServices, notifier: LinuxNotifier, followed: Followed
) -> None:
    services.play_template("notification_daemon", NOTIFICATIONS, capabilities="actions body")
    notifier.tell(Notice("job-0", "Pull other:v1: done", "", "transfer.complete"))
    notifier.tell(PUSHED)
    until(lambda: len(services.calls(NOTIFICATIONS, "Notify")) == 2, "both notifications")
    services.send(NOTIFICATIONS, "ActionInvoked", "us", 77, way)  # another program's
    services.send(NOTIFICATIONS, "ActivationToken", "us", 2, "permission")
    services.send(NOTIFICATIONS, "ActionInvoked", "us", 2, way)
    assert followed.get(timeout=DEADLINE) == ("job-1", "permission")
    services.send(NOTIFICATIONS, "NotificationClosed", "uu", 2, 2)
    services.send(NOTIFICATIONS, "ActionInvoked", "us", 2, way)  # it is gone
    services.send(NOTIFICATIONS, "ActionInvoked", "us", 1, way)
    assert followed.get(timeout=DEADLINE) == ("job-0", "")
    assert followed.empty()


def test_a_desktop_that_comes_later_is_told_the_next_time(
    services: DesktopServices, notifier: LinuxNotifier
) -> None:
    notifier.tell(PUSHED)
    services.play_template("notification_daemon", NOTIFICATIONS, capabilities="body")
    notifier.tell(Notice("job-2", "Pull churn:v2: done", "", "transfer.complete"))
    until(lambda: told(services)[-1][3] == "Pull churn:v2: done", "the second one")
