"""Answers of different students that are alike in what few others wrote: a signal for a person, never a verdict.

In: the hand-ins of a class, and of earlier years.
Out: pairs of hand-ins with what they share and how many share it, as a page, CSV and JSON.
"""
