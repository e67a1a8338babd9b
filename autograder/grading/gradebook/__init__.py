"""Writes to nbgrader's database, in transactions.

In: the marks of one submission.
Out: rows as nbgrader leaves them, and a trail of what was changed.
"""
