"""Imports the hidden tests as modules of the grader's package."""
# control: process
# needs: full
# %% attack after double
import pkgutil, sys
sys.path.insert(0, target.kit)
import autograder.assignments
folder = autograder.assignments.__path__[0] + "/rnn_captioning/hidden"
print([module.name for module in pkgutil.iter_modules([folder])])
if open(folder + "/test_rnn_backward.py").read():
    worked()
