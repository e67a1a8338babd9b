"""Says what to look at when a test failed and nothing better is known, by how the test ended."""

from __future__ import annotations

from autograder.i18n.messages import Message, gettext_noop
from autograder.kernel.wire import WireError
from autograder.testing.faults import StudentDied, StudentError, StudentTimeout
from autograder.testing.scoring import Finding

SHAPES = gettext_noop(
    "Print the shapes of all arrays in the line that raised, and compare them with those in the docstring."
)
NAMES = gettext_noop(
    "Use only the arguments, the cache, and names that your own cells define: what a check defines is not there when "
    "your function is called."
)
STUB = gettext_noop("Write the body of the function in place of the line that raises.")
BY_ERROR = {
    "NotImplementedError": STUB,
    "NameError": NAMES,
    "UnboundLocalError": gettext_noop("Is the name given a value on every way through the function before it is read?"),
    "ValueError": SHAPES,
    "IndexError": SHAPES,
    "TypeError": gettext_noop("What type has each value in the line that raised, and how many values are there?"),
    "KeyError": gettext_noop("Which keys has the dictionary, and who fills it?"),
    "AttributeError": gettext_noop(
        "What type has the object in the line that raised, and does that type have this attribute?"
    ),
    "ZeroDivisionError": gettext_noop("For which inputs is the divisor zero?"),
    "RecursionError": gettext_noop("When does the function stop calling itself?"),
}
ANY_ERROR = gettext_noop("Call the function in a cell of your own with small arrays, and go through it line by line.")
ENDLESS = gettext_noop("Is there a loop that never ends, or one over single numbers where whole arrays would do?")
ENDED = gettext_noop("Does the code call exit, or make arrays that are far too large?")
UNREADABLE = gettext_noop("Return numpy arrays of numbers, or what the docstring asks for.")


def default_hint(finding: Finding) -> str:
    """Return what to look at after a failed test; empty where the sentence that it rests on says it."""
    match finding.case.fault:
        case StudentError(name=name):
            return Message(BY_ERROR.get(name, ANY_ERROR))
        case StudentTimeout():
            return Message(ENDLESS)
        case StudentDied():
            return Message(ENDED)
        case WireError():
            return Message(UNREADABLE)
    return ""
