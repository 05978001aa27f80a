"""The arithmetic that an explanation draws evaluates to the number it gives, by the usual precedence."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final

from attrs import define
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from rulelang.core.operators import rounded
from rulelang.data.records import records_from_rows
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.formulas import MOST_NAMED, formula
from rulelang.engine.steps import prepare
from rulelang.engine.trace import occurrence_of
from tests.entities.small_state import COUNTY, entity, rules_in
from tests.strategies.effort import EFFORT

_NUMBER: Final = re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?")
_NAMES: Final = re.compile(r"(?<=\d) \([^()]*\)")
"""What stands in parentheses behind a number says whose it is."""

_ROUNDED: Final = re.compile(r", rounded to (a whole number|(?P<decimals>\d+) decimals?)")
_LISTED: Final = re.compile(r"(, and |, (?!rounded)| and )")
_LISTS: Final[dict[str, Callable[[list[Fraction]], Fraction]]] = {
    "highest of ": max,
    "lowest of ": min,
    "average of ": lambda numbers: Fraction(sum(numbers), len(numbers)),
}


@define
class _Reader:
    """Reads drawn arithmetic as a reader does who knows nothing of the rules."""

    text: str
    at: int = 0

    def _takes(self, words: str) -> bool:
        found = self.text.startswith(words, self.at)
        self.at += len(words) if found else 0
        return found

    def whole(self) -> Fraction:
        """Return the value of a whole expression, rounded last."""
        for words, meaning in _LISTS.items():
            if self._takes(words):
                numbers = [self._sum()]
                while (found := _LISTED.match(self.text, self.at)) is not None:
                    self.at = found.end()
                    numbers.append(self._sum())
                value = Fraction(meaning(numbers))
                break
        else:
            value = self._sum()
        while (found := _ROUNDED.match(self.text, self.at)) is not None:
            self.at = found.end()
            value = rounded(value, Fraction(found["decimals"] or 0))
        return value

    def _sum(self) -> Fraction:
        value = self._product()
        while (is_more := self._takes(" + ")) or self._takes(" − "):
            value += self._product() * (1 if is_more else -1)
        return value

    def _product(self) -> Fraction:
        value = self._number()
        while (is_more := self._takes(" × ")) or self._takes(" ÷ "):
            number = self._number()
            value = value * number if is_more else Fraction(value, number)
        return value

    def _number(self) -> Fraction:
        if self._takes("("):
            value = self.whole()
            assert self._takes(")")
            return value
        found = _NUMBER.match(self.text, self.at)
        assert found is not None, self.text[self.at :]
        self.at = found.end()
        return Fraction(found[0].replace(",", ""))


def _read(text: str) -> Fraction:
    reader = _Reader(_NAMES.sub("", text))
    value = reader.whole()
    assert reader.at == len(reader.text), reader.text[reader.at :]
    return value


FOLDS: Final = (
    *(f"{how} graduates over schools" for how in ("sum of", "average of", "highest of", "lowest of")),
    "sum of balance over schools",
    "highest of balance over schools",
    "number of schools",
    "number of schools where graduates is 5 or more",
)

_BALANCE: Final = "for schools\n  measure balance = graduates − graduating class\n  S: otherwise → None\n\n"

EXPRESSIONS: Final = st.recursive(
    st.sampled_from((*FOLDS, "enrollment", "3", "0.25")),
    lambda inner: st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from(("+", "−", "×", "÷")), inner),
        st.builds("{} ({}) and ({})".format, st.sampled_from(("highest of", "lowest of", "average of")), inner, inner),
        st.builds("({}), rounded to 1 decimal".format, inner),
    ),
    max_leaves=5,
)


@given(st.lists(EXPRESSIONS, min_size=1, max_size=6), st.lists(st.integers(0, 2000), max_size=4))
@example(["sum of graduates over schools − sum of balance over schools"], [120, 45])
@example(["100 × (sum of graduates over schools) ÷ (number of schools)"], [1] * (MOST_NAMED + 3))
@example(["3 − (sum of balance over schools)", "3 × (highest of balance over schools)"], [1])
@example(["highest of (highest of 1 and 2) and (average of graduates over schools)"], [4, 8])
@example(["sum of graduates over schools"], [])
@settings(max_examples=30 * EFFORT, suppress_health_check=list(HealthCheck))
def test_drawn_arithmetic_evaluates_to_its_number(tmp_path: Path, expressions: list[str], graduates: list[int]) -> None:
    measures = [f"  measure m{at} = {one}" for at, one in enumerate(expressions)]
    text = "\n".join([_BALANCE, "for school districts", *measures, "  D: otherwise → None", ""])
    rules, codes = rules_in(tmp_path, text)
    assume(rules is not None)
    assert rules is not None, codes
    rows = [COUNTY, entity("school district", "D1", "C1", enrollment=8000)]
    for at, number in enumerate(graduates):
        rows.append(entity("school", f"S{at}", "D1", graduates=number, graduating_class=at * 100))
    records = records_from_rows(rules.vocabulary, [{"year": 2023, **row} for row in rows]).records
    district = next(one for one in evaluate_all(prepare(rules), records) if one.record.code == "D1")
    for at in range(len(expressions)):
        drawn = occurrence_of(district, (2023, f"measure m{at}"))
        if isinstance(drawn.value, Fraction):
            assert _read(formula(drawn)) == drawn.value
