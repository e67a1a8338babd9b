"""Makes the page that a student reads: what counts, what is behind a wrong answer, and the notebook with its verdicts.

In: a record, the marked notebook, and what people have entered in the gradebook.
Out: one HTML file that loads nothing and runs nothing; or the same, but the notebook, as GitHub-flavoured Markdown; or,
of a record alone, JUnit XML.
"""
