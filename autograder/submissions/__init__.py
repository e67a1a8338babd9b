"""Reads submissions, whatever was handed in.

In: a file, an archive or a folder, of which nothing is trusted.
Out: a notebook that can be marked, with sentences on what was repaired; or `Rejected`, which says why not.
"""
