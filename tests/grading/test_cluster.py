"""Workers on this machine come back, also those that were killed while they started."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.course import CourseError
from autograder.grading.cluster import ClusterError, Workers, healing, jobs_here, workers

# No worker comes so far that it would need them.
NO_SETTINGS: Any = None


class Client:
    """A client of a cluster with so many workers."""

    status = "running"

    def __init__(self, count):
        self.count = count

    def nthreads(self):
        return dict.fromkeys(range(self.count), 1)

    def subscribe_topic(self, *_arguments):
        pass


def test_workers_that_are_lost_for_good_are_started_again_when_they_are_counted():
    asked = []
    client: Any = Client(2)
    cluster: Any = SimpleNamespace(scale=asked.append)
    made = Workers(client, NO_SETTINGS, healing(cluster, 2))
    assert (made.slots, asked) == (2, [])
    client.count = 1
    assert (made.slots, asked) == (1, [2])


def test_a_scheduler_that_is_gone_for_long_is_an_error_that_says_what_to_do():
    client: Any = Client(0)
    made = Workers(client, NO_SETTINGS)
    assert made.next(0.01) is None
    client.status = "closed"
    with pytest.raises(ClusterError, match="start it again with its workers, then run the same command again"):
        made.next(0.01)


def test_an_address_that_is_none_is_refused():
    with (
        pytest.raises(CourseError, match="no scheduler at nowhere://x"),
        workers(NO_SETTINGS, jobs_here(1), "nowhere://x"),
    ):
        pass
