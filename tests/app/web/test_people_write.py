"""Every field in which a person writes: it says once who else may come to read it, and a form that
is refused keeps what was typed."""

import re

import pytest

from app.clock import now
from app.studio import beginning
from challenges.campaigns.definitions import CampaignDefinition
from challenges.people import consents
from challenges.submissions import submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent, SubmissionState
from tests.app.web.htmx import partial
from tests.app.web.pages.studio.conftest import WHOLE

SENTENCE = "情報公開請求の対象になることがあります。県民など第三者の個人情報は書かないでください。"
PUBLISHED = "published by the office itself"
NOT_ONES_OWN_WORDS = {
    "name": "who signs in, or the name of a campaign or a token",
    **dict.fromkeys(("ja.name", "en.name", "ja.motto", "en.motto"), PUBLISHED),
    **dict.fromkeys(("ja.purpose", "en.purpose", "ja.stop_when", "en.stop_when"), PUBLISHED),
    "goal.target": "a number",
    "channel": "the id of a Slack channel",
    "request": "the number of a request",
    "years": "a number",
    "decision_number": "the number of a decision",
    "text": "a campaign as a file",
    "deputy": "an employee number",
    "ja": "the name of a project",
    "en": "the name of a project",
    "document_ja": "published by the office itself",
    "document_en": "published by the office itself",
    "article_ja": "published by the office itself",
    "article_en": "published by the office itself",
    "contact_ja": "published by the office itself",
    "contact_en": "published by the office itself",
    **dict.fromkeys(("publisher", "contact_name", "contact_email", "licence_name"), PUBLISHED),
}
"""Fields for a line of text that holds no words of the person who writes, and what they hold."""


@pytest.fixture
def pages(as_, cast, session, step_of, climb, campaign):
    """Pages with every form that asks for words, as (address, text)."""
    step = step_of("meeting-as-post")
    evidence = Evidence("会議を投稿に替えました")
    for person in (cast.staff, cast.colleague):
        submitting.submit(
            session, person_id=person.id, step=step, version=1, evidence=evidence, at=now()
        )
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    done = climb(cast.staff, "first-hello", at=now())
    definition = CampaignDefinition.model_validate(WHOLE)
    campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=now())
    given = session.query(Submission).filter_by(person_id=cast.colleague.id).one()
    given.state, given.question = SubmissionState.SENT_BACK, "どの会議でしたか。"
    doors = [
        (cast.staff, "/challenges/first-hello"),
        (cast.staff, "/challenges/ask-when-stuck"),
        (cast.colleague, "/challenges/meeting-as-post"),
        (cast.manager, "/team"),
        (cast.manager, f"/team?giving={done.id}"),
        (cast.colleague, f"/completions/{done.id}/cheers"),
        (cast.dx, "/office"),
        (cast.dx, f"/office/completions/{done.id}"),
        (cast.dx, "/office/promise"),
        (cast.dx, "/office/disclosure"),
        (cast.dx, "/office/tokens"),
        (cast.dx, "/office/open-data"),
        (cast.dx, "/office/campaigns/new"),
        (cast.dx, f"/office/campaigns/{campaign.slug}/edit"),
        (cast.dx, f"/office/campaigns/{campaign.slug}/approval"),
        (cast.dx, "/office/pauses?try=1&where=all"),
        (cast.dx, "/office/projects/learning"),
        (cast.dx, "/office/campaigns/light-meetings/report"),
        (cast.staff, "/settings"),
        (cast.staff, f"/campaigns/{campaign.slug}"),
        (cast.staff, "/"),
    ]
    return [(address, as_(person).get(address).text) for person, address in doors]


def fields(page):
    """The name of each field for text in a form that posts, with its attributes."""
    for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
        for tag in re.findall(r"<(?:textarea|input)\b[^>]*>", form):
            kind = re.search(r'\btype="(\w+)"', tag)
            if (kind is None or kind[1] in {"text", "search"}) and " hidden" not in tag:
                yield re.search(r'\bname="([^"]+)"', tag)[1], tag


def test_each_field_for_words_says_who_may_read_it(pages):
    seen = set()
    for address, page in pages:
        for name, tag in fields(page):
            if name in NOT_ONES_OWN_WORDS:
                continue
            seen.add(name)
            described = re.search(r'aria-describedby="([^"]+)"', tag)[1].split()
            told = [
                one
                for one in described
                if re.search(rf'id="{one}"[^>]*>{re.escape(SENTENCE)}<', page)
            ]
            assert len(told) == 1, f"{address}: {tag}"
    assert seen == {
        "reflection",
        "words",
        "question",
        "reason",
        "word",
        "learned",
        "do_differently",
    }


def test_it_says_so_in_english(as_, cast):
    cast.staff.language = "en"
    page = as_(cast.staff).get("/challenges/first-hello").text
    assert "may have to be disclosed" in page
    assert SENTENCE not in page


@pytest.fixture
def refused(cast, session, step_of, climb):
    """Forms that are refused: who sends it, where, and the fields, of which one is wrong."""
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step_of("meeting-as-post"),
        version=1,
        evidence=Evidence("会議を投稿に替えました"),
        at=now(),
    )
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    done = climb(cast.staff, "first-hello", at=now())
    waiting = session.query(Submission).filter_by(state=SubmissionState.WAITING).one()
    session.commit()
    link = {"link": "ftp://むり", "reflection": "聞けました。"}
    return {
        "submission": (cast.staff, "/challenges/ask-when-stuck/steps/1/submissions", link),
        "already doing": (
            cast.staff,
            "/challenges/ask-when-stuck/steps/1/submissions",
            {"already": "1", **link},
        ),
        "day": (
            cast.staff,
            "/challenges/first-hello/steps/2/days",
            {"day": "2020-01-01", "reflection": "昔のことです。"},
        ),
        "words": (cast.manager, f"/submissions/{waiting.id}/acceptances", {"words": "短い"}),
        "question": (cast.manager, f"/submissions/{waiting.id}/questions", {"question": "なぜ"}),
        "endorsement": (cast.manager, f"/completions/{done.id}/endorsements", {"words": "短い"}),
        "deputy": (
            cast.manager,
            "/deputies",
            {"unit": cast.section.id, "deputy": "だれか", "first_day": "2026-07-01"},
        ),
        "reason": (cast.dx, f"/completions/{done.id}/voidings", {"reason": "短い"}),
        "basis": (
            cast.dx,
            "/office/promise",
            {"after": "5", "document_ja": "要領", "contact_en": "Personnel"},
        ),
    }


FORMS = (
    "submission",
    "already doing",
    "day",
    "words",
    "question",
    "endorsement",
    "deputy",
    "reason",
    "basis",
)


@pytest.mark.parametrize("target", [None, "section#climb"], ids=["page", "fragment"])
@pytest.mark.parametrize("name", FORMS)
def test_a_refused_form_keeps_what_was_typed(as_, refused, name, target):
    assert set(FORMS) == refused.keys()
    person, address, data = refused[name]
    headers = partial(target) if target and address.startswith("/challenges") else {}
    answer = as_(person).post(address, data=data, headers=headers)
    assert answer.status_code == 422
    for field, value in data.items():
        if field not in {"unit", "already", "after", "day"}:  # a day is chosen, not written
            kept = (f">\n{value}</textarea>", f'value="{value}"')
            assert any(one in answer.text for one in kept), field
    assert 'aria-invalid="true"' in answer.text or name == "basis"
