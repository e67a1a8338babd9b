"""What hints did: whether those who had one fixed their problem more often at their next attempt.

In: next attempts after a mistake, with and without its hint, as the grading server knows them.
Out: a difference for each hint, or why none is told, as a page, CSV and JSON.
"""
