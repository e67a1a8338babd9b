"""What Gradescope tells of a submission: its own example is read, and what else may come."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from autograder.bundles.gradescope.metadata import Metadata, read_metadata
from autograder.course.course import CourseError

# https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/, its values only a little shorter.
EXAMPLE = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2018-07-31T23:00:00.000000-07:00",
        "group_size": 4,
        "group_submission": True,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2018-07-02T00:00:00.000000-07:00",
        "title": "Programming Assignment 1",
        "total_points": "20.0",
    },
    "submission_method": "upload",
    "users": [{"email": "student@example.com", "id": 1234, "name": "Student User"}],
    "previous_submissions": [
        {
            "submission_time": "2017-04-06T14:24:48.087023-07:00",
            "score": 0.0,
            "autograder_error": False,
            "results": {"score": 3.0},
        }
    ],
}


def read(tmp_path, **changed: object) -> Metadata:
    file = tmp_path / "submission_metadata.json"
    file.write_text(json.dumps({**EXAMPLE, **changed}))
    return read_metadata(file)


def test_the_documented_example_is_read(tmp_path):
    told = read(tmp_path)
    assert told.created_at.astimezone(UTC) == datetime(2018, 7, 1, 21, 22, 32, 365935, tzinfo=UTC)
    assert told.due.astimezone(UTC) == datetime(2018, 8, 1, 6, tzinfo=UTC)
    assert told.who == "Student User"
    assert [one.results for one in told.before] == [{"score": 3.0}]


def test_an_extension_of_a_group_is_the_latest_of_its_members(tmp_path):
    dates = ["2018-08-02T23:00:00-07:00", "2018-08-05T23:00:00-07:00"]
    users = [{"name": "Ada", "assignment": {"due_date": date}} for date in dates] + [{"name": None, "email": "b@x"}]
    told = read(tmp_path, users=users)
    assert told.due == datetime.fromisoformat(dates[1])
    assert told.who == "Ada, Ada, b@x"


def test_what_came_later_counts_for_nothing_when_an_old_submission_is_marked_again(tmp_path):
    times = ["2018-07-03T00:00:00-07:00", "2018-06-30T00:00:00-07:00", "2018-06-29T00:00:00-07:00"]
    told = read(tmp_path, previous_submissions=[{"submission_time": time, "score": None} for time in times])
    assert [one.submission_time.day for one in told.before] == [29, 30]


def test_without_the_file_nothing_is_told(tmp_path):
    assert read_metadata(tmp_path / "submission_metadata.json") == Metadata()


@pytest.mark.parametrize("changed", [{"created_at": "yesterday"}, {"created_at": "2018-07-01T14:22:32"}, {"users": 3}])
def test_an_odd_file_is_named(tmp_path, changed):
    with pytest.raises(CourseError, match=r"submission_metadata\.json"):
        read(tmp_path, **changed)


def test_no_json_is_named(tmp_path):
    file = tmp_path / "submission_metadata.json"
    file.write_text("{")
    with pytest.raises(CourseError, match=r"submission_metadata\.json"):
        read_metadata(file)
