"""Two people at one draft: no word is lost, and nothing is overwritten in silence."""

import re

import pytest
from sqlalchemy import select

from app.studio import drafts
from app.studio.draft_fields import FIELDS, PARTS, FieldsWrong, part_of
from app.studio.models import DraftRevision
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign


@pytest.fixture
def campaign(session, at):
    """A campaign whose draft is empty but for its name."""
    made = Campaign(slug="kaizen", created_at=at)
    session.add(made)
    session.flush()
    definition = CampaignDefinition.model_validate({"slug": "kaizen", "ja": {"name": "カイゼン"}})
    drafts.begin(session, made, definition, by_id=None, at=at)
    session.commit()
    return made


@pytest.fixture
def save(session, campaign, at):
    """``save(person, read, ja_motto=…)``: what one person saves of the first part."""

    def make(person, read, part="what", **changes):
        values = {re.sub("^(ja|en|goal)_", r"\1.", name): one for name, one in changes.items()}
        return drafts.save_part(session, campaign, part, values, read=read, by_id=person.id, at=at)

    return make


def says(session, campaign):
    return drafts.draft_of(session, campaign.id).definition


def test_each_field_of_a_definition_belongs_to_one_part():
    data = CampaignDefinition.model_validate({"slug": "a"}).model_dump()
    leaves = set()
    for key, value in data.items():
        if key == "audience":
            leaves |= set(value)
        elif isinstance(value, dict):
            leaves |= {f"{key}.{one}" for one in value}
        else:
            leaves.add(key)
    assert set(FIELDS) == leaves - {"schema_version", "slug"}
    assert len(FIELDS) == len(set(FIELDS))
    assert all(part_of(field) == part for part, fields in PARTS.items() for field in fields)


@pytest.mark.parametrize(
    ("place", "part"),
    [("goal", "when"), ("audience", "whom"), ("en.motto", "what"), ("elsewhere", "what")],
)
def test_each_place_of_a_finding_belongs_to_a_part(place, part):
    assert part_of(place) == part


def test_a_draft_says_who_saved_it_and_when(session, campaign, cast, save, at):
    save(cast.dx, 1, ja_motto="一枚")
    draft = drafts.draft_of(session, campaign.id)
    assert (draft.number, draft.saved_by, draft.saved_at, draft.part) == (2, "西 光", at, "what")
    assert draft.definition.ja.motto == "一枚"


def test_the_same_words_again_are_no_change(session, campaign, cast, save):
    save(cast.dx, 1, ja_motto="一枚")
    assert save(cast.dx, 2, ja_motto="一枚").number == 2


def test_two_who_change_different_fields_both_have_their_way(session, campaign, cast, save):
    save(cast.staff, 1, ja_name="カイゼン", ja_motto="一枚")
    saved = save(cast.dx, 1, ja_name="カイゼン月間", ja_motto="")
    assert saved.overtaken == ()
    assert says(session, campaign).ja.name == "カイゼン月間"
    assert says(session, campaign).ja.motto == "一枚"


def test_the_later_words_stand_and_the_earlier_ones_are_named(session, campaign, cast, save):
    save(cast.staff, 1, ja_motto="先のことば")
    saved = save(cast.dx, 1, ja_motto="後のことば")
    assert saved.overtaken == ("ja.motto",)
    assert says(session, campaign).ja.motto == "後のことば"
    before = drafts.revision(session, campaign.id, saved.number - 1)
    assert drafts.read_revision(before).ja.motto == "先のことば"


def test_ones_own_earlier_words_are_nobody_elses(session, campaign, cast, save):
    save(cast.dx, 1, ja_motto="先")
    assert save(cast.dx, 1, ja_motto="後").overtaken == ()


def test_the_earlier_words_can_be_chosen(session, campaign, cast, save, at):
    save(cast.staff, 1, ja_motto="先のことば")
    saved = save(cast.dx, 1, ja_motto="後のことば", ja_name="名前")
    drafts.take_back_words(
        session, campaign, "ja.motto", number=saved.number - 1, by_id=cast.dx.id, at=at
    )
    assert says(session, campaign).ja.motto == "先のことば"
    assert says(session, campaign).ja.name == "名前"


