"""Why a statement about performance levels cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from rulelang.diagnostics.catalogue import levels_sense, meaning
from rulelang.diagnostics.catalogue import levels_text as messages
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import Source, Span
from rulelang.diagnostics.suggest import nearest
from rulelang.syntax.level_words import is_measure_name
from rulelang.syntax.tokens import Token
from rulelang.syntax.words import Words

_NUMERAL: Final = re.compile(r"\d[\d.]*(?:[eE][+-]?\d+)?%?")
_NAMES: Final = frozenset(
    ["NUMBER", "NUMBER_NAME", "MEASURE_NAME", "SCALE", "INDICATOR", "LEVEL", "GROUP", "UNKNOWN_NAME"]
)
_CIRCUMSTANCES: Final = frozenset({"WHEN", "IF", "IN_THIS_YEAR_WHEN"})


def diagnose_levels(tokens: Sequence[Token], at: int | None, source: Source) -> Diagnostic | None:
    """Return the message for a mistake of these sentences alone; None where it is one of any sentence."""
    if at is None:
        no_table = tokens[0].terminal in _TABLED or (len(tokens) > 1 and tokens[1].terminal in _TABLED)
        return messages.no_table_below(_span(tokens[0], tokens[-1], source)) if no_table else None
    return _mixed(tokens, at, source)


def faults_of_numerals(tokens: Sequence[Token], source: Source) -> list[Diagnostic]:
    """Return what is wrong with the numbers of a statement: `1e5`, `1.2.3`, more digits than there may be."""
    faults = [messages.unclear_numeral(_span(token, token, source)) for token in tokens if _is_unclear_numeral(token)]
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.terminal == "OVER_THE" and token.value == "0" and after.terminal == "YEARS_BEFORE":
            faults.append(levels_sense.without_effect(_span(before, after, source), "these are no years"))
    return faults


def fault_of_name(tokens: Sequence[Token], source: Source) -> Diagnostic | None:
    """Return the message for a measure whose name would be read as a number, a sign or words of expressions."""
    opener = next((at for at, token in enumerate(tokens[:2]) if token.terminal == "MEASURE"), None)
    assigned = next((at for at, token in enumerate(tokens) if token.terminal == "EQUALS"), None)
    start = None if opener is None else _after_indicators(tokens, opener + 1)
    if start is None or assigned is None or assigned <= start:
        return None
    span = _span(tokens[start], tokens[assigned - 1], source)
    return None if is_measure_name(span.text) else levels_sense.unclear_measure_name(span)


def _after_indicators(tokens: Sequence[Token], at: int) -> int:
    """Return where the name of a measure begins, behind the indicators named before it."""
    while at + 1 < len(tokens) and tokens[at].terminal in ("INDICATOR", "COMMA", "AND"):
        at += 1
    return at


_TABLED: Final = ("BANDS", "GRID")


def _is_unclear_numeral(token: Token) -> bool:
    in_place = token.terminal in ("WORD", "UNKNOWN_NAME", "UNKNOWN_LEVEL")
    return in_place and _NUMERAL.fullmatch(token.value) is not None


def _mixed(tokens: Sequence[Token], at: int, source: Source) -> Diagnostic | None:
    """Return the message for `and` and `or` in one circumstance without parentheses."""
    token = tokens[at]
    begin = next((index for index in range(at, -1, -1) if tokens[index].terminal in _CIRCUMSTANCES), None)
    if token.terminal not in ("AND", "OR") or begin is None:
        return None
    other = next((one for one in tokens[begin:at] if one.terminal in ("AND", "OR") and one.value != token.value), None)
    if other is None:
        return None
    whole = _span(tokens[begin + 1], tokens[-1], source)
    return meaning.mixed_and_or(whole, _span(other, other, source), _span(token, token, source))


def unread(tokens: Sequence[Token], at: int | None, source: Source, words: Words) -> Diagnostic | None:
    """Return the message for names side by side, such as a number's name with a word too many."""
    if at is None:
        return None
    first, last = at, at
    while first > 0 and tokens[first - 1].terminal in _NAMES:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].terminal in _NAMES:
        last += 1
    while first < last and tokens[first].terminal == "NUMBER":
        first += 1
    run = tokens[first : last + 1]
    if len(run) == 1 or any(token.terminal not in _NAMES for token in run):
        return None
    span = _span(run[0], run[-1], source)
    known = [name for sort in ("NUMBER_NAME", "MEASURE_NAME") for name in words.by_terminal.get(sort, ())]
    return messages.unread_number(span, nearest(" ".join(span.text.split()), known))


