"""The answers of all student groups at once: what a condition makes of the answers of its parts, as whole numbers.

Each function returns a run, which writes the answers of the step at `at` on a sheet, where those of the steps it is
made of stand already; `everyone` has the bit of every student group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rulelang.core.record import LeaRecord
from rulelang.core.tree import Constant, Tally
from rulelang.core.truth import Amount
from rulelang.engine.sheet import Sheet

Run = Callable[[LeaRecord, Sheet], None]
"""Writes the values of a step on a sheet, from the record and what the earlier steps wrote there."""

SEVERAL = 2
"""The number of parts and of things asked for that is so usual that it has no loop."""


def all_run(at: int, inputs: tuple[int, ...], everyone: int) -> Run:
    """Return the run of `and`."""
    if len(inputs) == SEVERAL:
        return _both(at, *inputs)

    def run(_: LeaRecord, sheet: Sheet) -> None:
        yes, no = everyone, 0
        for position in inputs:
            yes &= sheet.yes[position]
            no |= sheet.no[position]
        sheet.yes[at], sheet.no[at] = yes, no

    return run


def any_run(at: int, inputs: tuple[int, ...], everyone: int) -> Run:
    """Return the run of `or`."""
    if len(inputs) == 1:
        return _same(at, *inputs)
    if len(inputs) == SEVERAL:
        return _either(at, *inputs)

    def run(_: LeaRecord, sheet: Sheet) -> None:
        yes, no = 0, everyone
        for position in inputs:
            yes |= sheet.yes[position]
            no &= sheet.no[position]
        sheet.yes[at], sheet.no[at] = yes, no

    return run


# The usual numbers of parts, without a loop.
def _same(at: int, part: int) -> Run:
    def run(_: LeaRecord, sheet: Sheet) -> None:
        sheet.yes[at] = sheet.yes[part]
        sheet.no[at] = sheet.no[part]

    return run


def _both(at: int, first: int, second: int) -> Run:
    def run(_: LeaRecord, sheet: Sheet) -> None:
        yes, no = sheet.yes, sheet.no
        yes[at] = yes[first] & yes[second]
        no[at] = no[first] | no[second]

    return run


def _either(at: int, first: int, second: int) -> Run:
    def run(_: LeaRecord, sheet: Sheet) -> None:
        yes, no = sheet.yes, sheet.no
        yes[at] = yes[first] | yes[second]
        no[at] = no[first] & no[second]

    return run


def has_level_run(at: int, asked: int, names: tuple[str, ...]) -> Run:
    """Return the run of `Red or Orange on ELA`, where the levels of the field are kept by level."""

    def one(_: LeaRecord, sheet: Sheet) -> None:
        yes = sheet.yes[at] = sheet.levels[asked].get(name, 0)
        sheet.no[at] = (sheet.yes[asked] | sheet.no[asked]) & ~yes

    def several(_: LeaRecord, sheet: Sheet) -> None:
        levels = sheet.levels[asked]
        yes = 0
        for level in names:
            yes |= levels.get(level, 0)
        sheet.yes[at] = yes
        sheet.no[at] = (sheet.yes[asked] | sheet.no[asked]) & ~yes

    name = names[0] if names else None
    return one if len(names) == 1 else several


def of_answers_run(operator: str, at: int, inputs: tuple[int, ...], everyone: int) -> Run:
    """Return the run of `rated on`, of `not`, of the first that is known, or of what counts as no where unknown."""
    first, second = inputs[0], inputs[-1]

    def rated(_: LeaRecord, sheet: Sheet) -> None:
        sheet.yes[at], sheet.no[at] = sheet.yes[first], sheet.no[first]

    def known_or_no(_: LeaRecord, sheet: Sheet) -> None:
        sheet.yes[at], sheet.no[at] = sheet.yes[first], everyone & ~sheet.yes[first]

    def denied(_: LeaRecord, sheet: Sheet) -> None:
        sheet.yes[at], sheet.no[at] = sheet.no[first], sheet.yes[first]

    def first_known(_: LeaRecord, sheet: Sheet) -> None:
        yes, no = sheet.yes[first], sheet.no[first]
        unknown = everyone & ~yes & ~no
        sheet.yes[at], sheet.no[at] = yes | (sheet.yes[second] & unknown), no | (sheet.no[second] & unknown)

    runs = {"is rated": rated, "known or no": known_or_no, "not": denied, "first known": first_known}
    return runs[operator]


def number_wanted(node: Tally) -> int | None:
    """Return the number that a tally asks to be reached or not to be passed, None where it weighs the total too."""
    quantity, total = node.quantity, len(node.things)
    if not quantity.weighs_total:
        return quantity.number
    all_are_spoken_of = all(thing.member == Constant(True) for thing in node.things)
    return total if quantity.amount is Amount.EVERY and total and all_are_spoken_of else None


def tally_run(at: int, amount: Amount, number: int, inputs: tuple[int, ...], everyone: int) -> Run:
    """Return the run of a count, which is at least what surely counts and at most what may, and anything between."""
    pairs = list(zip(inputs[::2], inputs[1::2], strict=True))
    wanted = number + 1 if amount is Amount.AT_MOST else number

    def run(_: LeaRecord, sheet: Sheet) -> None:
        yes, no = sheet.yes, sheet.no
        surely = [yes[member] & yes[met] for member, met in pairs]
        perhaps = [everyone & ~no[member] & ~no[met] for member, met in pairs]
        reached = _reaching(wanted, surely, everyone)
        unreached = everyone & ~_reaching(wanted, perhaps, everyone)
        if amount is Amount.AT_MOST:
            reached, unreached = unreached, reached
        elif amount is Amount.EXACTLY:
            reached &= everyone & ~_reaching(wanted + 1, perhaps, everyone)
            unreached |= _reaching(wanted + 1, surely, everyone)
        sheet.yes[at], sheet.no[at] = reached, unreached

    return run


def _reaching(number: int, things: Sequence[int], everyone: int) -> int:
    """Return the student groups that have at least a number of things, given the groups that have each thing."""
    if number > len(things):
        return 0
    if number == SEVERAL:
        once = several = 0
        for have in things:
            several |= once & have
            once |= have
        return several
    counted = [everyone, *([0] * number)]
    for have in things:
        for count in range(number, 0, -1):
            counted[count] |= counted[count - 1] & have
    return counted[number]
