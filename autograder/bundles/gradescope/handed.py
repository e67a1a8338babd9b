"""Finds out how something was handed in: how late, as which attempt, and what came before it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from autograder.bundles.gradescope.metadata import Metadata, Previous
from autograder.course.handing_in import Lateness, Refusal, Rules, lateness, may_hand_in

# The name in `extra_data` below which results hold what the next marking of the same student's work needs to know.
OWN = "autograder"


@dataclass(frozen=True)
class Handed:
    """How something was handed in.

    Attributes:
        rules: The assignment's rules, with the due time that Gradescope has for its student.
        late: How late it came.
        number: Which of its student's attempts it is.
        costless: When attempts came that cost nothing, as they could not be read.
        before: The results of what was handed in before, of which at least the score is known; None where there is
            none.
        refusal: Why it is not marked; None when it is.
    """

    rules: Rules = field(default_factory=Rules)
    late: Lateness = field(default_factory=Lateness)
    number: int = 1
    costless: tuple[str, ...] = ()
    before: dict[str, Any] | None = None
    refusal: Refusal | None = None


def handed_in(metadata: Metadata, rules: Rules) -> Handed:
    """Return how something was handed in.

    Gradescope says when it is due, with extensions, and what is taken at all; the course's rules say what lateness
    costs and how many attempts there are. Nothing depends on when it is marked: what is marked again gets the same.

    Args:
        metadata: What Gradescope tells.
        rules: The assignment's.
    """
    rules = replace(rules, due=metadata.due or rules.due)
    before = metadata.before
    costless = _costless(before)
    counted = [one for one in before if not one.autograder_error and one.submission_time.isoformat() not in costless]
    if metadata.created_at is None:
        return Handed(rules)
    # Whether it is open at all is Gradescope's to say.
    always = replace(rules, opens=None, due=None)
    return Handed(
        rules,
        lateness(rules, metadata.created_at),
        len(counted) + 1,
        costless,
        _results(before),
        may_hand_in(always, metadata.created_at, [one.submission_time for one in counted]),
    )


def _costless(before: list[Previous]) -> tuple[str, ...]:
    """Return when attempts came that cost nothing: each marking tells the next, which is told of the last alone."""
    if not before:
        return ()
    own = _own(before[-1].results)
    known = own.get("costless", [])
    told = [str(one) for one in known] if isinstance(known, list) else []
    return (*told, *([] if own.get("costs", True) else [before[-1].submission_time.isoformat()]))


def _results(before: list[Previous]) -> dict[str, Any] | None:
    """Return the last results that have a score."""
    if before and before[-1].results and isinstance(before[-1].results.get("score"), int | float):
        return before[-1].results
    scores = [one.score for one in before if one.score is not None and not one.autograder_error]
    return {"score": scores[-1]} if scores else None


def _own(results: dict[str, Any] | None) -> dict[str, Any]:
    kept = (results or {}).get("extra_data")
    own = kept.get(OWN) if isinstance(kept, dict) else None
    return own if isinstance(own, dict) else {}


def language_before(handed: Handed) -> str | None:
    """Return the language in which results were told before; None where that is not known."""
    language = _own(handed.before).get("language")
    return language if isinstance(language, str) else None
