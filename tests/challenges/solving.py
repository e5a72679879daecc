"""Solves what is published of small groups by other means than the code that hides them: sets of
possible counts instead of bounds, and the rank of the equations."""

from fractions import Fraction

from challenges.groups import WHOLE


def parts(groups, whole):
    """For each parent the keys that add up to it; a negative key is the rest of a parent."""
    found = {}
    for one in groups:
        found.setdefault(one.parent, []).append(one.key)
    return {parent: [*keys, -parent - 1] for parent, keys in found.items()}


def rest_size(parent, groups, whole):
    base = whole.base if parent == WHOLE else next(g.base for g in groups if g.key == parent)
    return base - sum(one.base for one in groups if one.parent == parent)


def sums(sets):
    """Every sum of one number of each set."""
    found = {0}
    for each in sets:
        found = {one + other for one in found for other in each}
    return found


def solved(sets, sums_of, order):
    """What each number can still be, exactly: the equations form a tree."""
    for parent in reversed(order):
        sets[parent] &= sums(sets[key] for key in sums_of[parent])
    for parent in order:
        for key in sums_of[parent]:
            others = sums(sets[other] for other in sums_of[parent] if other != key)
            sets[key] = {n for n in sets[key] if any(n + other in sets[parent] for other in others)}
    return sets


def determined(unknown, equations):
    """The unknowns that linear equations fix, by the rank of their matrix."""
    columns = {key: place for place, key in enumerate(unknown)}
    rows = [[Fraction(each.get(key, 0)) for key in columns] for each in equations]
    place = 0
    for column in range(len(columns)):
        pivot = next((n for n in range(place, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [value / rows[place][column] for value in rows[place]]
        for n, row in enumerate(rows):
            if n != place and row[column]:
                by = row[column]
                rows[n] = [a - by * b for a, b in zip(row, rows[place], strict=True)]
        place += 1
    return {
        key
        for key, column in columns.items()
        if any(row[column] == 1 and sum(map(bool, row)) == 1 for row in rows)
    }


def equations_of(groups, whole, published):
    """Parent less its parts is nothing, with what is published left out."""
    found = []
    for parent, keys in parts(groups, whole).items():
        signs = {parent: 1, **dict.fromkeys(keys, -1)}
        found.append({key: sign for key, sign in signs.items() if key not in published})
    return found
