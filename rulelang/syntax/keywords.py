"""The keywords of the language: what each means, how it is written, and what else people write for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final


def _read(table: str) -> dict[str, list[str]]:
    """Return the cells of a table behind the first of each row; a line that is indented further goes on with a row."""
    lines = table.strip().replace("\n        ", " ").split("\n")
    rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    return {name: cells for name, *cells in rows}


_WORDS: Final = _read("""
    RULESET | names the ruleset and its year | ruleset
    WHAT_IF | begins changes that are not in force | what if
    USES | names the vocabulary | uses
    CITES | gives sources | cites
    BECAUSE | gives a reason | because
    CONFIDENCE | says how well a statement is known | confidence
    BASED_ON | names the ruleset whose rules are inherited | based on
    LEVELS_FROM | names the folder of the rulesets that work out levels | levels from
    EARLIER_YEARS_FROM | names the folder of the rulesets of earlier years | earlier years from
    SUSPENDED | the year has no determinations; in an example, the answer of such a year | suspended
    PUBLISHED_UNKNOWN | how to publish a determination that is cannot tell
        | cannot tell counts as not met when published
    PRIORITY | a priority as a heading, an outcome or a condition | priority
    PRIORITIES | priorities that are counted | priorities
    ADD | adds a new rule or statement | add
    REPLACE | replaces a rule or a statement | replace
    REMOVE | takes rules, statements or examples out of force | remove
    EVERYTHING | after `remove`: all statements about the indicators | everything
    OTHERWISE | what follows where no rule above held; in a measure, the other number | otherwise
    EXAMPLE | begins a worked example | example | examples
    GIVEN | the kind of LEA of an example, or the year of its facts | given
    EXPECT | the expected result | expect
    FOR
        | the kinds of LEA or the indicators of a section, or the student groups of a rule, a size or small populations
        | for
    ONLY | ends the student groups a rule or small populations are narrowed to | only
    EXCEPT_FOR | the student groups a rule leaves out | except for | except
    UNLESS | and not | unless
    AND | both conditions, or a list | and
    OR | one of the conditions, or a list | or
    NOT | the opposite | not
    ON | between a level and its indicators, and before a kind of indicators | on
    BOTH | every one of two | both
    EITHER | one of two | either
    ANY_OF | one of several | any of
    ALL_OF | every one of several | all of
    NONE_OF | not one of several | none of
    OF | that many of a list | of
    WHERE | the condition that says which entities are meant | where | for which
    NUMBER_OF | how many entities there are | number of
    SHARE_OF | how many of the entities, divided by how many there are | share of
    SUM_OF | the sum of a number of entities, or of years | sum of
    OVER | the kind of entity that a number is added up over | over
    OVER_THE_LAST | the years that a number is made of | over the last
    ON_THE_OTHER | the one of two that is left | on the other
    OR_WORSE | that level and those beyond it on the bad side | or worse
    OR_BETTER | that level and those beyond it on the good side | or better
    OR_LOWER | same as `or worse` | or lower
    OR_HIGHER | same as `or better` | or higher
    WORSE_THAN | the levels beyond one on the bad side | worse than
    BETTER_THAN | the levels beyond one on the good side | better than
    RATED | has a level | rated
    NOT_RATED | has no level, and that is known | not rated | no performance level
    UNKNOWN | in an example, a value that is missing from the data | unknown
    ANY | at least one | any
    NO | none; of a fact, that it is no | no
    YES | of a fact, that it is yes | yes
    EVERY | each one | every
    ALL | each one | all
    OR_MORE | after a number: at least that many, or that number or a higher one | or more
    OR_FEWER | after a number: at most that many | or fewer | or less
    AT_LEAST | before a number: at least that many, or that number or a higher one | at least
    AT_MOST | before a number: at most that many, or that number or a lower one | at most
    ABOVE | a higher number | above | more than
    BELOW | a lower number | below | less than
    FEWER_THAN | how small a small population is | fewer than
    BEFORE | an earlier date; in a change, the rule that an added one is tried before | before
    AFTER | a later date; in a change, the rule that an added one is tried after | after
    ON_OR_BEFORE | that date or an earlier one | on or before
    ON_OR_AFTER | that date or a later one | on or after
    EXACTLY | that many, no more and no fewer | exactly
    OR_ALL_IF_FEWER | all of them, if there are fewer | or all, if fewer than | or all if fewer than
    A_MAJORITY_OF | more than half, if there are at least that many | a majority of at least
    MORE_THAN_HALF_OF | more than half of all of them | more than half of the
    HALF_OF | after `at least`: half of all of them or more | half of the | half of | half the
    PERCENT_OR_MORE_OF | after a number: that share of all of them or more | percent or more of the
        | percent or more of | % or more of the | % or more of
    BUT | all but that many | but
    WITH_AT_LEAST | and at least that many of them | with at least
    GROUPS | student groups that are counted | student group | student groups
    INDICATORS | indicators that are counted | indicator | indicators
    EACH | the same student groups in every year | each
    MEETS | a student group meets a priority | meets | meet
    DOES_NOT_MEET | in an example, the opposite | does not meet
    THE_SAME | before a quantity: the same indicators, or student groups, in every year | the same
    ARE | has the level; before a comparison of numbers | are | is
    HAS | has the level | has | have
    MET | after `are`: the outcome or the priorities are met | met
    CRITERIA | before `are met`: the outcome is met | criteria
    IN | before a window of years, or a year in an example | in
    OF_THE_LAST | that many of the last years | of the last
    EACH_OF_THE_LAST | every one of the last years | each of the last
    YEARS | Dashboard years; with a list of years, a line of the vocabulary | Dashboard years | Dashboard year | years
    YEARS_IN_A_ROW | means each of that many last years | consecutive years
    THIS_AND_LAST_YEAR | same as each of the last 2 Dashboard years | this year and last year
    LAST_YEAR | the Dashboard year before this one | last year | last Dashboard year
    THIS_YEAR | in an example, the current year | this year | this Dashboard year
    YEARS_AGO | in an example, that many Dashboard years before the current year | Dashboard years ago | years ago
    LAST_YEARS | the number of the year before | last year's | last year’s
    OVER_THE | the sum over several years | over the
    YEARS_BEFORE | of the years before this one | years before | year before
    A | before a kind of LEA | a | an
    BY | the rules or methods that must hold | by
    CANNOT_TELL | in an example, the third answer | cannot tell
    WHETHER | what cannot be told | whether
    MEASURE | names a number | measure
    TABLE | a number, or another value, that a table gives | table
    BANDS | says which numbers have which level | bands
    GRID | says which level two levels give together | grid
    SMALL_POPULATIONS | after `remove`: how small populations are read | small populations
    OVERRIDE | after `remove`: the override or cap that gives a level | override
    WHEN | before a circumstance, or before small populations | when
    NO_BETTER_THAN | caps a level | no better than
    NOT_ESTABLISHED | no source says it | not established
    AS_PUBLISHED | as in the data | as published
    READ | how its levels are read | read
    READ_AS | as which other level | as
    FOR_THE_COLOR_ONLY | only the grid reads small populations differently | for the color only
    NEEDS | how many students a level needs | needs | need
    IN_BOTH_YEARS | this year and the year before | in both years
    IN_THIS_YEAR_WHEN | when this year is enough | or in this year when
    AT | the kinds of LEA of a size | at
    IF | one number in a circumstance | if
    IS_GIVEN | the data have a number, not a blank | is given
    PLUS | adds | + | plus
    MINUS | subtracts | - | minus | less
    TIMES | multiplies | × | * | times
    DIVIDED_BY | divides | ÷ | / | divided by
    HIGHEST_OF | the highest of several numbers | highest of
    LOWEST_OF | the lowest of several numbers | lowest of
    AVERAGE_OF | the average of several numbers | average of
    PERCENTILE_OF | the number that bounds the lowest so many percent | percentile of
    IN_THE_LOWEST | at the number that bounds the lowest so many percent, or below it | in the lowest
    IN_THE_HIGHEST | at the number that bounds the highest so many percent, or above it | in the highest
    SMALLEST | how many must be added | smallest whole number that brings
    TO | up to which percentage | to
    PERCENT_OF | of what | percent of
    AS_A_PERCENT | times 100 | as a percent
    ROUNDED_TO | rounds | rounded to
    DECIMALS | how many digits remain after the decimal point | decimal | decimals | decimal place | decimal places
    WHOLE | no digits remain | a whole percent | a whole number
    EQUALS | between a measure and what it is | =
    SEMICOLON | before a size for some | ;
    VOCABULARY | names a vocabulary file | vocabulary
    SUSPENDED_YEAR | in a vocabulary, a year without determinations | suspended year
    EXTENDS | in a vocabulary, names the one that it adds to | extends
