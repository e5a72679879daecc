"""Hashing a password takes long. It must not keep others from writing to the database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event

from app.clock import now
from app.identity import invitations, passwords
from challenges.people.accounts import account
from challenges.people.models import Person

PRESENT, NEW = "みかんの木の下で待っている。", "峠の茶屋でひとやすみする。"


class Slow(PasswordHasher):
    """Argon2 that takes as long as the test wants: hashing waits until ``may_end`` is set."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=1024, parallelism=1)
        self.may_end = Event()
        self.may_end.set()

    def hash(self, *words, **more):
        self.may_end.wait(10)
        return super().hash(*words, **more)

    def verify(self, *words, **more):
        self.may_end.wait(10)
        return super().verify(*words, **more)


@pytest.fixture
def slow():
    hasher = Slow()
    before = passwords.hash_with(hasher)
    yield hasher
    passwords.hash_with(before)


@pytest.fixture
def epoch_meanwhile(app, session, database, cast, slow):
    """``epoch_meanwhile(post)``: send the form, and write while the password is being hashed. The
    epoch that this writer saw."""
    engine, looked_up = app.extensions["stepup_database"].engine, Event()

    def note(_connection, _cursor, statement, *_rest):
        if "person.password_hash" in statement:
            looked_up.set()

    staff, colleague = cast.staff.id, cast.colleague.id

    def race(post):
        session.commit()
        slow.may_end.clear()
        event.listen(engine, "after_cursor_execute", note)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(post)
            assert looked_up.wait(20)
            with database.writing() as writer:
                writer.get_one(Person, colleague).language = "en"
                epoch = writer.get_one(Person, staff).session_epoch
            slow.may_end.set()
        event.remove(engine, "after_cursor_execute", note)
        assert answer.result().status_code == 303
        session.expire_all()
        assert (cast.staff.session_epoch, cast.colleague.language) == (1, "en")
        return epoch

    return race


def test_opening_an_invitation_blocks_no_writer(app, session, cast, epoch_meanwhile):
    token = invitations.invite(
        account(session, cast.staff.id), secret=app.config["SECRET_KEY"], at=now()
    )
    browser = app.test_client()
    form = {"password": NEW, "again": NEW}
    assert epoch_meanwhile(lambda: browser.post(f"/invitations/{token}", data=form)) == 0


def test_changing_a_password_blocks_no_writer(app, sign_in, cast, epoch_meanwhile):
    cast.staff.password_hash = passwords.hash_password(PRESENT)
    browser = sign_in(app.test_client(), cast.staff)
    form = {"present": PRESENT, "password": NEW, "again": NEW}
    assert epoch_meanwhile(lambda: browser.post("/settings/passwords", data=form)) == 0
