"""Campaigns as a calendar file (RFC 5545): whole days, the same UID for ever.

The same campaigns give the same bytes, so that a calendar that asks every hour is told that nothing
changed.
"""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from app.queries.campaign_calendar import CalendarEntry
from challenges.campaigns.definitions import CampaignDefinition

PRODUCT = "-//DX Step-Up//Campaigns//JA"
REFRESHED = timedelta(hours=6)
"""How often a calendar is asked to look again."""


def calendar_file(entries: Iterable[CalendarEntry], *, public_url: str, name: str) -> bytes:
    """The calendar of these campaigns, lines folded at 75 octets and ended by CRLF.

    ``public_url`` is where people open the app; its host is part of every UID.
    """
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", name)
    calendar.add("NAME", name)
    calendar.add("REFRESH-INTERVAL", REFRESHED, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, public_url))
    file: bytes = calendar.to_ical()
    return file


def _event(entry: CalendarEntry, public_url: str) -> Event:
    definition = CampaignDefinition.model_validate(entry.definition)
    event = Event()
    event.add("UID", f"campaign-{entry.id}@{urlsplit(public_url).hostname}")
    # Not the time of the request: the same campaign gives the same bytes. Each change that raises
    # the sequence, such as days moved by a disaster, makes it later, as some calendars want it.
    event.add("DTSTAMP", entry.stamped_at + timedelta(seconds=entry.sequence))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTART", entry.first_day)
    # RFC 5545 ends a whole day where the next one begins.
    event.add("DTEND", entry.last_day + timedelta(days=1))
    event.add("SUMMARY", _in_both_languages(definition))
    event.add("DESCRIPTION", _description(definition))
    event.add("URL", f"{public_url}/campaigns/{entry.slug}")
    event.add("STATUS", "CANCELLED" if entry.is_dropped else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")  # nobody is busy because of it
    event.add("CLASS", "PUBLIC")
    return event


def _in_both_languages(definition: CampaignDefinition) -> str:
    return " / ".join(dict.fromkeys(filter(None, (definition.ja.name, definition.en.name))))


def _description(definition: CampaignDefinition) -> str:
    return "\n".join(filter(None, (definition.ja.motto, definition.en.motto)))