""")
"""The terminal of the grammar, what the keyword means, and the ways to write it, the first of which is canonical."""

KEYWORDS: Final[Mapping[str, Sequence[str]]] = {terminal: written for terminal, (_, *written) in _WORDS.items()}
"""Every keyword of the language, and the phrases that stand for it."""


def terminals(text: str) -> frozenset[str]:
    """Return the words of a text, most often the names of terminals of the grammar, as a set."""
    return frozenset(text.split())


FILE_LINES: Final = terminals("""
    RULESET WHAT_IF USES BASED_ON LEVELS_FROM EARLIER_YEARS_FROM SUSPENDED PUBLISHED_UNKNOWN
""")
"""Keywords that begin a line about a file as a whole."""

TITLED: Final = ("RULESET", "WHAT_IF", "USES", "LEVELS_FROM", "EARLIER_YEARS_FROM", "VOCABULARY")
"""Keywords after which the rest of the line is a title."""

LEVEL_LINES: Final = ("MEASURE", "TABLE", "BANDS", "GRID", "NEEDS", "NO_BETTER_THAN")
"""Keywords with which a statement about levels begins."""

CLAUSES: Final = ("CITES", "BECAUSE", "CONFIDENCE")
"""Keywords that begin a line that belongs to the statement above it."""

REMOVED_LEVELS: Final = terminals("MEASURE TABLE BANDS GRID NEEDS SMALL_POPULATIONS OVERRIDE EVERYTHING")
"""Keywords for statements about levels that `remove` can take away."""

OF_MANY: Final = ("HIGHEST_OF", "LOWEST_OF", "AVERAGE_OF")
"""Keywords before a list of numbers."""

MEANINGS: Final[Mapping[str, str]] = {terminal: says for terminal, (says, *_) in _WORDS.items()}
"""What each keyword means, in a few words, for the reference of the language."""


def _ways(text: str) -> Iterator[str]:
    """Yield each text that a text with alternatives in braces stands for: `{this/last} year`."""
    parts = [part.split("/") if at % 2 else [part] for at, part in enumerate(re.split(r"[{}]", text))]
    yield from map("".join, product(*parts))


_ALSO_SAID: Final = _read("""
    RULESET | ruleset: | rule set: | rule set
    WHAT_IF | what-if: | what if: | what-if
    BASED_ON | based on: | based upon: | based upon
    USES | uses:
    REPLACE | amend | modify | update
    REMOVE | delete | repeal
    CITES | cites: | cite | cite: | source: | sources: | citation: | authority:
    BECAUSE | because: | reason: | rationale:
    ARROW | then | therefore | results in | result in | will result in | leads to | lead to
    OTHERWISE | else | all others | everyone else | everybody else | all other LEAs | none of the above
        | if none of the above | in all other cases | all other cases | in any other case | in every other case
    EXCEPT_FOR | excluding | not including | other than | apart from | aside from | with the exception of
    AND | & | as well as | along with | together with | and also | yet | while | in addition to | in combination with
        | combined with | coupled with | provided that | provided | as long as | so long as | but only if
        | but only when
    OR | and/or | or else
    OR_LOWER | or below
    OR_HIGHER | or above
    AT_LEAST | no fewer than | not fewer than | no less than | not less than | a minimum of | at or above
        | no lower than | not lower than | upwards of
    AT_MOST | no more than | not more than | up to | a maximum of | at or below | no higher than | not higher than
    ABOVE | greater than | higher than | in excess of
    BELOW | lower than | under | falls below | fall below | falling below
    OR_ALL_IF_FEWER
        | or all{/ of them/ groups/ student groups}{,/} if {fewer/less/there are fewer/there are less} than
        | or all {the/of the} {groups/student groups}{,/} if {fewer/less/there are fewer/there are less} than
    GROUPS | group | groups | subgroup | subgroups | student subgroup | student subgroups
    MEETS | {meets/meet/met/meeting} {the criteria/criteria} {for/in/of} | met | meeting
    DOES_NOT_MEET | {does not/do not/did not/doesn't/don't/doesn’t/don’t} meet{/ the criteria for/ criteria for}
    ARE | was | were | has been | have been
    HAS | had
    MORE_THAN_HALF_OF | more than half of | more than half the | a majority of the | a majority of | most of the
        | most | majority of the | majority of
    HALF_OR_MORE_OF | half or more of the | half or more of | half or more
    VERSA | vice versa | vice-versa | the reverse | the other way around | the other way round
    FIRST_TIME | for the first time
    ITS | its | their | {/the /a }{/student }group's
    NEITHER | neither
    NOR | nor
    AS_A_PERCENT | expressed as a percent | expressed as a percentage | as a percentage | as percent
    PERCENT_OF | percent of the | % of the | % of | percent of all | % of all
    PERCENTILE_OF | percentile of the | percentile for
    IN_THE_LOWEST | in the bottom | {among/one of} the {lowest/bottom} | in the lowest-{performing/scoring}
        | among the lowest-{performing/scoring} | {in/among} the lowest {performing/scoring}
    IN_THE_HIGHEST | in the top | {among/one of} the {highest/top} | in the highest-{performing/scoring}
        | among the highest-{performing/scoring} | {in/among} the highest {performing/scoring}
    OF_THE_LAST | of the past | of the most recent | out of the last | out of | of last | of past
    EACH_OF_THE_LAST | each of the past | each of the most recent | all of the last | both of the last | each of last
        | every one of the last
    ANY_OF_THE_LAST | any of the last | either of the last | any of the past | either of the past | any of last
    THIS_YEAR | in the current year | in this year | this school year
    YEARS | school years | Dashboards
    YEARS_IN_A_ROW | consecutive Dashboard years | consecutive school years | consecutive Dashboards | years in a row
        | Dashboard years in a row | school years in a row | Dashboards in a row | consecutive year
        | consecutive Dashboard year | year in a row | years running | straight years | successive years
    THIS_AND_LAST_YEAR | this year and last | last year and this year | last year and again this year
        | this and last year | this and the previous year | this and the prior year
        | the current{/ year} and{/ the} {prior/previous} {year/years}
    LAST_YEAR | in the year before | in the previous year | in the prior year | the previous year | the prior year
        | the year before | the preceding year | in the preceding year | a year ago | a year earlier
""")

ALSO_SAID: Final[Mapping[str, Sequence[str]]] = {
    terminal: [way for text in written for way in _ways(text)] for terminal, written in _ALSO_SAID.items()
}
"""What else people say for a keyword, and the formatter turns into it."""

_UNITS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

NUMBER_WORDS: Final[Mapping[str, int]] = {
    **{word: number for number, word in enumerate((*_UNITS, *_TEENS, "nineteen"), 1)},
    **{word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)},
    **{f"{tens}-{unit}": 10 * (2 + ten) + 1 + one for ten, tens in enumerate(_TENS) for one, unit in enumerate(_UNITS)},
}
"""The numbers that people write in letters."""

PUNCTUATION: Final = {",": "COMMA", ":": "COLON", "(": "LPAR", ")": "RPAR"}
