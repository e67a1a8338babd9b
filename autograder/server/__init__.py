"""The grading server: people hand in, see what becomes of it, and read feedback within seconds.

Requests come in; receipts, pages, and marks in nbgrader's gradebook go out. Marking is the class run's own
(`autograder.grading.run`), and so is the one writer. Rows of the database are the queue: an attempt and its job are one
transaction.
"""
