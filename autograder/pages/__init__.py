"""What all pages of the kit share: one stylesheet, one frame with its policy, and the environment of their templates.

In: templates and what is put into them. Out: pages that need nothing besides themselves, and in which nothing runs.
"""