def _span(first: Token, last: Token, source: Source) -> Span:
    return Span(source, first.start, last.end)


# ---- usual mistakes ----

_Sign = Callable[[Sequence[Token], int], bool]
"""Whether a mistake is there: given the tokens of the statement and where the grammar gave up."""


def levels_way_out(tokens: Sequence[Token], at: int) -> str | None:
    """Return what to write instead, where the mistake is a usual one; None for any other."""
    return next((help_text for sign, help_text in _MISTAKES if sign(tokens, at)), None)


def _before(tokens: Sequence[Token], at: int, *terminals: str) -> bool:
    return any(token.terminal in terminals for token in tokens[:at])


def _added_to_list(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal in ("PLUS", "MINUS") and _before(tokens, at, "HIGHEST_OF", "LOWEST_OF", "AVERAGE_OF")


def _list_in_sum(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal in ("HIGHEST_OF", "LOWEST_OF", "AVERAGE_OF", "SMALLEST")


def _rounded_before_if(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "IF" and _before(tokens, at, "ROUNDED_TO", "AS_A_PERCENT")


def _percent_after_rounding(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "AS_A_PERCENT" and _before(tokens, at, "ROUNDED_TO")


def _percent_sign(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].value == "%"


def _bare_point(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].value == "." and at + 1 < len(tokens) and tokens[at + 1].terminal == "NUMBER"


def _thousands(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "COMMA" and _before(tokens[at - 1 :], 1, "NUMBER") and _digits_follow(tokens, at, 3)


def _decimal_comma(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "COMMA" and _before(tokens[at - 1 :], 1, "NUMBER") and _digits_follow(tokens, at)


def _digits_follow(tokens: Sequence[Token], at: int, length: int | None = None) -> bool:
    """Return whether a number follows without a space, of some digits."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_number = after is not None and after.terminal == "NUMBER" and after.start == tokens[at].end
    return is_number and (length is None or (after is not None and len(after.value) == length))


def _spaced(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at].terminal == tokens[at - 1].terminal == "NUMBER"


def _minus_alone(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "MINUS" and tokens[at - 1].terminal in ("EQUALS", "LPAR", "COMMA", "IS")


def _equals(tokens: Sequence[Token], at: int) -> bool:
    in_circumstance = _before(tokens, at, "WHEN", "IF")
    return in_circumstance and (tokens[at].terminal == "EQUALS" or tokens[at].value in ("equal", "exactly"))


def _as_percent(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "READ_AS" and _before(tokens, at, "EQUALS")


def _is_without_end(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal == "OTHERWISE" and tokens[at - 2].terminal == "IS"


def _sign_of_comparison(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].value in ("<", ">", "≤", "≥")


def _clause_on_the_line(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].terminal in ("BECAUSE", "CITES", "CONFIDENCE") and at > 0


_MISTAKES: Final[Sequence[tuple[_Sign, str]]] = (
    (_added_to_list, "put `highest of …` or what is added in parentheses: `(highest of a and b) + 1`"),
    (_list_in_sum, "put it in parentheses: `1 + (highest of a and b)`"),
    (_rounded_before_if, "put what is scaled or rounded before `if` in parentheses: `(a, rounded to 1 decimal) if …`"),
    (_percent_after_rounding, "the percent comes first: `as a percent, rounded to 1 decimal`"),
    (_percent_sign, "leave the sign out; a measure `as a percent` is compared with `95`"),
    (_bare_point, "write a figure before the point: `0.5`"),
    (_thousands, "write figures without commas: `1000`"),
    (_decimal_comma, "write a point before the decimals: `5.0`"),
    (_spaced, "write figures without spaces: `1000`"),
    (_minus_alone, "write what it is taken from: `0 − …`"),
    (_equals, "say `95 or more`, `95 or less`, `above 95` or `below 95`"),
    (_is_without_end, "say `95 or more`, `95 or less`, `above 95` or `below 95`"),
    (_as_percent, "write `as a percent`"),
    (_sign_of_comparison, "write it in words: `is above`, `is below`, `95 or more`, `95 or less`"),
    (_clause_on_the_line, "put `cites`, `because` and `confidence` on a line of their own, below the sentence"),
)
