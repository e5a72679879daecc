"""Who may open the team page and send its forms."""

import pytest


@pytest.mark.parametrize("who", ["manager", "deputy", "outsider"])
def test_managers_and_deputies_can_open_the_page(as_, cast, who):
    assert as_(getattr(cast, who)).get("/team").status_code == 200


@pytest.mark.parametrize("who", ["staff", "colleague", "dx"])
def test_everybody_else_is_told_who_the_page_is_for(as_, cast, who):
    answer = as_(getattr(cast, who)).get("/team")
    assert answer.status_code == 403
    assert "チームのページは、管理職と代理の人のためのものです。" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/team"),
        ("post", "/submissions/1/acceptances"),
        ("post", "/submissions/1/questions"),
        ("post", "/submissions/acceptances"),
        ("post", "/completions/acceptance-withdrawals"),
        ("post", "/completions/1/endorsements"),
        ("post", "/endorsements/1/withdrawals"),
        ("post", "/deputies"),
        ("post", "/deputies/1/endings"),
    ],
)
def test_a_signed_out_visitor_is_sent_to_sign_in(client, method, path):
    answer = getattr(client, method)(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    [
        "/submissions/999/acceptances",
        "/submissions/99999999999999999999/questions",
        "/completions/0/endorsements",
        "/endorsements/999/withdrawals",
    ],
)
def test_an_unknown_id_is_a_404_page(as_, cast, path):
    answer = as_(cast.manager).post(path)
    assert answer.status_code == 404
    assert "そのページは見つかりません" in answer.text


def test_a_form_address_answers_get_with_405(as_, cast):
    assert as_(cast.manager).get("/submissions/1/acceptances").status_code == 405
