"""Texts for students, in more than one language.

In: English texts, gettext catalogues, a source notebook.
Out: the same in another language: messages as a catalogue says them, and editions of the notebook.
"""
