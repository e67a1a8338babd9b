"""Writes what an author begins with: a course's folder, and an assignment that can be released as it stands.

In: a folder, a name, and for a sequel the assignment that it goes on from.
Out: files of the author's own, which nothing here touches again.
"""
