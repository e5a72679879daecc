"""Units stand as the organisation orders them, each followed by those below it."""

from types import SimpleNamespace

from challenges.people.unit_order import in_order


def unit(id_, parent_id=None, position=0):
    return SimpleNamespace(id=id_, parent_id=parent_id, position=position)


def ids(*rows):
    return [row.id for row in in_order(rows)]


def test_siblings_stand_by_their_position_and_then_as_they_came():
    assert ids(unit(3, position=0), unit(1, position=2), unit(2, position=0)) == [2, 3, 1]


def test_a_unit_is_followed_by_those_below_it():
    departments = unit(1, position=1), unit(2, position=0)
    sections = unit(3, 1, 1), unit(4, 1, 0), unit(5, 2, 0), unit(6, 4, 0)
    assert ids(*sections, *departments) == [2, 5, 1, 4, 6, 3]


def test_whose_unit_above_is_not_there_stands_at_the_top():
    assert ids(unit(7, 99, 1), unit(8, 98, 0), unit(9, 7, 0)) == [8, 7, 9]


def test_no_units_have_no_order():
    assert ids() == []
