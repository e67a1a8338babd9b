"""nbgrader's steps for a release: what each adds, and what each refuses."""

from __future__ import annotations

from autograder.nbgrader_plugins.release_steps import AddPackages


def test_only_the_code_of_a_package_is_for_students(course, assignment):
    kit = course.root.parent / "kit"
    for name in (
        "__pycache__/layers.pyc",
        ".ipynb_checkpoints/layers-checkpoint.py",
        "datasets/coco_captioning/x.h5",
        "datasets/.cache/a.py",
    ):
        file = kit / "cs231n" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    resources = {"nbgrader": {"assignment": "arithmetic"}}
    _, resources = AddPackages().preprocess(assignment.notebook, resources)
    assert "cs231n/layers.py" in resources["outputs"]
    assert not [name for name in resources["outputs"] if "/." in name or "__pycache__" in name or name.endswith(".h5")]
