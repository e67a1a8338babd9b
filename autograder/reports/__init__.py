"""What staff read of records.

In: the records of a class, or of one submission.
Out: pages, CSV, and tables on the terminal.
"""
