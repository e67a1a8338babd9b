"""How nbgrader is wired to this kit, and where this course's folders are."""

from pathlib import Path

from autograder.nbgrader_plugins.release_steps import ANSWER_HERE
from autograder.nbgrader_plugins.wiring import wire

c = get_config()  # noqa: F821
wire(c)

root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "cs231n"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.db_url = f"sqlite:///{root / 'classroom' / 'gradebook.db'}"

c.ClearSolutions.text_stub = ANSWER_HERE
