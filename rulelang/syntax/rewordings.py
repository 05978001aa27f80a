"""Wordings that are not the grammar's own: a table of runs of words, and what each is replaced with.

A row is `before | run | behind | becomes`. An item is in capitals if it is a terminal of the grammar, or several that
`_SORTS` names, and otherwise a word, or several joined by `_`; `/` separates alternatives, `!` excludes them, `?`
allows none, `*` any number, and `+` at least one. `^` stands for the head of a sentence, `$` for its end. The terminals
of the last column come in place of the run; a digit there stands for the tokens of that item of the run. Rows are tried
in order, so that one may finish what another has begun; those of the second section come after whole alternatives have
been separated, and those of the last when every part of the sentence is in the words of the grammar.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from rulelang.syntax.keywords import KEYWORDS
from rulelang.syntax.tokens import Token

_SORTS: Final = {
    "NOUN": "SCALE/color/colour/level/rating/status/colors/levels/ratings",
    "SCORED": "RATED/scored/scoring/scores/received/receiving/receives/earned/performing",
    "COUNT": "NUMBER/OR_MORE/OR_FEWER/AT_LEAST/AT_MOST/EXACTLY/ABOVE",
    "MANY": "ANY/A/NO/EVERY/ALL/NUMBER/OR_MORE/OR_FEWER/AT_LEAST/AT_MOST/EXACTLY/ABOVE",
    "ABOUT_LIST": "ON/IN/FOR/OF/ANY_OF/ALL_OF/NONE_OF/BOTH/EITHER",
    "JOINED": "LEVEL/GROUP/OUTCOME/NOT/ANY/NO",
    "THINGS": "GROUPS/INDICATORS/INDICATOR_KIND/KIND",
    "COUNTED": "GROUPS/INDICATORS/INDICATOR_KIND/PRIORITIES/PRIORITY/KIND",
    "SORT": "INDICATORS/INDICATOR_KIND",
    "MORE_LEVELS": "LEVEL/OR/OR_WORSE/OR_BETTER/OR_LOWER",
    "WHO": "GROUPS/GROUP/EACH/RPAR/INDICATORS/INDICATOR_KIND",
    "CONDITION": "INDICATOR/ON_THE_OTHER/RPAR/LAST_YEAR/YEARS/YEARS_IN_A_ROW/ONLY",
    "BEGIN": "^/AND/OR/IF/WHEN/UNLESS/LPAR/COLON",
    "ALONE": "^/AND/IF/WHEN/UNLESS/LPAR/COLON/ARE/HAS",
    "BEYOND": "WORSE_THAN/BETTER_THAN/BELOW/ABOVE",
    "STOP": "COMMA/LPAR",
    "THAT": "that/which/who/with",
    "ABOUT": "ON/IN/FOR",
    "NAMED": "INDICATOR/AND/OR/COMMA/BOTH/EITHER",
    "NAMED_GROUPS": "GROUP/AND/OR/COMMA",
    "RATING": "RATED/LEVEL/OR/OR_WORSE/OR_BETTER/OR_LOWER",
    "WINDOW": "YEARS/YEARS_IN_A_ROW/LAST_YEAR/THIS_YEAR/THIS_AND_LAST_YEAR",
    "DENIED": "ARROW/UNLESS/RPAR/$",
    "OTHER_ONE": "OUTCOME/ANY/NO/NOT/NUMBER/AT_LEAST",
    "WHAT": "OUTCOME/PRIORITY",
    "SAYS": "MEETS/ARE/HAS/MET/A/FOR/lea/leas/eligible/receives/receive/gets/qualifies/identified/counts/toward",
    "PRIORITY_LIST": "PRIORITY/PRIORITIES/NUMBER/AND/OR/COMMA",
}
"""What several rows allow in one place."""

_ROWS: Final = """
    --- words and signs that say nothing beside a name, or mean another word there
    | INDICATOR_KIND | INDICATOR |
    INDICATOR | INDICATORS/INDICATOR_KIND+ | |
    ON_THE_OTHER | INDICATORS/INDICATOR_KIND/1+ | |
    GROUP | GROUPS/students/pupils+ | |
    LEVEL | performance level | |
    LEVEL | color/colour/level/rating/status+ | |
    LEVEL | DIVIDED_BY | LEVEL | OR
    INDICATOR | DIVIDED_BY | INDICATOR | COMMA
    | FOR | NUMBER/EACH_OF_THE_LAST/ANY_OF_THE_LAST | IN
    --- levels
    INDICATOR | performance? NOUN OF | LEVEL | ARE
    | INDICATOR_KIND performance? NOUN OF | LEVEL MORE_LEVELS* ON INDICATOR |
    | A? performance? NOUN NOUN? OF | LEVEL |
    BEGIN | A? performance? NOUN ARE | LEVEL MORE_LEVELS* ON |
    LEVEL | performance | ON/IN/FOR |
    MORE_LEVELS | LPAR INDICATOR INDICATOR/AND/OR/COMMA* RPAR | | ON 2 3
    | anything/everything/any BUT/EXCEPT_FOR | LEVEL | NOT
    | INDICATOR AND INDICATOR ARE LEVEL AND LEVEL COMMA? respectively | | 5 ON 1 AND 7 ON 3
    | LEVEL AND LEVEL ON INDICATOR AND INDICATOR COMMA? respectively | | 1 ON 5 AND 3 ON 7
    | performance? NOUN OF/ON/IN/FOR | INDICATOR/AND/OR/COMMA/BOTH/EITHER+ ARE LEVEL |
    INDICATOR | performance? NOUN | ARE/HAS BEYOND? LEVEL |
    INDICATOR | EQUALS/COLON | LEVEL MORE_LEVELS* ARROW/AND/OR/COMMA/SEMICOLON/$ | ARE
    | LEVEL/OR_WORSE/OR_BETTER/OR_LOWER INDICATOR | | 1 ON 2
    | WHO BEYOND LEVEL | | 1 ARE 2 3
    INDICATOR | COMMA? IF/WHEN/WHERE/as applicable | ARROW/AND/OR/COMMA |
    | NO/without A? performance? NOUN | ON/IN/FOR/AND/OR/ARROW/UNLESS/$ | NOT_RATED
    INDICATOR/SORT | HAS | LEVEL/NOT_RATED | ARE
    | NOT_RATED | LEVEL | NOT
    | NOT yet RATED | | NOT_RATED
    ^/IF/WHEN | must/should/shall be | LEVEL/RATED |
    ARE/HAS | SCORED? IN/AT/ON? | LEVEL |
    WHO | SCORED/with IN/AT/ON? | LEVEL | ARE
    WHO | IN/AT | LEVEL | ARE
    INDICATOR | SCORED IN/AT/ON? | LEVEL | ARE
    INDICATOR | AT | LEVEL | ARE
    INDICATOR | IN | LEVEL ARROW/AND/OR/COMMA | ARE
    WHO/INDICATOR | HAS A? performance? NOUN | ON/IN/FOR/AND/OR/COMMA/ARROW | ARE RATED
    | SORT ARE LEVEL MORE_LEVELS* AND AT_LEAST NUMBER ARE LEVEL | | 1 2 3 4 WITH_AT_LEAST 7 9
    | SCORED IN/AT/ON? | LEVEL |
    BEGIN | IN | LEVEL |
    ^/IF/WHEN | ARE/HAS | LEVEL |
    WITH_AT_LEAST NUMBER LEVEL | SORT | |
    HAS/ARE | COUNT+ LEVEL MORE_LEVELS* SORT | | 2 3 ON 1 4
    | ANY/NO/COUNT+ LEVEL MORE_LEVELS* SORT | | 1 4 ARE 2 3
    | ALL/EVERY BUT/EXCEPT_FOR NUMBER OF? SORT | | 1 5 BUT 3
    | LEVEL MORE_LEVELS* ON ALL/EVERY SORT BUT/EXCEPT_FOR NUMBER | | 4 5 BUT 7 ARE 1 2
    | ALL/EVERY SORT ARE LEVEL MORE_LEVELS* BUT/EXCEPT_FOR NUMBER | | 1 2 BUT 7 3 4 5
    --- words that join
    INDICATOR | COMMA? with | LEVEL | AND
    | PLUS | LEVEL/PRIORITY/OUTCOME | AND
    CONDITION | ONLY IF/WHEN | | AND
    | isn't/isn’t/aren't/aren’t | | ARE NOT
    | it's/it’s | | WORD=it ARE
    OR INDICATOR/GROUP/OUTCOME/NUMBER | COMMA? OR BOTH COMMA? | |
    OR INDICATOR/GROUP/OUTCOME/NUMBER | LPAR OR BOTH RPAR | |
    ON | LPAR BOTH/EITHER? INDICATOR INDICATOR/AND/OR/COMMA+ RPAR | | 2 3 4
    INDICATOR | LPAR AND/OR INDICATOR RPAR | | 2 3
    ALONE | RATING+ ABOUT INDICATOR AND RATING+ ABOUT INDICATOR STOP? OR VERSA RPAR? | | 1 ON 3 OR 7 AND 5 ON_THE_OTHER
    ALONE | INDICATOR ARE RATING+ AND INDICATOR ARE RATING+ STOP? OR VERSA RPAR? | | 3 ON 1 OR 5 AND 7 ON_THE_OTHER
    BEGIN | EITHER? OUTCOME OR OUTCOME COMMA? BUT NOT BOTH | | LPAR 2 AND NOT 4 RPAR OR LPAR 4 AND NOT 2 RPAR
    ON | EITHER? INDICATOR OR INDICATOR COMMA? BUT NOT BOTH | | EXACTLY NUMBER=1 OF 2 AND 4
    LEVEL ON | 1 OF INDICATOR AND/OR INDICATOR | AND LEVEL MORE_LEVELS* ON_THE_OTHER | 3 OR 5
    | 1 OF INDICATOR AND/OR INDICATOR ARE LEVEL COMMA? AND other 1/SORT? ARE LEVEL | | 7 ON 3 OR 5 AND 13 ON_THE_OTHER
    | EITHER? INDICATOR OR INDICATOR ARE LEVEL COMMA? AND other 1/SORT? ARE LEVEL | | 6 ON 2 OR 4 AND 12 ON_THE_OTHER
    | A/ANY OF | INDICATOR | ANY_OF
    | EACH OF | INDICATOR | ALL_OF
    | EACH OF | GROUP |
    | EACH OF? | COUNTED | EVERY
    OF/ANY_OF/ALL_OF/NONE_OF | following INDICATORS/PRIORITIES? COLON? | INDICATOR/PRIORITY/PRIORITIES |
    BOTH/OF/ANY_OF/ALL_OF/NONE_OF | OF? following? NUMBER? WORD? INDICATORS? COLON | INDICATOR |
    COLON/OR/AND/IF/WHEN/SEMICOLON | LPAR A/b/c/d/i/ii/iii/NUMBER RPAR | LEVEL/INDICATOR/BOTH/EITHER/NOT/OUTCOME |
    OUTCOME | LPAR BUT/AND NOT OUTCOME RPAR | | AND 3 4
    ON/OF/ANY_OF/ALL_OF/NONE_OF | COLON | INDICATOR/PRIORITY/PRIORITIES/BOTH/EITHER |
    ^ | EITHER | LPAR |
    !ABOUT_LIST | EITHER | LPAR |
    --- how many, and in which years
    | ONLY/just | NUMBER COUNTED | EXACTLY
    | ONLY/just | NUMBER OF | EXACTLY
    | MORE_THAN_HALF_OF NUMBER OR_MORE | SORT | A_MAJORITY_OF 2
    | ABOVE 50 PERCENT_OF | | MORE_THAN_HALF_OF
    | COUNT+ OF THE_SAME GROUPS/INDICATORS | | THE_SAME 1 4
    IN | ANY | NUMBER OF_THE_LAST/OF |
    | EACH/ALL_OF/BOTH OF? NUMBER most/past/last recent? | YEARS | EACH_OF_THE_LAST 3
    | OVER | NUMBER COUNTED | ABOVE
    | half A dozen OF? | COUNTED | NUMBER=6
    | A dozen OF? | COUNTED | NUMBER=12
    | not/does/do NOT? exceed/exceeding | NUMBER/DECIMAL/DOLLARS/LEVEL | AT_MOST
    | exceeds/exceed/exceeding | NUMBER/DECIMAL/DOLLARS/NUMBER_NAME/MEASURE_NAME | ABOVE
    NUMBER/OR_MORE/OR_FEWER | different/distinct/separate | COUNTED |
    | NUMBER COUNTED OR_MORE/OR_FEWER | | 1 3 2
    | ITS | COUNTED/INDICATOR |
    | OF NUMBER most/past/last recent? | YEARS | OF_THE_LAST 2
    | LPAR IN/FOR? NUMBER? OF_THE_LAST/EACH_OF_THE_LAST/ANY_OF_THE_LAST? NUMBER? WINDOW RPAR | | 2 3 4 5 6
    | THIS_YEAR AND IN? LAST_YEAR | ARROW/IF/AND/OR/RPAR/UNLESS/COMMA/$ | THIS_AND_LAST_YEAR
    | OVER | NUMBER YEARS_IN_A_ROW | IN
    | IN/FOR A? second | YEARS_IN_A_ROW | IN NUMBER=2
    | IN/FOR A? third | YEARS_IN_A_ROW | IN NUMBER=3
    | IN/FOR A? fourth | YEARS_IN_A_ROW | IN NUMBER=4
    --- student groups
    BEGIN | there ARE | |
    ^ | GROUPS | is/has/was/meets | A 1
    ^/IF/WHEN | A? lea/leas with/where | ANY/NO/EVERY/ALL/COUNT |
    PRIORITY NUMBER | ARE MET BY A/ANY GROUPS that/which? ARE/HAS | LEVEL/BOTH/EITHER | IF
    GROUPS/GROUP | ARE eligible/identified FOR | WHAT | MEETS
    GROUPS | COMMA OR_ALL_IF_FEWER NUMBER COMMA? | | LPAR 2 3 RPAR
    ANY/NO | single/individual | GROUPS |
    | A? single | GROUPS | ANY
    | LPAR OR_ALL_IF_FEWER NUMBER RPAR GROUPS | | 5 1 2 3 4
    | LPAR FOR? ALL/EVERY/ANY? GROUPS? BUT/EXCEPT_FOR NAMED_GROUPS+ RPAR | | EXCEPT_FOR 6
    ^ | PRIORITY NUMBER ARE MET BY NAMED_GROUPS+ THAT? ARE/HAS? RATING+ ON NAMED+ | $ | 1 2 IF 9 10 11 FOR 6 ONLY
    ANY/A/NO/OR_MORE/OR_FEWER/NUMBER/OF/ANY_OF/NONE_OF COUNTED | that/which/who | ARE/HAS/MEETS |
    AND/OR | that/which/who | ARE/HAS/MEETS |
    AND/OR/UNLESS | it/they ARE/HAS | LEVEL |
    GROUP | that/which/who | ARE/HAS/MEETS |
    GROUP AND GROUP | BOTH/EACH | ARE/HAS/MEETS |
    ^ | NAMED_GROUPS+ MEETS PRIORITY NUMBER IF/WHEN it/they? ARE/HAS? RATING+ ON NAMED+ | $ | 3 4 IF 8 9 10 FOR 1 ONLY
    WHO | HAS | MEETS |
    WHO | HAS/with | COUNT+ PRIORITY/PRIORITIES | MEETS
    BEGIN | CRITERIA FOR | WHAT/PRIORITIES |
    | PRIORITY/PRIORITIES NUMBER PRIORITY_LIST* ARE MET BY THE_SAME GROUPS | | ANY 8 MEETS 1 2 3
    | COUNT+ PRIORITY/PRIORITIES ARE MET BY THE_SAME GROUPS | | ANY 7 MEETS 1 2
    BEGIN | PRIORITY NUMBER ARE MET BY MANY+ GROUPS | | 6 7 MEETS 1 2
    BEGIN | PRIORITY NUMBER ARE MET BY GROUP GROUP/AND/OR/COMMA* | | 6 7 MEETS 1 2
    BEGIN | GROUP MEETS WHAT NUMBER? COMMA? AND/BUT NOT WHAT NUMBER? | COMMA? DENIED | 1 2 3 4 AND NOT LPAR 1 2 8 9 RPAR
    BEGIN | GROUP DOES_NOT_MEET WHAT NUMBER? LAST_YEAR? | COMMA? DENIED | NOT LPAR 1 MEETS 3 4 5 RPAR
    BEGIN | GROUP DOES_NOT_MEET WHAT NUMBER? LAST_YEAR? | AND/OR OTHER_ONE | NOT LPAR 1 MEETS 3 4 5 RPAR
    BEGIN | GROUP DOES_NOT_MEET | | NOT 1 MEETS
    BEGIN | DOES_NOT_MEET | OUTCOME | NOT
    BEGIN | GROUP ARE NOT RATING+ ON INDICATOR LAST_YEAR? | COMMA? DENIED | NOT LPAR 1 2 4 5 6 7 RPAR
    BEGIN | GROUP ARE NOT RATING+ ON INDICATOR LAST_YEAR? | AND/OR OTHER_ONE | NOT LPAR 1 2 4 5 6 7 RPAR
    BEGIN | GROUP ARE NOT | LEVEL/RATED | NOT 1 2
    | FOR ALL/EVERY/ANY GROUPS/students? BUT/EXCEPT_FOR | GROUP | EXCEPT_FOR
    | FOR everyone/everybody BUT/EXCEPT_FOR | GROUP | EXCEPT_FOR
    | FOR ALL/EVERY/ANY/A GROUPS | ARROW |
    | BUT NOT FOR | GROUP | EXCEPT_FOR
    | UNLESS FOR? | GROUP GROUP/AND/OR/COMMA* ARROW | EXCEPT_FOR
    INDICATOR | COMMA/MINUS GROUP GROUP/AND/OR/COMMA* ONLY | | FOR 2 3 4
    ^ | GROUP GROUP/AND/OR/COMMA* ONLY COLON/COMMA | | FOR 1 2 3 COLON
    ^ | LPAR GROUP GROUP/AND/OR/COMMA* ONLY RPAR | | FOR 2 3 4 COLON
    ^ | FOR ALL/EVERY/ANY/A GROUPS COLON/COMMA | |
    --- outcomes
    ^ | PRIORITY NUMBER MINUS/COMMA/COLON IF/WHEN | | 1 2 IF
    ^ | PRIORITY NUMBER MINUS | | 1 2 COLON
    ^ | OUTCOME MINUS | | 1 COLON
    INDICATOR/ON_THE_OTHER/LAST_YEAR/YEARS/YEARS_IN_A_ROW/ONLY | MEETS | WHAT | ARROW
    CONDITION | triggers/means/equals/satisfies/counts/qualifies FOR/IN/TO/as/toward/towards? | WHAT | ARROW
    ARROW | SAYS+ | WHAT |
    ARROW OUTCOME | ARE? MET | $ |
    ARROW PRIORITY NUMBER | ARE/being? MET | $ |
    OUTCOME/NUMBER | CRITERIA? ARE MET/triggered | IF/WHEN/WHERE |
    OUTCOME/NUMBER | applies/holds | IF/WHEN/WHERE |
    OUTCOME/NUMBER | ARE MET/triggered BY | LEVEL/BOTH/EITHER | IF
    PRIORITY NUMBER | WHERE | LEVEL/BOTH/EITHER/INDICATOR | IF
    PRIORITY NUMBER | CRITERIA | COLON/IF/WHEN |
    ^ | OUTCOME OTHERWISE | $ | 2 ARROW 1
    ^/IF/WHEN | SAYS+ | WHAT |
    ^/IF/WHEN | lea/leas? ARE? qualifies/qualify/eligible/identified BELOW/IN/ON/BY/through/via | OUTCOME |
    ^ | ALL other lea/leas | | OTHERWISE
    OTHERWISE | COMMA? SAYS+ | WHAT | ARROW
    | A OF | | ANY_OF
    === joints of alternatives
    !GROUPS/INDICATORS/INDICATOR_KIND/ALL/KIND/GROUP | BUT | | AND
    | ANY_OF | THINGS | ANY
    | ALL_OF | THINGS | ALL
    | NONE_OF | THINGS | NO
    | ANY_OF | PRIORITIES !NUMBER | ANY
    | ALL_OF | PRIORITIES !NUMBER | ALL
    | NONE_OF | PRIORITIES !NUMBER | NO
    AND/OR/COMMA | ON/IN/FOR | INDICATOR |
    NUMBER/OR_MORE/OR_FEWER | OF | THINGS |
    NUMBER/OR_MORE/OR_FEWER | OF | PRIORITIES !NUMBER |
    !IN/FOR/AT_LEAST/ABOVE/EXACTLY/AT_MOST | NUMBER OF_THE_LAST NUMBER YEARS/YEARS_IN_A_ROW | | IN 1 2 3 4
    ^ | BOTH/EITHER? INDICATOR INDICATOR/AND/OR/COMMA* ARE NOT | LEVEL/RATED | NOT 1 2 3 4
    !ABOUT_LIST | BOTH/EITHER? INDICATOR INDICATOR/AND/OR/COMMA* ARE NOT | LEVEL/RATED | NOT 1 2 3 4
    | OUTCOME ARE? not_met | | NOT 1
    | OUTCOME ARE NOT MET | | NOT 1
    | PRIORITY NUMBER ARE not_met | | NOT 1 2
    | PRIORITY NUMBER ARE NOT MET | | NOT 1 2
    | EITHER | JOINED !OR/ARROW* OR |
    | BOTH | JOINED !AND/OR/ARROW* AND |
    AND/OR | EITHER | PRIORITY !OR/ARROW* OR |
    AND/OR | BOTH | PRIORITY !AND/OR/ARROW* AND |
    === the sentence as a whole
    !ARROW | ARROW | ARROW !ARROW |
    ^ | IF/WHEN/WHERE | !ARROW* ARROW |
    ^ | A/ANY GROUPS MEETS | !IF/WHEN/ARROW* IF/WHEN !ARROW/$* $ |
    IF/WHEN | it/they/GROUPS ARE/HAS | !$ |
