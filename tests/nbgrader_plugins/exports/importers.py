"""What Canvas and Moodle do with a file that is uploaded, written from their sources and without this kit's code.

Canvas: ``lib/gradebook_importer.rb`` and ``ui/features/gradebook_uploads/jquery`` of instructure/canvas-lms.
Moodle: ``mod/assign/feedback/offline`` and ``mod/assign/feedback/file`` of moodle/moodle.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, datetime

# ``NON_ASSIGNMENT_COLUMN_HEADERS``
CANVAS_TOTALS = (
    "Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade"
    "|Override Score|Override Grade|Override Status"
)


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
    """``identify_delimiter``: of the first three lines, a separator counts that cuts them all alike.

    ``csv_stream``: nothing takes a byte order mark away; numbers get a decimal point.
    """
    text = data.decode("utf-8")
    counts = {}
    for separator in ";,":
        sizes = {len(next(csv.reader([line], delimiter=separator), [])) for line in text.splitlines()[:3]}
        counts[separator] = sizes.pop() if len(sizes) == 1 else 0
    delimiter = ";" if counts[";"] > counts[","] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [[canvas_number(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]


def canvas_number(cell):
    """``decimal_comma_to_period``: the last comma or point of a number is the decimal one."""
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *whole, last = re.split("[,.]", cell)
    return f"{''.join(whole)}.{last}" if whole else last


def canvas_places(header):
    """``row_has_student_headers?`` and ``update_column_count``: where ids stand, and how many columns say who it is."""
    whole = len(header) > 3 and "Student" in header[0] and "ID" in header[1]
    parts = len(header) > 4 and "LastName" in header[0] and "FirstName" in header[1] and "ID" in header[2]
    assert whole or parts, "Invalid header row"
    named_apart = header[:2] == ["LastName", "FirstName"]
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
    """``parse_assignments``: a title with an id that Canvas knows, or a whole title that it knows, is that assignment.

    All else is a new one, but what looks like a total, which is not imported (``strip_non_assignment_columns``).
    """
    columns, new = {}, []
    for index, name in enumerate(header[width:], width):
        if re.search(CANVAS_TOTALS, name):
            continue
        found = re.fullmatch(r"(.*)\s\((\d+)\)", name)
        titled = next((one for one, title in title_ids.items() if title == name), None)
        if found and int(found[2]) in title_ids:
            columns[index] = int(found[2])
        elif titled is not None:
            columns[index] = titled
        else:
            new.append(name)
    return columns, new


def canvas_user(row, places, students):
    """``process_student``: by id, else by the SIS ids, else by name."""
    # Ruby's to_i takes the digits that a text begins with.
    if (key := re.match(r"\s*\d+", row[places["id"]])) and int(key[0]) in students:
        return int(key[0])
    for place, which in (("sis", 1), ("login", 2)):
        if place in places and row[places[place]]:
            for user, about in students.items():
                if about[which] == row[places[place]]:
                    return user
    return next((user for user, about in students.items() if about[0] == row[0]), None)


def canvas_change(assignment, user, grade, old):
    """``populateGradeDataPerSubmission``: what differs is set, and a blank takes a grade away.

    ``no_change_to_value?``: grades differ when they do in two decimals, and a dash is a blank.
    """
    old, new = ("" if one == "-" else one for one in (old, grade))
    numbers = [re.fullmatch(r"-?\d+(\.\d+)?", one) for one in (old, new)]
    if new in ("N/A", old) or (all(numbers) and f"{float(old):.2f}" == f"{float(new):.2f}"):
        return {}
    return {(assignment, user): "excused" if grade.upper() in {"EX", "EXCUSED"} else grade or None}


def moodle(data, participants, headers, most, old=(), changed=(), locked=(), ignore_changes=False):
    """Return the grades and comments that an upload sets on Moodle, each by participant.

    Args:
        data: The bytes of the file.
        participants: Their ids.
        headers: What identifier, grade, time of grading and comments are called in the teacher's language, and the word
            before an identifier.
        most: The assignment's maximum.
        old: Pairs of participant and grade that Moodle has.
        changed: Pairs of participant and the time at which Moodle's grade was last changed.
        locked: Participants whose grade is locked.
        ignore_changes: Whether "Allow updating records that have been modified more recently" is ticked.
    """
    identifier, grade, modified, comments, word = headers
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    places = {name: index for index, name in enumerate(rows[0])}
    # init: without these three, the upload is refused.
    assert {identifier, grade, modified} <= set(places), "invalidgradeimport"
    grades, said, old, changed = {}, {}, dict(old), dict(changed)
    for row in rows[1:]:
        participant = row[places[identifier]][len(word) :]
        if not participant.isdigit() or int(participant) not in participants:
            continue
        text = row[places[grade]].strip().replace(" ", "").replace(",", ".")
        value = float(text) if text else None
        user = int(participant)
        stale = user in changed and changed[user].timestamp() > moodle_time(row[places[modified]]) + 60
        refused = user in locked or (stale and not ignore_changes)
        if value is not None and 0 <= value <= most and value != old.get(user) and not refused:
            grades[user] = value
        if comments in places and (ignore_changes or not stale):
            said[user] = row[places[comments]]
    return grades, said


def moodle_time(text):
    """``strtotime``: it reads English alone; of all else it makes 0."""
    try:
        return datetime.strptime(text, "%A, %d %B %Y, %I:%M %p").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0


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
