"""Hands in to a grading server: from a terminal, and from JupyterLab's Assignment List.

It is what students install. It imports nothing of the kit, and holds no test and no solution.
"""

__version__ = "0.1.0"
