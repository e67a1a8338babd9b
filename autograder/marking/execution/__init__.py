"""Runs one kernel from outside.

In: cells, calls of functions, limits.
Out: outputs and replies, and how each cell and each call ended.
"""
