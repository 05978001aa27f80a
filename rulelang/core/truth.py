"""The three answers, yes, no and cannot tell, and the answer of a count if some of what it counts is unknown.

An answer is True, False or None (cannot tell). The connectives are those of strong Kleene logic, which is the same as:
try every way the unknowns could turn out; if all ways agree that is the answer, otherwise it is unknown. Counts follow
that same sentence, so that `2 or more` is yes as soon as two are yes, whatever the rest is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Final

from rulelang.diagnostics.plain_data import frozen

Truth = bool | None
"""Yes (True), no (False) or cannot tell (None)."""

CANNOT_TELL: Final = "cannot tell"
"""The third answer in words, in results as in examples and in the lists that rulelang writes and reads."""


def all_of(answers: Iterable[Truth]) -> Truth:
    """Return no if any is no, otherwise cannot tell if any is unknown, otherwise yes."""
    result: Truth = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def any_of(answers: Iterable[Truth]) -> Truth:
    """Return yes if any is yes, otherwise cannot tell if any is unknown, otherwise no."""
    result: Truth = False
    for answer in answers:
        if answer is True:
            return True
        if answer is None:
            result = None
    return result


class Amount(Enum):
    """How many of a number of things a sentence asks for."""

    AT_LEAST = "{n} or more"
    AT_LEAST_OR_ALL = "{n} or more (or all, if fewer than {n})"
    AT_MOST = "{n} or fewer"
    EXACTLY = "exactly {n}"
    EVERY = "every"
    EVERY_BUT = "all but {n}"
    MAJORITY = "a majority of at least {n}"
    PERCENT = "{n} percent or more"


@frozen
class Quantity:
    """A condition on a count out of a total: `3 or more`, `every`, `a majority of at least 5`.

    `every`, `or all` and shares require at least one thing: nothing is every group of an LEA without groups. `all but
    1` is met by one missing, no more: all of them is a case of `every`, and a policy that means both says both.
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
            case Amount.PERCENT:
                return count > 0 and 100 * count >= n * total

    @property
    def weighs_total(self) -> bool:
        """Return whether the number of things that do not meet the condition matters."""
        return self.amount not in (Amount.AT_LEAST, Amount.AT_MOST, Amount.EXACTLY)

    def judge(self, things: Iterable[tuple[Truth, Truth]], total: int | None = None) -> Truth:
        """Return the answer for things each given as (is it a member, does it meet the condition).

        Unknowns are taken to be independent of one another, as in strong Kleene logic. `total` is the number of
        members, if it is known otherwise than by counting them.
        """
        counts = Counter((member, met) for member, met in things)
        return self.verdict(tuple(counts[member, met] for member, met in _WAYS), total)

    def verdict(self, counts: tuple[int, ...], total: int | None = None) -> Truth:
        """Return the same, given how many things there are of each sort.

        The sorts are the sure members that meet the condition, that do not, and that may, and then the same of the
        possible members.
        """
        return _verdict(self, counts, total)

    def of_any(self, counts: range, most: int) -> Truth:
        """Return what all counts in a range agree on, each out of any total from it up to `most`."""
        return _of_any(self, counts, most)

    def __str__(self) -> str:
        return self.amount.value.format(n=self.number)


# What one thing may be: a sure or a possible member that meets the condition, does not, or may.
_WAYS: Final = tuple((member, met) for member in (True, None) for met in (True, False, None))


@lru_cache(maxsize=1 << 10)
def _of_any(quantity: Quantity, counts: range, most: int) -> Truth:
    verdicts = {quantity.holds(count, total) for count in counts for total in range(count, max(most, count) + 1)}
    return verdicts.pop() if len(verdicts) == 1 else None


@lru_cache(maxsize=1 << 14)
def _verdict(quantity: Quantity, counts: tuple[int, ...], total: int | None) -> Truth:
    """Return what every way the unknowns could turn out agrees on, given how many things there are of each of `_WAYS`.

    Only the total and the count of a way matter, and for a total the counts are all those between two bounds.
    """
    met, unmet, unsure, possibly_met, possibly_unmet, possibly_unsure = counts
    surely, possible = met + unmet + unsure, possibly_met + possibly_unmet + possibly_unsure
    further = range(possible + 1)
    if total is not None and total - surely in further:
        further = range(total - surely, total - surely + 1)
    answer: Truth = None
    for more in further:
        least = met + max(0, more - possibly_unmet - possibly_unsure)
        most = met + unsure + min(more, possibly_met + possibly_unsure)
        for count in range(least, most + 1):
            verdict = quantity.holds(count, surely + more)
            if answer is not None and verdict is not answer:
                return None
            answer = verdict
    return answer
