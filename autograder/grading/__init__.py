"""Marks a class in parallel: one task for each submission, on dask.distributed, and one writer of gradebook and files.

In: the folder of submissions.
Out: records, nbgrader's gradebook, and the folders that nbgrader's own autograde would leave.
"""
