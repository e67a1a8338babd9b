"""Serves replies whose lines of the traceback, said to be the student's own, hold the hidden input."""
# control: inside
# %% attack in double
from autograder.kernel import call_server
call_server.student_lines = lambda trace: [" ".join(format(value, ".6f") for value in seen[-1])]
seen = []
def double(x):
    seen.append(x)
    raise ValueError("no")
