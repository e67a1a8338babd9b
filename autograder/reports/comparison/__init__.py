"""A class beside an earlier one: this class before a run, or another year's.

In: the class as it is, and the name of a run, or a folder with records or the report of another class.
Out: whose points moved and why, or what got easier or harder, as a page, CSV and JSON.
"""
