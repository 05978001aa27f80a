"""The three answers, yes, no and cannot tell, and how a count is judged when some of what it counts cannot be told.

An answer is True, False or None (cannot tell). The connectives are those of strong Kleene logic, which is the same as:
try every way the unknowns could turn out; where all ways agree that is the answer, otherwise it cannot be told.
Counts are judged by that same sentence, so that `2 or more` is yes as soon as two are yes, whatever the rest is.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from attrs import frozen

Truth = bool | None
"""Yes (True), no (False) or cannot tell (None)."""


def all_of(answers: Iterable[Truth]) -> Truth:
    """Return no where any is no, otherwise cannot tell where any cannot be told, otherwise yes."""
    result: Truth = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def any_of(answers: Iterable[Truth]) -> Truth:
    """Return yes where any is yes, otherwise cannot tell where any cannot be told, otherwise no."""
    result: Truth = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result


def negate(answer: Truth) -> Truth:
    """Return no for yes, yes for no, and cannot tell for cannot tell."""
    return None if answer is None else not answer


class Amount(Enum):
    """How many of a number of things a sentence asks for."""

    AT_LEAST = "{n} or more"
    AT_LEAST_OR_ALL = "{n} or more (or all, if fewer than {n})"
    AT_MOST = "{n} or fewer"
    EXACTLY = "exactly {n}"
    EVERY = "every"
    EVERY_BUT = "all but {n}"
    MAJORITY = "a majority of at least {n}"


@frozen
class Quantity:
    """A judgement of a count against a total: `3 or more`, `every`, `a majority of at least 5`.

    `every` and `or all` want at least one thing to speak of: nothing is every group of an LEA without groups.
    `all but 1` is met by one missing, no more: all of them is a case of `every`, and where policy means both it says
    both.
    """

    amount: Amount
    number: int = 0

    def holds(self, count: int, total: int) -> bool:
        """Return whether `count` out of `total` is the quantity asked for."""
        n = self.number
        match self.amount:
            case Amount.AT_LEAST:
                return count >= n
            case Amount.AT_LEAST_OR_ALL:
                return count >= n or 0 < total == count
            case Amount.AT_MOST:
                return count <= n
            case Amount.EXACTLY:
                return count == n
            case Amount.EVERY:
                return 0 < total == count
            case Amount.EVERY_BUT:
                return total > n and count == total - n
            case Amount.MAJORITY:
                return total >= n and 2 * count > total

    def judge(self, things: Iterable[tuple[Truth, Truth]], total: int | None = None) -> Truth:
        """Return the answer for things each given as (is it one of those spoken of, does it meet the condition).

        Unknowns are taken to be independent of one another, as in strong Kleene logic. `total` is the number of things
        spoken of, where that is known otherwise than by counting them.
        """
        possible = {(0, 0)}
        for member, met in things:
            steps = _steps(member, met)
            possible = {(count + more, counted + one) for count, counted in possible for more, one in steps}
        if total is not None:
            possible = {pair for pair in possible if pair[1] == total} or possible
        verdicts = {self.holds(count, total) for count, total in possible}
        return verdicts.pop() if len(verdicts) == 1 else None

    def __str__(self) -> str:
        return self.amount.value.format(n=self.number)


def _steps(member: Truth, met: Truth) -> set[tuple[int, int]]:
    """Return what one thing may add to (count, total)."""
    steps = set()
    if member is not True:
        steps.add((0, 0))
    if member is not False:
        if met is not True:
            steps.add((0, 1))
        if met is not False:
            steps.add((1, 1))
    return steps
