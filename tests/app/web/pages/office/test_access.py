"""Who may open the DX office's pages and send their forms."""

import pytest

from app.clock import now
from challenges.submissions import voiding


@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/office"),
        ("get", "/office/unnoticed"),
        ("get", "/office/completions?q=staff"),
        ("get", "/office/completions/{done}"),
        ("post", "/completions/{done}/voidings"),
        ("post", "/completions/{done}/restorings"),
        ("post", "/office/deliveries/{delivery}/retries"),
        ("post", "/office/posts/{post}/retries"),
        ("post", "/office/retries"),
    ],
)
def test_only_the_dx_office_may(as_, cast, session, done, parked, who, method, path):
    delivery, post = parked
    if path.endswith("/restorings"):
        voiding.void(session, done, by_id=cast.dx.id, reason="同じ記録が二つありました", at=now())
        session.commit()

    def everything():
        return (
            done.voided_at,
            delivery.state,
            delivery.due_at,
            post.state,
            post.due_at,
            post.last_error,
        )

    before = everything()
    path = path.format(done=done.id, delivery=delivery.id, post=post.id)
    answer = getattr(as_(getattr(cast, who)), method)(
        path, **({"data": {"reason": "x" * 10}} if method == "post" else {})
    )
    assert answer.status_code == 403
    assert "DX事務局" in answer.text
    assert everything() == before


def test_a_signed_out_visitor_is_sent_to_sign_in(client):
    assert client.get("/office").location.startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    ["/office/completions/99999", "/completions/99999/restorings", "/office/posts/99999/retries"],
)
def test_an_unknown_id_is_a_404_page(as_, cast, path):
    browser = as_(cast.dx)
    answer = browser.get(path) if path.startswith("/office/completions") else browser.post(path)
    assert answer.status_code == 404
