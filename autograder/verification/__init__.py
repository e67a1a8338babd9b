"""Checks whether hidden tests are fair and needed: `autograder verify`.

In: an assignment with its solution, its misconceptions and right solutions in other styles.
Out: what was proved, and what was not.
"""
