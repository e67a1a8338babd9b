"""The side that runs student code, and the wire to it. It imports nothing of the rest of the package.

In: cells, calls of functions, and the level of the sandbox.
Out: Jupyter messages, and replies to calls, which are nothing but data.
"""
