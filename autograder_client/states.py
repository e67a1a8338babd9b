"""Says in words what has become of an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

WORDS = {
    "queued": "queued",
    "marking": "being marked",
    "marked": "marked",
    "refused": "refused: it cannot be marked as it is",
    "for_a_person": "waits for a person",
}
# Nothing more happens to an attempt by itself.
ENDED = {"marked", "refused", "for_a_person"}


def moment_of(attempt: Mapping[str, Any]) -> str:
    """Return when an attempt was received, to the second; as the server has it where that is no time."""
    text = str(attempt["received_at"])
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return text


def line_of(attempt: Mapping[str, Any]) -> str:
    """Return what has become of an attempt, as the server tells it, on one line."""
    state = str(attempt["state"])
    words = f"attempt {attempt['number']}: {WORDS.get(state, state)}"
    if state == "queued" and attempt.get("place") is not None:
        words += f", place {attempt['place'] + 1}"
    if state == "queued" and attempt.get("expected_seconds") is not None:
        words += f", about {max(1, round(attempt['expected_seconds']))} s"
    if attempt.get("score") is not None and state == "marked":
        words += f", {attempt['score']:g} of {attempt['max_score']:g} points"
        words += " so far" if attempt.get("waits_for_a_person") else ""
    if attempt.get("penalty"):
        words += f", late: {100 * attempt['penalty']:g} % less"
    elif attempt.get("late_seconds"):
        words += ", late"
    return words + (" (this one counts)" if attempt.get("counts") else "")
