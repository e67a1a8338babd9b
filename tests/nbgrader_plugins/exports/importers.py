"""What Canvas and Moodle do with a file that is uploaded, written from their sources and without this kit's code.

Canvas: ``lib/gradebook_importer.rb`` and ``ui/features/gradebook_uploads/jquery`` of instructure/canvas-lms.
Moodle: ``mod/assign/feedback/offline`` and ``mod/assign/feedback/file`` of moodle/moodle.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile


def canvas(data, students, grades, title_ids):
    """Return what an upload changes on Canvas.

    Args:
        data: The bytes of the file.
        students: The users of the course: ``{id: (name, sis_user_id, login)}``.
        grades: What Canvas has of each assignment: ``{assignment id: {user id: grade or None}}``.
        title_ids: The assignments' titles: ``{assignment id: title}``.

    Returns:
        Changed grades, ``{(assignment id, user id): new grade or None}``; new assignments; unknown students; points.
    """
    header, *rows = canvas_rows(data)
    places, width = canvas_places(header)
    columns, new = canvas_assignments(header, width, title_ids)
    changes, unknown, points = {}, [], {}
    for row in rows:
        # check_for_non_student_row
        if "Points Possible" in row[0]:
            points = {columns[index]: row[index] for index in columns}
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
            user = canvas_user(row, places, students)
            if user is None:
                unknown.append(row[0])
                continue
            for index, assignment in columns.items():
                old = grades[assignment].get(user) or ""
                if "read only" not in points.get(assignment, ""):
                    changes |= canvas_change(assignment, user, row[index].strip(), old)
    return changes, new, unknown, points


def canvas_rows(data):
    """``identify_delimiter``: of the first three lines, a separator counts that cuts them all alike."""
    text = data.decode("utf-8-sig")
    counts = {}
    for separator in ";,":
        sizes = {len(next(csv.reader([line], delimiter=separator), [])) for line in text.splitlines()[:3]}
        counts[separator] = sizes.pop() if len(sizes) == 1 else 0
    delimiter = ";" if counts[";"] > counts[","] else ","
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(row)]


def canvas_places(header):
    """``row_has_student_headers?`` and ``update_column_count``: where ids stand, and how many columns say who it is."""
    named_apart = header[:2] == ["LastName", "FirstName"]
    assert named_apart or (len(header) > 3 and "Student" in header[0] and "ID" in header[1]), "Invalid header row"
    width = 4 if named_apart else 3
    places = {"id": width - 2}
    if "SIS Login ID" in header[width - 1]:
        places["login"], width = width - 1, width + 1
    elif "SIS User ID" in header[width - 1] and "SIS Login ID" in header[width]:
        places |= {"sis": width - 1, "login": width}
        integration = "Integration ID" in header[width + 1]
        width += 2 + integration + ("Root Account" in header[width + 1 + integration])
    assert "Section" in header[width - 1], "Invalid header row"
    return places, width


def canvas_assignments(header, width, title_ids):
    """``parse_assignments``: a title with an id that Canvas knows is that assignment, all else is a new one."""
    columns, new = {}, []
    for index, name in enumerate(header[width:], width):
        found = re.fullmatch(r"(.*)\s\((\d+)\)", name)
        if found and int(found[2]) in title_ids:
            columns[index] = int(found[2])
        # strip_non_assignment_columns
        elif not re.search("Current Score|Current Points|Final Score|Final Points|Override", name):
            new.append(name)
    return columns, new


def canvas_user(row, places, students):
    """``process_student``: by id, else by the SIS ids, else by name."""
    if (key := row[places["id"]]).isdigit() and int(key) in students:
        return int(key)
    for place, which in (("sis", 1), ("login", 2)):
        if place in places and row[places[place]]:
            for user, about in students.items():
                if about[which] == row[places[place]]:
                    return user
    return next((user for user, about in students.items() if about[0] == row[0]), None)


def canvas_change(assignment, user, grade, old):
    """``populateGradeDataPerSubmission``: what differs is set, and a blank takes a grade away."""
    if grade in ("N/A", old):
        return {}
    return {(assignment, user): "excused" if grade.upper() in {"EX", "EXCUSED"} else grade or None}


def moodle(data, participants, headers, most, old=()):
    """Return the grades and comments that an upload sets on Moodle, each by participant.

    Args:
        data: The bytes of the file.
        participants: Their ids.
        headers: What identifier, grade, time of grading and comments are called in the teacher's language, and the word
            before an identifier.
        most: The assignment's maximum.
        old: Pairs of participant and grade that Moodle has.
    """
    identifier, grade, modified, comments, word = headers
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    places = {name: index for index, name in enumerate(rows[0])}
    # init: without these three, the upload is refused.
    assert {identifier, grade, modified} <= set(places), "invalidgradeimport"
    grades, said, old = {}, {}, dict(old)
    for row in rows[1:]:
        participant = row[places[identifier]][len(word) :]
        if not participant.isdigit() or int(participant) not in participants:
            continue
        text = row[places[grade]].strip().replace(" ", "").replace(",", ".")
        value = float(text) if text else None
        if value is not None and 0 <= value <= most and value != old.get(int(participant)):
            grades[int(participant)] = value
        if comments in places:
            said[int(participant)] = row[places[comments]]
    return grades, said


def moodle_files(data, participants):
    """Return the feedback files that a zip adds on Moodle: ``{(participant, name of the file): bytes}``."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for path in packed.namelist():
            parts = path.split("/")
            if parts[-1].startswith((".", "~")):
                continue
            while parts:
                info = parts.pop(0).split("_", 4)
                if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in participants:
                    continue
                assert info[2:4] in (["assignsubmission", "file"], ["assignfeedback", "file"])
                rest = [one for one in (*info[4:], *parts) if one]
                found[int(info[1]), "/".join(rest)] = packed.read(path)
                break
    return found
