"""Says the rules of handing in as sentences, where students hand in."""

from __future__ import annotations

from autograder.course.handing_in import Counts, Rules, Shows, said_time
from autograder.course.score import points
from autograder.i18n.messages import Message, say


def rule_sentences(rules: Rules) -> list[Message]:
    """Return the rules of an assignment, a sentence for each."""
    return [*_times(rules), *_attempts(rules), _counts(rules), _shows(rules), *_hints(rules)]


def _times(rules: Rules) -> list[Message]:
    said = []
    if rules.opens is not None:
        said.append(say("It opens at {time}.", time=said_time(rules, rules.opens)))
    if rules.due is None:
        return [*said, say("It has no due time: nothing is late.")]
    said.append(say("It is due at {time}; the server's clock counts.", time=said_time(rules, rules.due)))
    if rules.grace_minutes:
        said.append(
            say("What comes up to {minutes} minutes later still counts as in time.", minutes=rules.grace_minutes)
        )
    if not rules.late_days:
        return [*said, say("After that nothing is taken.")]
    said.append(say("It is taken up to {days} days late.", days=rules.late_days))
    if rules.penalty_per_day:
        share = points(100 * rules.penalty_per_day)
        said.append(say("Each late day that has begun costs {percent} % of its points.", percent=share))
    else:
        said.append(say("Being late costs no points."))
    return said


def _attempts(rules: Rules) -> list[Message]:
    said = []
    if rules.per_day is not None:
        said.append(
            say(
                "You have {number} attempts a day; a day begins at midnight in {zone}.",
                number=rules.per_day,
                zone=rules.zone,
            )
        )
    if rules.in_all is not None:
        said.append(say("You have {number} attempts in all.", number=rules.in_all))
    if not said:
        return [say("You can hand in as often as you like.")]
    return [*said, say("What could not be read, or what the grader failed on, costs no attempt.")]


def _counts(rules: Rules) -> Message:
    match rules.counts:
        case Counts.BEST:
            return say("The attempt with most points counts, after what lateness takes off.")
        case Counts.CHOSEN:
            return say("The attempt that you choose counts; the last one, until you choose.")
    return say("The last attempt counts.")


def _shows(rules: Rules) -> Message:
    match rules.shows:
        case Shows.AFTER_DUE:
            return say("Points and feedback are shown once you can hand in no more.")
        case Shows.COUNTS_ONLY:
            return say("Your points are shown at once, and never which tests failed.")
    return say("Points and feedback are shown as soon as it is marked.")


def _hints(rules: Rules) -> list[Message]:
    if rules.hints is None or rules.hints <= 1:
        return []
    return [say("Hints are shown from attempt {number} on.", number=rules.hints)]
