"""Reads a file of measures: its headings, its rows, and everything that is wrong. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from itertools import chain, islice

from app.indicators import import_columns as columns
from app.indicators.definitions import IndicatorDefinition, IndicatorSource
from app.indicators.import_cells import is_missing, read_number, read_period
from app.indicators.import_plan import ImportProblem, Key, Plan, PlannedRow
from app.indicators.models import Variant
from challenges.calendar import day_of
from challenges.errors import N_, InvalidField
from challenges.tables.files import Problem, Record, records

MOST_ROWS = 20_000
"""Rows of one file."""
_HEADINGS_WITHIN = 10
"""Rows above which the headings stand; before them may be a title."""


def read(
    data: bytes,
    *,
    file_name: str,
    mapping: Mapping[str, str] | None,
    remembered: Sequence[Mapping[str, str]] = (),
    at: datetime,
) -> Plan:
    """What the file says by itself.

    ``mapping`` gives the role of each heading; None: that of the first of ``remembered`` with the
    same headings, else as the words of the headings say.
    """
    every = list(islice(records(BytesIO(data)), MOST_ROWS + _HEADINGS_WITHIN + 1))
    if len(every) > MOST_ROWS + _HEADINGS_WITHIN:
        error = InvalidField(N_("行が%(most)sを超えています。分けてください。"), most=MOST_ROWS)
        return _refused(file_name, ImportProblem(0, "", error))
    above, headings = _headings(every, mapping)
    broken = [_problem(one) for one in every if isinstance(one, Problem)]
    if not headings:
        empty = ImportProblem(0, "", InvalidField(N_("ファイルが空です。")))
        return _refused(file_name, *(broken or [empty]))
    roles = _roles(headings, mapping, remembered)
    wrong = [ImportProblem(above + 1, *one) for one in columns.wrong_with(headings, roles)]
    if wrong:
        return Plan(file_name, headings, roles, problems=broken + wrong)
    below = [one for one in every if isinstance(one, Record) and one.line > above + 1]
    return _read_rows(Plan(file_name, headings, roles, problems=broken), below, day_of(at))


def _refused(file_name: str, *problems: ImportProblem) -> Plan:
    return Plan(file_name, [], {}, problems=list(problems))


def _problem(one: Problem) -> ImportProblem:
    return ImportProblem(one.line, one.field, InvalidField(one.sentence, field=None, **one.values))


def _headings(
    every: Sequence[Record | Problem], mapping: Mapping[str, str] | None
) -> tuple[int, list[str]]:
    """The number of lines above the headings, and the headings."""
    first = [one for one in every[:_HEADINGS_WITHIN] if isinstance(one, Record)]
    cells = [(one, [cell.strip() for cell in one.cells]) for one in first]
    if not cells:
        return 0, []
    best = max(cells, key=lambda one: columns.recognised(one[1], mapping))
    return best[0].line - 1, best[1]


def _roles(
    headings: Sequence[str],
    mapping: Mapping[str, str] | None,
    remembered: Sequence[Mapping[str, str]],
) -> dict[str, str]:
    named = [one for one in dict.fromkeys(headings) if one]
    if mapping is None:
        mapping = next((one for one in remembered if set(one) == set(named)), None)
    roles = columns.guessed(named) if mapping is None else mapping
    known = columns.known_roles()
    return {one: roles.get(one, "") if roles.get(one, "") in known else "" for one in named}


def _read_rows(empty: Plan, below: Sequence[Record], today: date) -> Plan:
    reader = _Reader(empty.headings, empty.mapping, today)
    rows = list(chain.from_iterable(map(reader.rows_of, below)))
    problems = [*empty.problems, *reader.problems, *_doubled(rows)]
    if not rows and not problems:
        problems = [ImportProblem(0, "", InvalidField(N_("値が一つもありません。")))]
    return replace(empty, rows=rows, problems=sorted(problems, key=lambda one: one.line))


class _Reader:
    """Reads rows below the same headings, and collects what is wrong in them."""

    def __init__(self, headings: list[str], mapping: Mapping[str, str], today: date) -> None:
        self._place = {mapping[one]: headings.index(one) for one in mapping if mapping[one]}
        self._headings = headings
        self._wide = columns.wide_columns(mapping)
        self._today = today
        self.problems: list[ImportProblem] = []

    def rows_of(self, record: Record) -> Iterator[PlannedRow]:
        """Every value of one row. None of a row without any."""
        if self._wide:
            yield from self._wide_row(record)
        else:
            yield from self._long_row(record)

    def _wide_row(self, record: Record) -> Iterator[PlannedRow]:
        for heading, (slug, is_without) in self._wide.items():
            role = self._role(slug, is_without)
            if is_missing(self._cell(record, role)):
                continue
            if definition := self._definition(record, slug, heading):
                variant = Variant.WITHOUT_DISASTER if is_without else Variant.ALL
                yield from self._row(record, definition, role, variant, base=None)

    def _long_row(self, record: Record) -> Iterator[PlannedRow]:
        values = (
            (columns.VALUE, Variant.ALL),
            (columns.WITHOUT_DISASTER, Variant.WITHOUT_DISASTER),
        )
        given = [one for one in values if not is_missing(self._cell(record, one[0]))]
        if not given:
            return
        name = self._cell(record, columns.INDICATOR)
        definition = self._definition(record, name, self._heading(columns.INDICATOR))
        if definition is None:
            return
        base, is_read = self._base(record, definition)
        for role, variant in given if is_read else ():
            # The base belongs to the whole; how many of it were without disaster is not told.
            is_whole = variant is Variant.ALL
            yield from self._row(record, definition, role, variant, base if is_whole else None)

    def _row(
        self,
        record: Record,
        definition: IndicatorDefinition,
        role: str,
        variant: Variant,
        base: float | None,
    ) -> Iterator[PlannedRow]:
        heading = self._heading(columns.PERIOD)
        try:
            period = read_period(self._cell(record, columns.PERIOD), definition.period)
            if period >= self._today.replace(day=1):
                raise InvalidField(N_("まだ終わっていない月です。"))
            heading = self._heading(role)
            value = read_number(self._cell(record, role), definition)
        except InvalidField as error:
            self._wrong(record, heading, error)
            return
        yield PlannedRow(
            record.line, definition.slug, definition.version, period, variant, value, base
        )

    def _base(self, record: Record, definition: IndicatorDefinition) -> tuple[float | None, bool]:
        """The base, and whether the cell could be read."""
        cell = self._cell(record, columns.BASE)
        if is_missing(cell):
            return None, True
        try:
            base = read_number(cell)
            if base < definition.smallest_group:
                raise InvalidField(
                    N_("分母が%(least)sに満たない値は載せられません。値を空欄にしてください。"),
                    least=definition.smallest_group,
                )
        except InvalidField as error:
            self._wrong(record, self._heading(columns.BASE), error)
            return None, False
        return base, True

    def _definition(self, record: Record, name: str, heading: str) -> IndicatorDefinition | None:
        found = columns.by_name().get(columns.key(name))
        if found is None:
            error = InvalidField(N_("「%(name)s」という指標はありません。"), name=name)
        elif found.source is not IndicatorSource.IMPORTED:
            error = columns.not_by_files(found)
        else:
            return found
        self._wrong(record, heading, error)
        return None

    def _wrong(self, record: Record, heading: str, error: InvalidField) -> None:
        one = ImportProblem(record.line, heading, error)
        if not any((one.line, one.column) == (two.line, two.column) for two in self.problems[-9:]):
            self.problems.append(one)

    def _cell(self, record: Record, role: str) -> str:
        place = self._place.get(role)
        return (
            record.cells[place].strip() if place is not None and place < len(record.cells) else ""
        )

    def _heading(self, role: str) -> str:
        return self._headings[self._place[role]]

    @staticmethod
    def _role(slug: str, is_without: bool) -> str:
        return f"{slug}{columns.APART}{columns.WITHOUT_DISASTER}" if is_without else slug


def _doubled(rows: Sequence[PlannedRow]) -> Iterator[ImportProblem]:
    counts = Counter(one.key for one in rows)
    first: dict[Key, int] = {}
    for one in rows:
        if counts[one.key] > 1 and one.key in first:
            error = InvalidField(
                N_("%(line)s行目と同じ指標、同じ月の値です。"), line=first[one.key]
            )
            yield ImportProblem(one.line, "", error)
        first.setdefault(one.key, one.line)