def test_undo_goes_back_step_by_step(session, campaign, cast, save, at):
    save(cast.dx, 1, ja_motto="一")
    save(cast.dx, 2, ja_motto="二")
    seen = []
    for _ in range(2):
        drafts.undo(session, campaign, by_id=cast.dx.id, at=at)
        seen.append(says(session, campaign).ja.motto)
    assert seen == ["一", ""]
    with pytest.raises(drafts.NothingToUndo):
        drafts.undo(session, campaign, by_id=cast.dx.id, at=at)
    assert not drafts.can_undo(session, campaign.id, 5)


def test_undo_after_a_new_change_goes_back_to_before_it(session, campaign, cast, save, at):
    save(cast.dx, 1, ja_motto="一")
    drafts.undo(session, campaign, by_id=cast.dx.id, at=at)
    save(cast.dx, 3, ja_motto="三")
    assert drafts.can_undo(session, campaign.id, 4)
    drafts.undo(session, campaign, by_id=cast.dx.id, at=at)
    assert says(session, campaign).ja.motto == ""


def test_undo_is_refused_if_somebody_saved_meanwhile(session, campaign, cast, save, at):
    save(cast.dx, 1, ja_motto="一")
    save(cast.staff, 2, ja_motto="二")
    with pytest.raises(drafts.DraftMoved):
        drafts.undo(session, campaign, by_id=cast.dx.id, at=at, read=2)


def test_what_cannot_be_stored_changes_nothing(session, campaign, cast, save):
    with pytest.raises(FieldsWrong) as refused:
        save(cast.dx, 1, ja_name="長" * 61)
    assert refused.value.fields == ("ja.name",)
    with pytest.raises(FieldsWrong) as refused:
        save(cast.dx, 1, part="when", goal_kind="share", goal_target=101, first_day="2026-02-30")
    assert set(refused.value.fields) == {"goal.target", "first_day"}
    assert drafts.draft_of(session, campaign.id).number == 1


def test_a_campaign_without_a_draft_says_what_is_in_force(session, campaign_of, cast, at):
    campaign = campaign_of()
    draft = drafts.draft_of(session, campaign.id)
    assert (draft.number, draft.definition.ja.name) == (0, "会議をかるく")
    for person, motto in ((cast.staff, "先"), (cast.dx, "後")):
        saved = drafts.save_part(
            session, campaign, "what", {"ja.motto": motto}, read=0, by_id=person.id, at=at
        )
    assert (saved.number, saved.overtaken) == (2, ("ja.motto",))


def test_raced_saves_keep_every_word(database, session, campaign, cast, race, at):
    fields = ["ja.name", "ja.motto", "ja.purpose", "en.name"]
    campaign_id, people = campaign.id, [cast.staff.id, cast.dx.id, cast.manager.id, cast.deputy.id]

    def saving(field, by_id):
        def act(own):
            return drafts.save_part(
                own,
                own.get_one(Campaign, campaign_id),
                "what",
                {field: f"{field}の言葉"},
                read=1,
                by_id=by_id,
                at=at,
            )

        return act

    acts = [saving(*one) for one in zip(fields, people, strict=True)]
    session.commit()
    found = race(*acts, times=4)
    assert not [one for one in found if isinstance(one, Exception)]
    with database.reading() as own:
        final = drafts.draft_of(own, campaign_id).definition
        numbers = own.scalars(select(DraftRevision.number).order_by(DraftRevision.number)).all()
    words = (final.ja.name, final.ja.motto, final.ja.purpose, final.en.name)
    assert words == tuple(f"{field}の言葉" for field in fields)
    assert list(numbers) == list(range(1, len(numbers) + 1))


def test_raced_words_of_one_field_are_all_kept(database, session, campaign, cast, race, at):
    campaign_id = campaign.id

    def saving(words, by_id):
        def act(own):
            row = own.get_one(Campaign, campaign_id)
            return drafts.save_part(
                own, row, "what", {"ja.motto": words}, read=1, by_id=by_id, at=at
            )

        return act

    people = (cast.staff, cast.dx, cast.manager)
    acts = [saving(person.name, person.id) for person in people]
    session.commit()
    found = race(*acts, times=1)
    assert sum(bool(one.overtaken) for one in found) == 2
    with database.reading() as own:
        every = drafts.revisions(own, campaign_id, limit=50)
        kept = {drafts.read_revision(one).ja.motto for one in every}
    assert kept == {"", *(person.name for person in people)}
