"""Says what to look at when a test failed and nothing better is known, by how the test ended."""

from __future__ import annotations

from autograder.i18n.messages import NOTHING, Message, say
from autograder.kernel.wire import WireError
from autograder.testing.case import NO_KEY
from autograder.testing.faults import CheckFailed, StudentDied, StudentError, StudentTimeout
from autograder.testing.scoring import Finding

SHAPES = say("Print the shapes of all arrays in the line that raised, and compare them with those in the docstring.")
NAMES = say(
    "Use only the arguments, the cache, and names that your own cells define: what a check defines is not there when "
    "your function is called."
)
STUB = say("Write the body of the function in place of the line that raises.")
BY_ERROR = {
    "NotImplementedError": STUB,
    "NameError": NAMES,
    "UnboundLocalError": say("Does the name get a value on every path through the function before it is read?"),
    "ValueError": SHAPES,
    "IndexError": SHAPES,
    "TypeError": say("What type has each value in the line that raised, and how many values are there?"),
    "KeyError": say("Which keys has the dictionary, and who fills it?"),
    "AttributeError": say("What type has the object in the line that raised, and does that type have this attribute?"),
    "ZeroDivisionError": say("For which inputs is the divisor zero?"),
    "RecursionError": say("When does the function stop calling itself?"),
}
ANY_ERROR = say("Call the function in a cell of your own with small arrays, and go through it line by line.")
ENDLESS = say(
    "Does each round of your loops bring them nearer to their end? Where every loop ends: is one of them over single "
    "numbers, and would whole arrays do?"
)
ENDED = say("Does the code call exit, or make arrays that are far too large?")
UNREADABLE = say("Return numpy arrays of numbers, or what the docstring asks for.")


def default_hint(finding: Finding) -> Message:
    """Return what to look at after a failed test; empty where the sentence that it rests on says it."""
    match finding.case.fault:
        case CheckFailed(rationale=Message(template=template)) if template == NO_KEY:
            return BY_ERROR["KeyError"]
        case StudentError(name=name):
            return BY_ERROR.get(name, ANY_ERROR)
        case StudentTimeout():
            return ENDLESS
        case StudentDied():
            return ENDED
        case WireError():
            return UNREADABLE
    return NOTHING
