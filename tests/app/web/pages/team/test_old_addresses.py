"""Tabs that were opened before an address changed still work."""

from collections.abc import Callable
from types import SimpleNamespace

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.submissions.models import Completion


def test_an_old_form_is_sent_on_whole(
    client: FlaskClient,
    session: Session,
    cast: SimpleNamespace,
    sign_in: Callable[..., FlaskClient],
    submit: Callable[..., int],
) -> None:
    submission_id = submit(cast.staff)
    old = f"/claims/{submission_id}/acceptances"
    answer = sign_in(client, cast.manager).post(old, follow_redirects=True)
    assert answer.status_code == 200
    assert session.scalars(select(Completion.submission_id)).all() == [submission_id]


def test_an_old_bulk_form_accepts_what_was_ticked(
    client: FlaskClient,
    session: Session,
    cast: SimpleNamespace,
    sign_in: Callable[..., FlaskClient],
    submit: Callable[..., int],
) -> None:
    submission_id = submit(cast.staff)
    browser, form = sign_in(client, cast.manager), {"claim": submission_id}
    answer = browser.post("/claims/acceptances", data=form)
    assert answer.status_code == 308
    # A browser sends the form again. The test's own client has no body left.
    browser.post(answer.location, data=form)
    assert session.scalars(select(Completion.submission_id)).all() == [submission_id]


def test_an_old_address_keeps_its_method_and_its_query(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[..., FlaskClient]
) -> None:
    answer = sign_in(client, cast.manager).post("/claims/7/questions?page=2")
    assert (answer.status_code, answer.location) == (308, "/submissions/7/questions?page=2")


def test_a_stranger_with_an_old_form_signs_in_first(client: FlaskClient) -> None:
    answer = client.post("/claims/7/acceptances")
    assert answer.status_code in {302, 303, 401}
