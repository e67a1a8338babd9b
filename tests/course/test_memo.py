"""What follows from a text, or belongs to an object, is worked out once; nothing is kept longer than it is of use."""

import gc
import weakref

from autograder.course.memo import LONGEST, memoised, once_each


def test_a_short_text_is_looked_at_once_and_a_long_one_is_not_kept():
    seen = []
    first = memoised(lambda text: seen.append(len(text)) or text[:1])
    assert [first("ab"), first("ab"), first("b"), first("x" * LONGEST), first("x" * LONGEST)] == [*"aabxx"]
    assert seen == [2, 1, LONGEST]
    assert [first("y" * (LONGEST + 1)) for _ in range(2)] == ["y", "y"]
    assert seen[3:] == [LONGEST + 1] * 2


def test_what_was_made_for_an_object_goes_with_it():
    class Made:
        pass

    make = once_each(lambda _one: Made())
    one, other = Made(), Made()
    assert make(one) is make(one) is not make(other)
    left = weakref.ref(make(other))
    del other
    gc.collect()
    assert left() is None
