"""Takes in what students handed in on a course site: Canvas or Moodle, for `autograder collect`.

In: what the site lets an instructor download, as a zip or unpacked: hand-ins, who is in the course, when what came.
Out: a folder for each student in ``classroom/submitted``, new students in nbgrader's gradebook, and
``classroom/collected/<assignment>.json``, by which `autograder.nbgrader_plugins.exports` knows whose grades and
feedback are whose there. Nobody guesses whose a hand-in is: what is not certain is listed, and left out.

Everything in a download is a student's: names of files, names of people, contents. Nothing of it is run, and nothing is
written but files, below the student's own folder.
"""
