"""Sandboxes a process: namespaces, Landlock, seccomp and limits.

In: the policy, which is plain data, and the level that a machine offers.
Out: a process that sees and does no more than the policy allows.
"""
