"""Marks on Gradescope: the zip that is uploaded there, and the program that runs in its containers.

The field lists are Gradescope's own: https://gradescope-autograders.readthedocs.io/en/latest/specs/ for what it is
given, and .../submission_metadata/ for what it tells.
"""
