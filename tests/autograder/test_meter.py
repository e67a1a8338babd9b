"""A meter counts what a process uses and what the clock says."""

from __future__ import annotations

import time

from autograder.meter import Meter


class Me:
    """This process, as a meter sees a kernel's."""

    cpu_seconds = staticmethod(time.process_time)


def test_a_meter_counts_what_the_process_uses_and_what_the_clock_says():
    assert not Meter(Me(), cpu=3600, wall=3600).over
    assert Meter(Me(), cpu=3600, wall=-1).over
    meter = Meter(Me(), cpu=0.05, wall=3600)
    deadline = time.process_time() + 2
    while not meter.over:
        assert time.process_time() < deadline
