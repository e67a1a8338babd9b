"""Provides texts for students in more than one language, and makes texts of students' safe to print.

In: English texts, gettext catalogues, a source notebook.
Out: the same in another language: messages by their catalogues, and editions of the notebook.
"""
