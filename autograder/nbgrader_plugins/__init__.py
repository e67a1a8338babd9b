"""All that ``nbgrader_config.py`` and Jupyter's own settings name: preprocessors, exporters, filters, hooks, kernels.

In: what nbgrader and Jupyter give to such classes.
Out: what they want of them. Each says which of their own steps it takes the place of.
"""
