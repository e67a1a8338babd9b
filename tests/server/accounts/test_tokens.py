"""People make tokens for themselves; an instructor's link for somebody opens no more than the instructor may see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from autograder.server.accounts import people, tokens
from autograder.server.accounts.access import Member
from autograder.server.accounts.credentials import By, Who
from autograder.server.errors import RequestError
from autograder.server.tables import AuditLine, Enrolment, Role, Token


@pytest.fixture
def school(either_school):
    return either_school


def who(school, session, login):
    person = school.person(login, session)
    return Who(person, people.enrolments_of(session, person), By.TOKEN, person.administers)


def member(school, session, login, slug="vision"):
    found = who(school, session, login)
    return Member(found, school.server.courses[slug], found.role(slug), found.enrolments.get(slug))


def test_a_token_is_known_once_and_holds_until_it_is_revoked(school):
    with school.database.writing() as session:
        row, secret = tokens.make_own(session, who(school, session, "ada"), "laptop", school.clock())
    with school.database.writing() as session:
        assert people.find_token(session, secret, school.clock()).person.login == "ada"
        assert secret.startswith(row.hint)
        assert not tokens.revoke_own(session, who(school, session, "ben"), row.id, school.clock())
        assert not tokens.revoke_own(session, who(school, session, "ada"), 2**70, school.clock())
        assert tokens.revoke_own(session, who(school, session, "ada"), row.id, school.clock())
        assert not tokens.revoke_own(session, who(school, session, "ada"), row.id, school.clock())
        assert people.find_token(session, secret, school.clock()) is None
        trail = session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
    assert trail == ["token.made", "token.revoked"]


def test_a_token_holds_until_it_ends(school):
    with school.database.writing() as session:
        end = school.clock() + timedelta(days=1)
        _, secret = tokens.make_own(session, who(school, session, "ada"), "", school.clock(), end)
        assert people.find_token(session, secret, end - timedelta(seconds=1)) is not None
        assert people.find_token(session, secret, end) is None


def test_nobody_fills_the_table(school):
    with school.database.writing() as session:
        ada = who(school, session, "ada")
        for _ in range(tokens.MOST - 1):
            tokens.make_own(session, ada, "", school.clock())
        with pytest.raises(RequestError, match="You have 20 tokens"):
            tokens.make_own(session, ada, "", school.clock())


def test_the_use_of_a_token_is_noted_now_and_then(school):
    with school.database.writing() as session:
        row = people.find_token(session, school.tokens["ada"], school.clock())
        assert row is not None
        assert people.note_use(row, school.clock())
        assert not people.note_use(row, school.clock() + timedelta(minutes=9))
        assert people.note_use(row, school.clock() + timedelta(minutes=10))


@pytest.mark.parametrize(("by", "of", "made"), [("ina", "ada", True), ("ina", "tom", True), ("root", "ina", True)])
def test_an_instructor_makes_links_for_their_people(school, by, of, made):
    with school.database.writing() as session:
        _, secret = tokens.make_for(
            session, member(school, session, by), school.person(of, session), school.clock(), None, ()
        )
        assert (people.find_token(session, secret, school.clock()).person.login == of) is made


def join(school, session, login, slug, role=Role.STUDENT):
    person = school.person(login, session)
    session.add(Enrolment(course_id=school.server.courses[slug].id, person_id=person.id, role=role))
    session.flush()


@pytest.mark.parametrize("act", [tokens.make_for, tokens.lock_out])
@pytest.mark.parametrize(("of", "administrators"), [("root", ()), ("ada", ("ada",))])
def test_no_instructor_makes_a_link_for_an_administrator(school, act, of, administrators):
    with school.database.writing() as session:
        # As an instructor could do by a roster.
        if of != "ada":
            join(school, session, of, "vision")
        ina, person = member(school, session, "ina"), school.person(of, session)
        given = (None, administrators) if act is tokens.make_for else (administrators,)
        with pytest.raises(RequestError, match="They administer the server"):
            act(session, ina, person, school.clock(), *given)


def test_an_instructors_link_opens_what_they_teach_whatever_else_somebody_is_in(school):
    vision, other = (school.server.courses[slug].id for slug in ("vision", "other"))
    with school.database.writing() as session:
        join(school, session, "olga", "vision")
        olga = school.person("olga", session)
        ina, root = member(school, session, "ina"), member(school, session, "root")
        row, _ = tokens.make_for(session, ina, olga, school.clock(), None, ())
        assert people.enrolments_of(session, olga, row.opens).keys() == {"vision"}
        assert tokens.make_for(session, root, olga, school.clock(), None, ())[0].opens is None
        join(school, session, "ina", "other", Role.INSTRUCTOR)
        row, _ = tokens.make_for(session, member(school, session, "ina"), olga, school.clock(), None, ())
        assert row.opens == [vision, other]


def test_an_instructor_ends_what_opens_their_courses_alone(school):
    with school.database.writing() as session:
        join(school, session, "olga", "vision")
        # Also courses that somebody has left are theirs.
        for row in session.scalars(select(Enrolment).where(Enrolment.course_id == school.server.courses["other"].id)):
            row.ended_at = school.clock()
        ina, olga = member(school, session, "ina"), school.person("olga", session)
        _, here = tokens.make_for(session, ina, olga, school.clock(), None, ())
        lifetime = school.server.settings.sessions
        browsers = [
            people.start_session(session, olga, school.clock(), lifetime, opens).cookie
            for opens in (None, [school.server.courses["vision"].id])
        ]
        assert not tokens.lock_out(session, ina, olga, school.clock(), ())
        assert people.find_token(session, here, school.clock()) is None
        assert people.find_token(session, school.tokens["olga"], school.clock()) is not None
        assert [people.find_session(session, one, school.clock()) is None for one in browsers] == [False, True]


def test_who_is_locked_out_has_no_token_and_no_browser_left(school):
    with school.database.writing() as session:
        ada = school.person("ada", session)
        cookie = people.start_session(session, ada, school.clock(), school.server.settings.sessions).cookie
        assert tokens.lock_out(session, member(school, session, "ina"), ada, school.clock(), ())
        assert people.find_session(session, cookie, school.clock()) is None
        assert people.find_token(session, school.tokens["ada"], school.clock()) is None
        assert people.find_token(session, school.tokens["ben"], school.clock()) is not None
        assert all(row.revoked_at for row in session.scalars(select(Token).where(Token.person_id == ada.id)))
