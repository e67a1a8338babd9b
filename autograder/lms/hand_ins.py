"""What a download says: people, and what they handed in. Canvas' and Moodle's own names are read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.lms.download import Member


@dataclass(frozen=True)
class Person:
    """Somebody whom the site's list of students names.

    Attributes:
        key: The site's own id: Canvas' number of the user; Moodle's number of the participant.
        name: As the site writes it.
        ids: What may identify the person in nbgrader's gradebook; what the site's list writes for the key comes first.
        student: The id that the person gets as a new student; empty where the list says none.
        email: The address, where the list says one.
        first_name: The name's parts, where the list tells them apart; else the whole of it is `last_name`.
        last_name: See `first_name`.
    """

    key: str
    name: str
    ids: tuple[str, ...]
    student: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True)
class HandedFile:
    """A file of a hand-in.

    Attributes:
        member: Where it is in the download.
        name: Its path as the student handed it in, as far as the site keeps that.
        attachment: Canvas' number of the file, by which feedback finds its way back; empty on Moodle.
    """

    member: Member
    name: str
    attachment: str = ""


@dataclass
class HandIn:
    """What one student or group handed in.

    Attributes:
        keys: Whose it is, by the site's ids.
        called: What the download calls them, for people.
        owner: The user whose hand-in it is on Canvas: of a group, one of its members; empty on Moodle.
        late: Whether the download says that it came late.
        nameless: Whether the site hides from those who mark whose it is.
        files: Its files.
    """

    keys: tuple[str, ...]
    called: str
    owner: str = ""
    late: bool = False
    nameless: bool = False
    files: list[HandedFile] = field(default_factory=list)


@dataclass
class Reading:
    """A download, read.

    Attributes:
        hand_ins: What was handed in.
        left: Why something is not taken in, by what the download calls it.
    """

    hand_ins: list[HandIn]
    left: dict[str, str]
