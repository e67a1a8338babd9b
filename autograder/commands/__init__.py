"""Has the commands of ``autograder``, a file for those that belong together.

In: what `autograder.cli` reads of a command line.
Out: what the command prints and writes, and its exit code.

Each command has two functions: ``add_NAME`` says what options there are, ``run_NAME`` runs it. What a command needs is
imported when it is run: its help, and errors of usage, wait for none of it.
"""
