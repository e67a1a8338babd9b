"""Reads what is set: a course's folders, an assignment with its problems and solution, limits, records' form.

In: the source notebook, ``assignment.toml``, misconceptions and solutions.
Out: an `Assignment` that answers all questions about them. Nothing here has seen a submission.
"""
