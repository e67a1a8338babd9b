"""The side that runs student code, and the wire to it. Imports nothing from the rest of the package.

In: cells, calls of functions, and how far the code is to be shut in.
Out: Jupyter messages, and replies to calls, which are nothing but data.
"""
