"""Takes scores out of the gradebook, as ``nbgrader export --exporter=autograder.nbgrader_plugins.exports.NAME``.

In: nbgrader's gradebook; for Canvas and Moodle, the file that they exported.
Out: CSV files, and for Moodle a zip of feedback pages. What cannot be exported is listed, student by student.
"""

from autograder.nbgrader_plugins.exports.canvas import ExportCanvas
from autograder.nbgrader_plugins.exports.moodle import ExportMoodle
from autograder.nbgrader_plugins.exports.scores import ExportProblems, ExportScores

__all__ = ["ExportCanvas", "ExportMoodle", "ExportProblems", "ExportScores"]
