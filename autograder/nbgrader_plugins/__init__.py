"""Provides what ``nbgrader_config.py`` and Jupyter's settings name: preprocessors, exporters, filters, hooks, kernels.

In: what nbgrader and Jupyter pass to such classes.
Out: what they expect in return. Each says which of their own steps it replaces.
"""
