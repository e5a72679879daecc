"""The day of a challenge that somebody put aside, as a file for their own calendar (RFC 5545)."""

from datetime import date, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from challenges.submissions.putting_aside import Aside

MEDIA_TYPE = "text/calendar; charset=utf-8"


def put_aside_file(aside: Aside, *, title: str, address: str, person_id: int) -> bytes:
    """A calendar with one whole day. Another day for the same challenge has the same UID, so that
    a calendar moves what it has. ``aside`` must have a day."""
    day: date | None = aside.day
    if day is None:
        raise ValueError("There is no day to put into a calendar.")
    event = Event()
    event.add("UID", f"later-{person_id}-{aside.challenge_id}@{urlsplit(address).hostname}")
    event.add("DTSTAMP", aside.put_at)
    event.add("DTSTART", day)
    event.add("DTEND", day + timedelta(days=1))  # RFC 5545 ends a day where the next one begins
    event.add("SUMMARY", title)
    event.add("URL", address)
    event.add("TRANSP", "TRANSPARENT")  # nobody is busy because of it
    event.add("CLASS", "PRIVATE")
    calendar = Calendar()
    calendar.add("PRODID", "-//DX Step-Up//Later//JA")
    calendar.add("VERSION", "2.0")
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file
