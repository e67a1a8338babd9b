"""Makes what marks on GitHub: an action for a private repository of the staff's, and a workflow that calls it.

In: an assignment of a course, and the kit that runs.
Out: a folder for each of the two repositories; in a job, a summary, points for GitHub Classroom, and files.
"""
