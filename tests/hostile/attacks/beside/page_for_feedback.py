"""A page of the student's own with the name of the feedback page: a script in it, or no feedback at all."""
# control: none
# layout: folder
# %% attack on the folder
(folder / "arithmetic.html").write_text("<script>alert(1)</script>")
