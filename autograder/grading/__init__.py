"""Marks a class in parallel: one task for each hand-in, on dask.distributed, and one writer of gradebook and files."""
