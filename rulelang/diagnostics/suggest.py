"""Near misses: the names a misspelled word may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name nearest to `word` without regard to case and spacing, or None if none is near.

    Near is an edit distance of at most a third of the longer word, and at least one letter in common.
    """
    wanted = _folded(word)
    letters = frozenset(wanted)
    best: tuple[int, str] | None = None
    for name in names:
        candidate, others = _known(name)
        limit = max(len(wanted), len(candidate)) // 3
        is_longer = abs(len(wanted) - len(candidate)) > limit
        if is_longer or len(letters - others) > limit or len(others - letters) > limit:
            continue  # at least this many letters would have to be changed
        distance = edit_distance(wanted, candidate, limit)
        if distance is not None and distance < len(wanted) and (best is None or distance < best[0]):
            best = (distance, name)
    return best[1] if best else None


def most_alike(word: str, names: Iterable[str]) -> list[str]:
    """Return names from the most to the least like a word: by the share of their letters that would have to change."""
    wanted = _folded(word)

    def unlike(name: str) -> float:
        longest = max(len(wanted), len(folded := _folded(name)), 1)
        return (edit_distance(wanted, folded, longest) or 0) / longest

    return sorted(names, key=unlike)


def edit_distance(left: str, right: str, limit: int) -> int | None:
    """Return how many letters to add, drop, change or swap to turn `left` into `right`; None above `limit`."""
    if abs(len(left) - len(right)) > limit:
        return None
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for row, left_char in enumerate(left, 1):
        current = [row]
        for column, right_char in enumerate(right, 1):
            cost = last[column - 1]
            if left_char != right_char:
                cost = min(cost, last[column], current[-1]) + 1
                if row > 1 and column > 1 and left_char == right[column - 2] and left[row - 2] == right_char:
                    cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > limit and min(last) > limit:
            return None
        before_last, last = last, current
    return last[-1] if last[-1] <= limit else None


@lru_cache(maxsize=4096)
def _known(name: str) -> tuple[str, frozenset[str]]:
    """Return a name without regard to case and spacing, and its letters."""
    folded = _folded(name)
    return folded, frozenset(folded)


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
