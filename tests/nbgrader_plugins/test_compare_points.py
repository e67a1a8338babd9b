"""The comparison of points, as an exporter of nbconvert's uses it."""

from __future__ import annotations

from autograder.nbgrader_plugins.compare_points import ComparePoints
from autograder.nbgrader_plugins.feedback_exporter import FeedbackExporter


def test_nothing_is_warned_of_when_it_is_made_with_an_exporters_options(caplog):
    assert ComparePoints(config=FeedbackExporter().default_config).enabled
    assert caplog.messages == []
