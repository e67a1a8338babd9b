"""Marks one submission.

In: a notebook as it was read, and its assignment.
Out: the marked notebook, and a record of what the tests of each problem came to.
"""
