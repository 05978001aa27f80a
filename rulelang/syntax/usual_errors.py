"""Common mistakes, each recognized by the words around the place where parsing failed, and what to write instead.

In the table, each mistake is a line of what is asked about that place, or several lines any of which is enough; what to
write instead is indented below. What is asked has the names of the methods of `Place`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from textwrap import dedent
from typing import Final

from rulelang.diagnostics.catalogue.names import WHO_IS_COUNTED, YEARS_BACK
from rulelang.syntax.failing_place import Place
from rulelang.syntax.tokens import Token


def way_out(tokens: Sequence[Token], at: int, *, of_levels: bool) -> str | None:
    """Return what to write instead, if the mistake is a common one; None for any other."""
    place = Place(tokens, at, of_levels)
    return next((text for ways, text in _mistakes() if any(_fits(place, way) for way in ways)), None)


_SAID_OFTEN: Final = {
    "= SHARES": (
        "say which share is enough: `at least half of the …`, `more than half of the …`, `60 percent or more of the …`;"
        " for less, negate it: `not (at least half of the …)`"
    ),
    "= IN_SOME_YEARS": (
        "say in how many years it must hold, `in 2 of the last 3 years`; for fewer, negate it: `not (Red on ELA in"
        " 2 of the last 3 years)`"
    ),
    "= YEARS_BACK": YEARS_BACK,
    "= WHO_IS_COUNTED": WHO_IS_COUNTED,
}
"""What the table has a name for."""

_MISTAKES: Final = """
    rule, behind KIND, word with, ahead NUMBER_NAME
    rule, behind KIND, says receives gets, ahead NUMBER_NAME
    rule, after KIND, behind NUMBER_NAME, here ARROW, not has OVER
    rule, here NUMBER_NAME, coming KIND, perhaps_behind A EVERY ALL ANY NO
        say behind `where` what it is to be: `any school where first time is yes`, `2 or more schools where index is 30
        or more`
    rule, behind KIND, says identified designated eligible named
        name the outcome behind `is`: `any school is CSI`
    rule, at_head, here ARE HAS, ahead NUMBER_NAME
    rule, at_head, says receives gets, ahead NUMBER_NAME
    rule, behind NUMBER_NAME, here KIND
        say what it is to be: `first time is yes`, `index is 30 or more`
    rule, behind BOTH EITHER, here NUMBER_NAME
        ask of each: `first time is yes and index is 30 or more`
    rule, says highest lowest, ahead NUMBER_NAME MEASURE_NAME, has KIND
        combine the numbers of several with `over`: `highest of enrollment over schools`
    rule, here KIND, behind NUMBER, not said lowest highest bottom top
        say whether more is enough too: `2 or more schools are CSI`, `exactly 2 schools are CSI`
    rule, here KIND, behind THE_SAME
        over several years, `any school is CSI in each of the last 2 years` asks for the same school every year
    rule, here NOT, behind ARE, after KIND
        say what is not the case of one of them, `any school where (not CSI)`, or of all, `no school is CSI`
    rule, here HALF_OF HALF_OR_MORE_OF MORE_THAN_HALF_OF PERCENT_OF, ahead NUMBER_NAME MEASURE_NAME
        multiply: `sum of cost over schools is above 0.5 × budget`
    rule, word twice, ahead NUMBER_NAME MEASURE_NAME
        multiply: `2 × enrollment`
    rule, says missing blank empty, behind ARE, two_behind NUMBER_NAME MEASURE_NAME
        ask whether the data have it: `not (enrollment is given)`
    rule, says contains begins starts ends, behind NUMBER_NAME
        words are asked for whole: `program is "nursing" or "law"`
    rule, here ARE, after WHERE, has KIND
        a share of some only is two numbers: `number of schools where (Title I is yes and CSI) ÷ number of schools where
        Title I is yes is above 0.5`
    rule, says fell rose grew dropped increased decreased declined, after NUMBER_NAME MEASURE_NAME
    rule, here LAST_YEAR, behind ABOVE BELOW, after NUMBER_NAME MEASURE_NAME
        compare it with last year's number, where the files give that: `enrollment is below last year's enrollment`
    rule, here NOT, ahead STRING
        put what is negated in parentheses: `not (program is "nursing")`
    here UNCLEAR_NOT
        put what is negated in parentheses: `not (Met on Basics)`, `not (more than half of the student groups …)`
    rule, first, here ALL EVERY ANY, has COLON
        name the student groups: `White and Asian: Red on ELA`
    begins GIVEN, word with
    begins GIVEN, here COLON
        put facts on lines of their own, below the kind of LEA: `White: Red on ELA`
    first, word >
        leave out this sign: it is how an e-mail marks what it quotes
    rule, here KIND, after FOR EXCEPT_FOR
        a heading above the rules says for which kinds of LEA they are: `for school districts and county offices`
    begins FOR KIND, here COLON
        a heading is on a line of its own, without a colon, with the rules below it
    rule, said between from, not after NUMBER, not has_digits, coming LEVEL
        name each level, `Red or Orange`, or say `Orange or worse`
    rule, said between
        write both ends: `rate is 3 or more and rate is 6 or less`, `2 or more indicators are Red and not (5 or more
        indicators are Red)`
    rule, names_a_kind, has IF WHEN
    rule, names_a_kind, said with where must
        write only the condition and the outcome; a heading above the rules says for which kinds of LEA they are: `for
        school districts and county offices`
    rule, says that which who whose meeting with, behind GROUPS, two_behind NUMBER_OF
        say how many there are: `3 or more student groups meet Priority 4`
    rule, has BY, anywhere met
    rule, here BY, has NOT
        say first who meets them: `any student group meets 2 or more priorities`, `2 or more priorities are met`
    rule, here PRIORITY, behind ON
        name the indicator: `Not Met on Basics`, `Red on ELA`
    rule, here WORD, ahead INDICATORS
        name the indicators: `Red on either ELA or Math`
    rule, here WORD, says local other additional different distinct separate, counts
        count them: `2 or more student groups meet Priority 4`, `2 or more priorities are met on local indicators`
    rule, here NOT, ahead IN_THE_LOWEST IN_THE_HIGHEST
        put what is negated in parentheses: `not (index is in the lowest 5 percent of schools)`
    rule, here OUTCOME, behind PERCENT_OF, ahead KIND
        name the outcome behind what is ranked: `… percent of schools in CSI`
    rule, after IN_THE_LOWEST IN_THE_HIGHEST, says with having receiving that which who whose
    rule, here WORD, behind PERCENT_OF, ahead KIND
        say which of them are ranked with `where` and a test: `… percent of schools where enrollment is 20 or more`
    rule, here IN_THE_LOWEST IN_THE_HIGHEST
    rule, after IN_THE_LOWEST IN_THE_HIGHEST
    rule, has PERCENTILE_OF
    rule, anywhere percentile quartile decile
    rule, anywhere lowest highest bottom top, has KIND
        name the number, the percentage and what is ranked: `index is in the lowest 5 percent of schools`
    rule, not here LPAR, anywhere lowest highest worst best
        name the level, as in `Red on ELA`, or several, as in `Orange or worse`
    rule, anywhere majority, has INDICATORS INDICATOR_KIND
        write `a majority of at least 5 indicators are Red`
    rule, anywhere reported available missing
        what has no level is `not rated on ELA`; no other level test holds for it
    rule, lists_outcomes
        name each of them: `Method 1 or Method 2`, `Priorities 4, 5 or 6`
    rule, here OF_THE_LAST, behind NUMBER, counts
        say how many are enough: `3 or more indicators are Red`
    rule, here EACH, anywhere previous prior preceding
        = YEARS_BACK
    rule, behind BOTH, two_behind NOT
        say how many: `Red on exactly 1 of ELA and Math`
    rule, says that which who whose
        join what is asked of one student group with `and`: `any student group is Red on ELA and meets Priority 5`
    rule, says without lacking, has LEVEL
        write an exception: `Red on ELA, unless Green on Math`
    rule, here NUMBER, behind ANY_OF ALL_OF ALL EVERY OF, not anywhere % percent
        leave out how many there are: `any student group`, `all indicators are Red`
    rule, here INDICATOR, behind NUMBER, after ON
        = YEARS_BACK
    rule, says even regardless irrespective
        leave out what does not matter to the rule
    rule, says following
        write `or` or `and` between the conditions, `Red on ELA or Red on Math`, or a rule for each
    rule, here COLON, behind_head, behind INDICATOR
        a label is one word, such as `4a:`; a title has a line of its own: `priority 4 "Pupil Achievement"`
    rule, behind_head, behind DECIMAL
        a label is one word with a colon behind it, such as `4a:`
    rule, here UNLESS, at_head
        write what holds: `not Method 1 → …`, or `… , unless Method 1 → …`
    rule, anywhere another subject respectively
    rule, here VERSA
        name the indicator of each: `Red on ELA and Orange on Math`, or `Red on ELA or Math and Orange on the other`
    rule, here INDICATORS INDICATOR_KIND, behind LEVEL
        say how many: `2 or more indicators are Red`, `all indicators are Red`
    rule, here LEVEL, behind ONLY, has INDICATORS INDICATOR_KIND
    rule, here LEVEL, perhaps_behind ALL EVERY
        say how many: `2 or more indicators are Red`, `all indicators are Red or Orange with at least one Red`
    rule, here WHEN, headed_by PRIORITY OUTCOME
        write the condition first, `Red on ELA → Priority 4`, or `Priority 4 if Red on ELA`
    rule, here EITHER BOTH, ahead THIS_YEAR
    rule, here EITHER BOTH, ahead LAST_YEAR
        = YEARS_BACK
    rule, says students pupils, behind ALL EVERY
    rule, here NUMBER, behind NO
        = WHO_IS_COUNTED
    rule, here LEVEL WHEN IF IN, behind EXCEPT_FOR
        `except for` leaves out student groups; put `unless` before a condition: `Red on ELA, unless Green on Math`
    rule, here GROUPS, after FOR IN, after LEVEL
        begin with the student groups: `2 or more student groups are Red on ELA`
    rule, behind ARROW, here NOT NO
        a rule says when an outcome is met; write `unless` or `and not` before the arrow
    rule, behind ARROW, here PRIORITIES
        a rule decides one thing: for the other outcome, repeat the condition in another rule
    rule, after ARROW, here UNLESS WHERE LAST_YEAR IN
        write the whole condition before the arrow: `Red on ELA, unless Green on Math → Priority 4`
    begins GROUP COLON, anywhere then
        begin what an example expects with `expect`: `expect White meets Priority 4`
    here ARROW, behind THIS_YEAR LAST_YEAR, after NOT
    here FIRST_TIME
    rule, says dropped fell improved declined rose moved remains remained stays stayed
        write the condition again for the other year: `Red on ELA last year and not Red on ELA this year`
    begins GIVEN A KIND, here IN
        put the year on a line of its own: `given in 2023`
    rule, here OF, behind DECIMAL NUMBER FRACTION, counts
        = SHARES
    rule, after ARROW, here MINUS
    rule, after ARROW, here LPAR, ahead WORD
        put a note on a line of its own, `because "…"`, or behind `#`
    rule, here DIVIDED_BY, at_head
        begin a note with `#`
    rule, here EQUALS, behind NUMBER OUTCOME
        write the condition first: `Red on ELA → Priority 4`
    rule, here EQUALS, behind INDICATOR, ahead LEVEL
        write `Red on ELA`
    rule, here OTHERWISE, not has ARROW
    rule, ahead OTHERWISE, not has ARROW
        put an arrow before the outcome, and `otherwise` on a line of its own: `otherwise → …`
    here COLON, begins KIND COLON
        begin the rules for a kind of LEA with `for`: `for school districts`
    begins GROUP MINUS, here MINUS
        put a colon behind the student group: `White: Red on ELA`
    rule, here OR TO MINUS, ahead NUMBER, of_a_year
        = YEARS_BACK
    opens_with change edit set insert
        say `replace`, `add` or `remove`: `replace 4a: Red on ELA → Priority 4`
    here NUMBER LEVEL INDICATOR GROUP KIND, behind ARROW
        name what follows from it: `→ Priority 4`
    rule, here DECIMAL, ahead OF, counts
        = SHARES
    rule, here AT_LEAST AT_MOST EXACTLY, has YEARS_IN_A_ROW
        = YEARS_BACK
    rule, said third thirds quarter quarters fraction
    rule, here A, counts, after AT_LEAST
        = SHARES
    rule, said few several some many multiple couple handful pair, counts
        say how many: `2 or more`, `at least half of the …`
    rule, says once twice thrice time times
    rule, here ABOVE, ahead WORD, behind INDICATOR
        = IN_SOME_YEARS
    rule, here DATE
    rule, ahead DATE
    rule, says year years since before until previous prior preceding again still
        = YEARS_BACK
    rule, word neither, not behind IN
    rule, here NOR, not behind IN
        `neither` goes with `nor`: `Red on neither ELA nor Math`
    rule, here INDICATOR, behind EXCEPT_FOR BUT, after INDICATORS INDICATOR_KIND
        list the indicators that count: `Red on all of ELA, Math and College/Career`
    rule, here LEVEL, behind INDICATOR
        the level comes first: `Red on ELA`
    rule, here IF, coming ARROW
        join conditions with `and`: `Red on ELA and Red on Math → …`
    here INDICATOR, ahead ARE
        the level comes first: `Red on ELA`
    rule, led_by GROUP, after COLON
        an example states facts one by one: `White: Red on ELA, Orange on Math`; write another example for other
        possibilities, and put earlier years below `given last year`
    begins EXPECT
        expect one thing on each line: `expect White meets Priority 4`, `expect not Method 1`
    here FOR EXCEPT_FOR, after ARROW
        say for which student groups before the arrow: `Red on ELPI for English Learners only → …`
    after FOR, after GROUP, not has ONLY
        put a condition with its student groups in parentheses: `(Red on ELPI for English Learners only) or …`
    rule, here NUMBER_NAME MEASURE_NAME, behind HAS, after KIND
    rule, here NUMBER_NAME MEASURE_NAME, behind KIND
    rule, here NUMBER_NAME MEASURE_NAME, ahead KIND
    rule, here NUMBER_NAME MEASURE_NAME, behind ARE, after KIND
    rule, here ANY EVERY ALL NO, behind OF, after NUMBER_NAME MEASURE_NAME
    rule, word with, after KIND
        put what is asked of each behind `where`: `no school where enrollment is below 100`
    rule, word per, after NUMBER_NAME MEASURE_NAME
        divide: `budget ÷ enrollment`, `budget ÷ number of schools`
    rule, here OF, behind NUMBER, two_behind ARE, ahead STRING
        join words with `or`: `program is "nursing" or "law"`
    rule, here IN, behind ARE, two_behind NUMBER_NAME, coming YEARS
    rule, says within, after NUMBER_NAME, coming YEARS
        compare a date with a day: `opened is after 2020-01-01`
    behind YES NO, two_behind OR AND, after NUMBER_NAME MEASURE_NAME, rule
        name one answer, `first time is yes`, or ask whether there is any: `first time is given`
    behind ARE, two_behind NUMBER_NAME MEASURE_NAME, here RATED NOT_RATED UNKNOWN
        ask whether the data have it: `first time is given`, or `not (first time is given)`
    behind NUMBER_NAME MEASURE_NAME, rule, here YES NO
    behind NUMBER_NAME MEASURE_NAME, rule, here EQUALS, ahead YES NO
        write `is` before the answer: `first time is yes`
    behind NUMBER DECIMAL DOLLARS DATE, two_behind ARE, after NUMBER_NAME MEASURE_NAME, here ARROW AND OR UNLESS COMMA
    behind NUMBER DECIMAL DOLLARS DATE, two_behind ARE, after NUMBER_NAME MEASURE_NAME, here RPAR OTHERWISE
    behind NUMBER_NAME MEASURE_NAME, rule, here EQUALS
    behind NUMBER_NAME MEASURE_NAME ARE, after NUMBER_NAME MEASURE_NAME, here EXACTLY
    behind NUMBER_NAME MEASURE_NAME ARE, after NUMBER_NAME MEASURE_NAME, says equal equals
    behind ARE, after NUMBER_NAME MEASURE_NAME, here NOT, ahead NUMBER DECIMAL DOLLARS DATE
        for one number alone, write both ends: `students is 30 or more and students is 30 or less`; for any other, put
        them in `not (…)`
    behind ARE, after NUMBER_NAME MEASURE_NAME, here NOT, ahead STRING
        put `not` before the whole: `not (program is "nursing")`
    behind ARE, after NUMBER_NAME MEASURE_NAME, here NOT, ahead YES NO
        put `not` before the whole, `not (first time is yes)`, or say the other answer: `first time is no`
    rule, here ARROW AND OR UNLESS RPAR, behind NUMBER_NAME
        say what it is to be: `index is 30 or more`, `first time is yes`, `program is "nursing"`
    behind ARE, two_behind NUMBER_NAME MEASURE_NAME, here WORD
        put a text in quotation marks, `program is "nursing"`; a number is compared, as in `index is 30 or more`
    behind ABOVE BELOW, two_behind AND OR, after NUMBER_NAME MEASURE_NAME, here NUMBER DECIMAL DOLLARS DATE
    behind AT_LEAST AT_MOST, two_behind AND OR, after NUMBER_NAME MEASURE_NAME, here NUMBER DECIMAL DOLLARS DATE
    rule, here OR_MORE OR_FEWER, two_behind AND OR, after NUMBER_NAME MEASURE_NAME, not has KIND
    rule, here ARE, behind AND OR BUT, after NUMBER_NAME MEASURE_NAME, not has KIND
    rule, here TO, behind NUMBER DECIMAL DOLLARS, after NUMBER_NAME MEASURE_NAME
    rule, here ARROW AND OR, two_behind AT_LEAST AT_MOST ABOVE BELOW, after NUMBER_NAME MEASURE_NAME
        name what is compared again: `rate is 3 or more and rate is below 6`
    rule, behind AND OR BUT, here ARE HAS MEETS, after KIND
        put all that is asked of each behind `where`, in parentheses: `any school where (CSI last year and CSI this
        year)`
    rule, says average mean median sum total, has KIND OVER
        combine the numbers of several with `over`: `average of enrollment over schools`, `sum of enrollment over
        schools`
    behind GROUPS ARE, here NOT DOES_NOT_MEET
        put `not` before the whole, `not (any student group meets …)`, or count: `no student group meets …`
    behind KIND, here BUT EXCEPT_FOR
    behind ALL EVERY, here BUT EXCEPT_FOR, coming KIND
        count those that do not: `exactly 1 school where not CSI`, or `1 or fewer schools where not CSI`
    behind KIND, here LPAR, ahead OR_ALL_IF_FEWER
    rule, here LPAR, ahead OR_ALL_IF_FEWER, coming KIND
        say both: `3 or more schools are CSI or every school is CSI`
    behind GROUPS ALL EVERY, here BUT, ahead NUMBER
        count those that do, `3 or more student groups`, or say which share is enough, `60 percent or more of the …`
    behind GROUPS, here EXCEPT_FOR BUT
        leave out student groups when deciding a priority: `Red on ELA except for Foster Youth → …`
    rule, here HALF_OF HALF_OR_MORE_OF PERCENT_OF, coming KIND
    rule, here HALF_OF HALF_OR_MORE_OF, counts
    rule, word %, counts
    rule, here PERCENT_OF, counts
        = SHARES
    behind BOTH EITHER, not here INDICATOR
        `both` goes with `and`, and `either` with `or`: `either Red on ELA or Red on Math`
    at_head, here MEETS
        say who: `any student group meets 2 or more priorities`
    rule, here NOT NO, not at_head
        put `not` before a whole condition: `Red on ELA and not (Red on Math)`
    rule, here LEVEL, behind NO
        put `not` before a whole condition: `not (Red on ELA)`
    rule, here ONLY
    rule, here LEVEL, behind ONLY
        use `only` only after student groups, as in `for English Learners only`
    rule, here ARROW, behind INDICATOR, after AND OR NOT
        say the level of each condition: `Red on ELA and not Red on Math`, `Red on ELA and Red on either Math or CCI`
    rule, here OR TO MINUS, behind NUMBER, ahead NUMBER
        say how many are enough: `1 or more`, or how many exactly: `exactly 2`
    rule, here TO MINUS AT_LEAST AT_MOST ABOVE BELOW OR_MORE OR_FEWER, behind LEVEL AND OR
        name each level, `Red or Orange`, or say `Orange or worse`
    rule, here EXACTLY AT_MOST NONE_OF BELOW FEWER_THAN NO, behind IN
        = IN_SOME_YEARS
    rule, here YEARS YEARS_IN_A_ROW YEARS_AGO YEARS_BEFORE IN_BOTH_YEARS
    rule, behind YEARS YEARS_IN_A_ROW YEARS_AGO YEARS_BEFORE IN_BOTH_YEARS
    rule, of_a_year
        = YEARS_BACK
    not first, here BECAUSE CITES CONFIDENCE
        put `cites`, `because`, and `confidence` on separate lines below the sentence
    here COLON, behind GROUP, begins GROUP, has ARROW
        this is a student group: write `for English Learners only: Red on ELPI`, or take another label, such as `E1:`
    rule, not ahead OTHERWISE, word ; / + | vs versus
    rule, not ahead OTHERWISE, word ., ahead LEVEL
        say how the two are joined: `and` or `or`
    here AND COMMA, after ARROW, behind OUTCOME NUMBER
        a rule decides one thing: for the other outcome, repeat the condition in another rule
    here INDICATOR, behind INDICATOR
    here LEVEL, behind LEVEL
        say how the two are joined: `and` or `or`
    here ARROW, at_head
        write the condition before the arrow: `Red on ELA → …`
    here ARROW, behind AND OR UNLESS NOT ON MEETS ARE GROUPS COMMA
        write what is missing before the arrow
    here ARROW NUMBER, behind LEVEL OR_WORSE OR_BETTER, not said met
        say on which indicator: `Red on ELA → …`
    here GROUPS, at_head
        say how many: `any student group meets …`, `3 or more student groups meet …`
    here IF, at_head
        say what follows from it: `If Red on ELA then Priority 4`
    here ARROW, after IF ARROW WHEN
        a rule decides one thing: write a rule for each outcome
    here LPAR, behind LEVEL INDICATOR GROUP OUTCOME NUMBER
        this is not a synonym of what comes before it: leave it out, or join it with `and` or `or`
    here PRIORITIES PRIORITY GROUPS INDICATORS, behind NUMBER
        say whether more is enough too: `2 or more`, `exactly 2`
    begins GIVEN KIND
        write `a` before the kind of LEA: `given a school district`
    here PLUS MINUS, after HIGHEST_OF LOWEST_OF AVERAGE_OF
        put `highest of …` or the sum in parentheses: `(highest of a and b) + 1`
    not rule, here SMALLEST
        put it in parentheses: `1 + (smallest whole number that brings …)`
    here COMMA AND, after HIGHEST_OF LOWEST_OF AVERAGE_OF, not rule
        put `highest of …` in parentheses: `1 + (highest of a and b)`
    here IF, after ROUNDED_TO AS_A_PERCENT
        put what is scaled or rounded before `if` in parentheses: `(a, rounded to 1 decimal) if …`
    here AS_A_PERCENT, after ROUNDED_TO
        the percent comes first: `as a percent, rounded to 1 decimal`
    rule, here OR_MORE OR_FEWER, behind DECIMAL WORD
        write a whole number: `3 or more`
    rule, has SHARE_OF, anywhere % percent
        a share is from 0 to 1: `is above 0.5` is more than half; or count: `60 percent or more of the …`
    word %
    rule, anywhere percent, not counts
        leave out `%` and `percent`: a measure `as a percent` is compared with `95`
    word ., ahead NUMBER
        write a digit before the decimal point: `0.5`
    digits_after_comma 3
        write digits without commas: `1000`
    digits_after_comma
        write a decimal point before the decimals: `5.0`
    here NUMBER, behind NUMBER
    here ARROW, behind NUMBER, two_behind NUMBER
        write digits without spaces: `1000`
    here NUMBER_NAME MEASURE_NAME LPAR, behind MINUS
        write what it is subtracted from: `0 − …`
    after WHEN IF, here EQUALS
    after WHEN IF, word equal exactly
    here OTHERWISE, two_behind ARE
        say `95 or more`, `95 or less`, `above 95` or `below 95`
    says nearest
        say to how many decimals: `rounded to 1 decimal`, `rounded to a whole number`
    here OTHERWISE, after IF, last
        put `otherwise` before its number: `1 if …, otherwise 0`
    here READ_AS, after EQUALS
        write `as a percent`
    word < > ≤ ≥
        write it in words: `is above`, `is below`, `95 or more`, `95 or less`
    not first, here MEASURE BANDS GRID
        this word begins a sentence about levels, so it must come first on its line
    rule, here WHEN
    rule, behind WHEN
        use `when` in sentences about levels, such as `Orange when Not Certified`
    rule, here IF
        use `if` in measures: `measure rate = … if …, otherwise …`; for a level, write `Orange when …`
"""
"""The likeliest mistake before others."""


_Question = tuple[Callable[..., bool], Sequence[str], bool]
"""What is asked about a place, the words it is asked with, and the answer that is wanted."""


@cache
def _mistakes() -> Sequence[tuple[Sequence[Sequence[_Question]], str]]:
    """Return the mistakes of the table: the ways to recognize each, and what to write instead."""
    found = []
    ways: list[list[_Question]] = []
    lines = dedent(_MISTAKES).strip().split("\n")
    for is_help, block in groupby(lines, key=lambda line: line.startswith(" ")):
        if is_help:
            text = " ".join(line.strip() for line in block)
            found.append((ways, _SAID_OFTEN.get(text, text)))
        else:
            ways = [[_question(one) for one in line.split(", ")] for line in block]
    return found


def _question(text: str) -> _Question:
    name, *words = text.removeprefix("not ").split(" ")
    return getattr(Place, name), words, not text.startswith("not ")


def _fits(place: Place, way: Sequence[_Question]) -> bool:
    return all(ask(place, *words) is wanted for ask, words, wanted in way)
