"""Makes what students get, and the solutions.

In: the source notebook and the hidden tests.
Out: a release and a solution in each language, and the page that says what is marked.
"""
