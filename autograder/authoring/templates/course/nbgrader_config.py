"""How nbgrader is wired to the autograder, and where this course's folders are."""

from pathlib import Path

from autograder.nbgrader_plugins.release_steps import ANSWER_HERE
from autograder.nbgrader_plugins.wiring import wire

c = get_config()  # noqa: F821
wire(c)

root = Path(__file__).resolve().parent
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "COURSE_ID"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.solution_directory = "solutions"
c.CourseDirectory.db_url = f"sqlite:///{root / 'classroom' / 'gradebook.db'}"
c.ClearSolutions.text_stub = ANSWER_HERE

# nbgrader's exchange is a folder that all accounts of one machine share, where each can look at what lies in it. This
# course uses none: students hand in on the grading server, or on the site from which you collect.
c.Exchange.root = str(root / "classroom" / "no-exchange")
