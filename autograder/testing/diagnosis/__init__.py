"""Names what is behind failed tests.

In: what the hidden tests of a problem saw.
Out: a known misconception or a pattern of the wrong values; nothing where several would fit.
"""
