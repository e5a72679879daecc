"""One text of each kind, written by people of the cast for others to read."""

from types import SimpleNamespace

from challenges.campaigns import nominations
from challenges.campaigns.nominations import Nomination
from challenges.people import consents
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.stamps import Stamp
from challenges.submissions import reviewing, submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent
from challenges.words.kinds import TextKind, TextRef

WORDS = {
    TextKind.STEP: "会議の進め方を投稿に替えました。",
    TextKind.QUESTION: "どの会議でしたか。",
    TextKind.ENDORSEMENT: "公開の場での一声、心強いです。",
    TextKind.CHEER: "わたしもやってみます。",
    TextKind.NOMINATION: "課の会議を半分にしました。",
}


def write_texts(session, cast, step_of, climb, campaign_of, at):
    """A text of each kind: ``refs`` and ``writers`` by kind, ``done`` (the completion of staff that
    was endorsed and cheered), ``asked`` (the submission that was asked about), ``campaign``."""
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=at)
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=step_of("meeting-as-post"),
        version=1,
        evidence=Evidence(WORDS[TextKind.STEP]),
        at=at,
    )
    asked = session.query(Submission).filter_by(person_id=cast.staff.id).one()
    question = WORDS[TextKind.QUESTION]
    reviewing.send_back(session, asked, by_id=cast.manager.id, question=question, at=at)
    done = climb(cast.staff, "first-hello", at=at)
    praise = {"words": WORDS[TextKind.ENDORSEMENT], "kinds": ["STEADINESS"]}
    endorsed = endorsing.endorse(session, done, by_id=cast.manager.id, **praise, at=at)
    applause = Applause(next(iter(Stamp)), WORDS[TextKind.CHEER])
    [cheered] = cheering.cheer(session, [done.id], applause, by_id=cast.colleague.id, at=at)
    campaign = campaign_of()
    said = WORDS[TextKind.NOMINATION]
    nominations.nominate(session, campaign, person_id=cast.staff.id, words=said, at=at)
    named = session.query(Nomination).one()
    ids = {
        TextKind.STEP: asked.id,
        TextKind.QUESTION: asked.id,
        TextKind.ENDORSEMENT: endorsed,
        TextKind.CHEER: cheered,
        TextKind.NOMINATION: named.id,
    }
    session.commit()
    return SimpleNamespace(
        refs={kind: TextRef(kind, id_) for kind, id_ in ids.items()},
        writers={
            TextKind.STEP: cast.staff,
            TextKind.QUESTION: cast.manager,
            TextKind.ENDORSEMENT: cast.manager,
            TextKind.CHEER: cast.colleague,
            TextKind.NOMINATION: cast.staff,
        },
        done=done,
        asked=asked,
        campaign=campaign,
    )
