"""The list of departments that the office shows to staff, page by page."""

from app.queries.campaign_shares import ListedUnit, UnitList
from app.web.paging import Page, page_number

DEPARTMENTS_AT_ONCE = 40


def unit_list_page(shown: UnitList | None) -> Page[ListedUnit]:
    """The page of the list that the address asks for; empty where the list is not shown."""
    number = page_number("departments")
    rows = shown.departments[(number - 1) * DEPARTMENTS_AT_ONCE :] if shown else ()
    return Page.of(rows, number=number, size=DEPARTMENTS_AT_ONCE, name="departments")
