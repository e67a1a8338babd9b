"""What an attempt is told as, on one line."""

from __future__ import annotations

import pytest

from autograder_client.states import moment_of


@pytest.mark.parametrize(
    ("received", "told"),
    [
        ("2026-11-29T07:25:05.439314+00:00", "2026-11-29 07:25:05 UTC"),
        ("2026-11-29T09:25:05+02:00", "2026-11-29 07:25:05 UTC"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_time_is_told_to_the_second(received, told):
    assert moment_of({"received_at": received}) == told
