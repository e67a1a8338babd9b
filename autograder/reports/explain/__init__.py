"""Shows how a problem of a submission came to its marks: `autograder explain`.

In: a record and its submission.
Out: the calls that tests made, a script that makes them again, and the draft of a reply.
"""
