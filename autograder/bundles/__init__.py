"""Packs an assignment with the kit, so that it is marked where a course already is: Gradescope, GitHub Classroom.

In: an assignment of a course, and the kit that runs.
Out: one zip file, and the program in it that marks there.
"""
