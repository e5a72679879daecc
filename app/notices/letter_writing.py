"""Makes mails of letters: reads what they tell, for many at once, and puts it into words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.identity import invitations
from app.notices import letter_catalogue, letter_planning, letter_texts
from app.notices.letter_catalogue import LetterCatalogue
from app.notices.letter_models import IS_WANTED, Letter, LetterKind
from app.notices.letter_news import LetterNews, news_for
from app.notices.letter_wishes import sign_stop
from app.notices.mail import Mail
from challenges.people.accounts import Account, accounts_with
from challenges.storage.sql import padded_ids

MOST_TOLD = 10
"""Things that reached a person which one letter spells out."""
_MINUTE = timedelta(minutes=1)


@dataclass
class Writer:
    """Writes letters, and keeps the catalogue from one batch to the next."""

    config: Config
    _catalogue: LetterCatalogue | None = field(default=None, init=False)

    def write(
        self, session: Session, letters: Iterable[Letter], *, at: datetime
    ) -> dict[int, Mail]:
        """The mails of these letters by id. One is left out if its person has no address or has
        left, or if there is nothing to tell. As many statements for one as for a hundred."""
        listed = list(letters)
        ids = padded_ids(sorted({one.person_id for one in listed}))
        accounts = {one.id: one for one in accounts_with(session, ids)} if ids else {}
        open_ones = [
            one
            for one in listed
            if (known := accounts.get(one.person_id)) and known.is_active and known.email
        ]
        mails = {
            one.id: self._with_link(one, accounts[one.person_id], at=at)
            for one in open_ones
            if one.kind is not LetterKind.WEEKLY
        }
        return mails | self._weekly(session, open_ones, accounts, at=at)

    def _weekly(
        self,
        session: Session,
        letters: list[Letter],
        accounts: Mapping[int, Account],
        *,
        at: datetime,
    ) -> dict[int, Mail]:
        mails = {}
        for week in {one.key for one in letters if one.kind is LetterKind.WEEKLY}:
            of_week = [one for one in letters if (one.kind, one.key) == (LetterKind.WEEKLY, week)]
            self._catalogue = letter_catalogue.newest(session, self._catalogue)
            monday = date.fromisoformat(week)
            news = news_for(
                session,
                {one.person_id for one in of_week},
                catalogue=self._catalogue,
                since=letter_planning.went_out_before(monday),
                until=letter_planning.goes_out_at(monday) or at,
                at=at,
            )
            for one in of_week:
                if told := news[one.person_id]:
                    mails[one.id] = self._telling(one, accounts[one.person_id], told)
        return mails

    def _telling(self, letter: Letter, account: Account, news: LetterNews) -> Mail:
        assert self._catalogue is not None  # noqa: S101  # for mypy: _weekly has just read it
        known, language = self._catalogue, account.language
        stop = f"{self.config.public_url}/letters/unsubscriptions/" + sign_stop(
            account.id, secret=self.config.secret_key
        )

        def title(step_id: int) -> str:
            found = known.challenges.by_step.get(step_id)
            return found[0].wording[language].title if found else "…"

        written = letter_texts.write(
            letter.kind,
            language,
            name=account.name,
            news=news,
            title=title,
            badge_name=lambda slug: known.badges.by_slug[slug].wording[language].name,
            home=self.config.public_url,
            stop=stop,
            most=MOST_TOLD,
        )
        return _mail(
            letter,
            account,
            written,
            {
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )

    def _with_link(self, letter: Letter, account: Account, *, at: datetime) -> Mail:
        lasts = (
            invitations.FORGOTTEN_LIFETIME
            if letter.kind is LetterKind.PASSWORD
            else invitations.LIFETIME
        )
        token = invitations.invite(account, secret=self.config.secret_key, at=at, lasts=lasts)
        written = letter_texts.write(
            letter.kind,
            account.language,
            name=account.name,
            link=f"{self.config.public_url}/invitations/{token}",
            minutes=lasts // _MINUTE,
            days=lasts.days,
            home=self.config.public_url,
        )
        return _mail(letter, account, written, {})


def due_letters(session: Session, *, at: datetime, limit: int) -> list[Letter]:
    """The letters that wait to be sent: one-time links first, because somebody waits for them."""
    waiting = select(Letter).where(IS_WANTED, Letter.due_at <= at)
    first = (Letter.kind == LetterKind.WEEKLY, Letter.due_at, Letter.id)
    return list(session.scalars(waiting.order_by(*first).limit(limit)))


def _mail(
    letter: Letter, account: Account, written: letter_texts.Written, headers: Mapping[str, str]
) -> Mail:
    return Mail(
        to=account.email or "",
        subject=written.subject,
        text=written.text,
        html=written.html,
        message_id=f"letter-{letter.id}",
        headers=headers,
    )