"""


def _key(text: str) -> str:
    return text if text.isupper() else text.replace("_", " ")


class _Item(NamedTuple):
    """What one token of a run, or several, may be; with `excludes`, what it may not be."""

    keys: frozenset[str]
    least: int = 1
    most: int = 1
    excludes: bool = False

    @classmethod
    def of(cls, text: str) -> _Item:
        bounds = {"?": (0, 1), "*": (0, 99), "+": (1, 99)}.get(text[-1], (1, 1))
        words = text.lstrip("!").rstrip("?*+").split("/")
        keys = frozenset(_key(one) for word in words for one in _SORTS.get(word, word).split("/"))
        return cls(keys, *bounds, excludes=text.startswith("!"))

    def fits(self, keys: frozenset[str]) -> bool:
        """Return whether a token with some keys is one of these."""
        return self.keys.isdisjoint(keys) is self.excludes


class _Row(NamedTuple):
    """A row of the table, and what has to be in a sentence for it to apply: one of each of the `needed` sets."""

    before: Sequence[_Item]
    run: Sequence[_Item]
    behind: Sequence[_Item]
    becomes: Sequence[str]
    needed: Sequence[frozenset[str]]

    @classmethod
    def of(cls, line: str) -> _Row:
        before, run, behind = ([*map(_Item.of, cell.split())] for cell in line.split("|")[:3])
        at_head = any("^" in item.keys for item in before)
        around = (*run, *behind) if at_head else (*before, *run, *behind)
        needed = [item.keys for item in around if item.least and not item.excludes]
        return cls(before, run, behind, line.split("|")[3].split(), needed)

    def may_apply(self, present: frozenset[str]) -> bool:
        """Return whether a sentence with some words may have the run, between what it has to be between."""
        return not any(map(present.isdisjoint, self.needed))


_SECTIONS: Final = [[_Row.of(line) for line in section.split("\n") if "|" in line] for section in _ROWS.split("===")]
_TABLE: Final = [row for section in _SECTIONS for row in section]
_ENDS: Final = [0, *accumulate(map(len, _SECTIONS))]

SENTENCE, JOINTS, WHOLE = (range(start, end) for start, end in pairwise(_ENDS))
"""The places of the rows of each section."""

_WORDS: Final = frozenset().union(*(item.keys for row in _TABLE for item in (*row.before, *row.run, *row.behind)))
"""The words that runs, and what they are between, are made of."""


@lru_cache(maxsize=1 << 10)
def _rows_with(present: frozenset[str]) -> Sequence[int]:
    """Return the places of the rows that may apply to a sentence with some words of runs."""
    return [place for place, row in enumerate(_TABLE) if row.may_apply(present)]


def _next_row(present: frozenset[str], after: int, rows: range) -> int | None:
    """Return the place of the first row behind another one that may apply; None if no more of some rows does."""
    return next((place for place in _rows_with(present) if place > after and place in rows), None)


def reworded(tokens: Sequence[Token], head: int, rows: range = SENTENCE) -> list[Token]:
    """Return the tokens of a sentence, which begins at an index, in the words of the grammar, as some rows say."""
    found = list(tokens)
    keys = [*(token.keys for token in found), frozenset("$")]
    present = _WORDS & frozenset().union(*keys)
    place = _next_row(present, -1, rows)
    while place is not None:
        row, at = _TABLE[place], 0
        first = row.run[0]
        while at < len(found):
            begins = not first.least or first.fits(keys[at])
            runs = _run(row, keys, at, is_head=at == head) if begins else None
            if runs is None:
                at += 1
                continue
            end = runs[-1][1]
            new = [token for item in row.becomes for token in _become(item, found, runs)]
            found[at:end], keys[at:end] = new, [token.keys for token in new]
            present = present.union(*(_WORDS & one for one in keys[at : at + len(new)]))
            at += max(len(new), 1)
        place = _next_row(present, place, rows)
    return found


def _run(row: _Row, keys: Sequence[frozenset[str]], at: int, *, is_head: bool) -> list[tuple[int, int]] | None:
    """Return where each item of a row's run begins and ends, from an index; None if it does not fit there."""
    first = at - len(row.before)
    begins = is_head and any("^" in item.keys for item in row.before)
    fits = first >= 0 and all(item.fits(keys[first + index]) for index, item in enumerate(row.before))
    runs = _spans(row.run, keys, at) if begins or fits else None
    if not runs or runs[-1][1] == at or _spans(row.behind, keys, runs[-1][1]) is None:
        return None
    return runs


def _spans(items: Sequence[_Item], keys: Sequence[frozenset[str]], at: int) -> list[tuple[int, int]] | None:
    """Return where each item begins and ends if they follow one another from an index on; None if they do not."""
    found = []
    for item in items:
        end = at
        while end < len(keys) and end - at < item.most and item.fits(keys[end]):
            end += 1
        if end - at < item.least:
            return None
        found.append((at, end))
        at = end
    return found


def _become(item: str, tokens: Sequence[Token], runs: Sequence[tuple[int, int]]) -> list[Token]:
    """Return the tokens that an item of the last column is replaced with."""
    if item.isdecimal():
        start, end = runs[int(item) - 1]
        return list(tokens[start:end])
    terminal, _, value = item.partition("=")
    first, last = tokens[runs[0][0]], tokens[runs[-1][1] - 1]
    return [Token(terminal, value or KEYWORDS.get(terminal, (terminal,))[0], first.start, last.end, first.source)]
