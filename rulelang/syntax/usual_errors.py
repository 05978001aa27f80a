"""Common mistakes, each recognized by the words around the place where parsing failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rulelang.diagnostics.catalogue.names import WHO_IS_COUNTED, YEARS_BACK
from rulelang.syntax.failing_place import Place
from rulelang.syntax.mistakes_in_numbers import IN_NUMBERS
from rulelang.syntax.tokens import Token


def way_out(tokens: Sequence[Token], at: int, *, of_levels: bool) -> str | None:
    """Return what to write instead, if the mistake is a common one; None for any other."""
    place = Place(tokens, at, of_levels)
    return next((help_text for is_there, help_text in _MISTAKES if is_there(place)), None)


_SHARES: Final = (
    "say which share is enough: `at least half of the …`, `more than half of the …`, `60 percent or more of the …`; "
    "for less, negate it: `not (at least half of the …)`"
)
_IN_SOME_YEARS: Final = (
    "say in how many years it must hold, `in 2 of the last 3 Dashboard years`; for fewer, negate it: `not (Red on ELA"
    " in 2 of the last 3 Dashboard years)`"
)
_OF_YEARS: Final = (
    "year",
    "years",
    "since",
    "before",
    "until",
    "previous",
    "prior",
    "preceding",
    "again",
    "still",
)
_KINDS_ABOVE: Final = (
    "a heading above the rules says for which kinds of LEA they are: `for school districts and county offices`"
)
_BOTH_ENDS: Final = (
    "write both ends: `rate is 3 or more and rate is 6 or less`, `2 or more indicators are Red and not (5 or more"
    " indicators are Red)`"
)
_COUNTS_OF_YEARS: Final = ("EXACTLY", "AT_MOST", "NONE_OF", "BELOW", "FEWER_THAN", "NO")
_VAGUE: Final = ("few", "several", "some", "many", "multiple", "couple", "handful", "pair")
_MOVES: Final = ("dropped", "fell", "improved", "declined", "rose", "moved", "remains", "remained", "stays", "stayed")
_OTHERS: Final = ("local", "other", "additional", "different", "distinct", "separate")
_YEARS: Final = ("YEARS", "YEARS_IN_A_ROW", "YEARS_AGO", "YEARS_BEFORE", "IN_BOTH_YEARS")
_DIGITS_OF_A_YEAR: Final = 4


def _near_level(on: Place) -> bool:
    return on.behind("LEVEL") or on.behind("AND", "OR")


def _is_year(on: Place) -> bool:
    """Return whether `in 2023` is before the token, or `every year` at it."""
    before = on.tokens[on.at - 1] if on.at else None
    is_number = before is not None and before.terminal == "NUMBER" and len(before.value) == _DIGITS_OF_A_YEAR
    is_every = on.at + 1 < len(on.tokens) and on.tokens[on.at + 1].value in ("year", "years")
    return (is_number and on.after("IN")) or is_every


_INDICATORS: Final = ("INDICATORS", "INDICATOR_KIND")
_BESIDE_LEVELS: Final = ("TO", "MINUS", "AT_LEAST", "AT_MOST", "ABOVE", "BELOW", "OR_MORE", "OR_FEWER")

_FACTS: Final = (
    "an example states facts one by one: `White: Red on ELA, Orange on Math`; write another example for other"
    " possibilities, and put earlier years below `given last year`"
)
_EXPECTED: Final = "expect one thing on each line: `expect White meets Priority 4`, `expect not Method 1`"

_ONE_OUTCOME: Final = "a rule decides one thing: for the other outcome, repeat the condition in another rule"

_MISTAKES: Final[Sequence[tuple[Callable[[Place], bool], str]]] = (
    (
        lambda on: on.here("UNCLEAR_NOT"),
        "put what is negated in parentheses: `not (Met on Basics)`, `not (more than half of the student groups …)`",
    ),
    (
        lambda on: (
            on.in_rule
            and on.at == 0
            and on.here("ALL", "EVERY", "ANY")
            and any(one.terminal == "COLON" for one in on.tokens)
        ),
        "name the student groups: `White and Asian: Red on ELA`",
    ),
    (
        lambda on: on.begins("GIVEN") and (on.is_word("with") or on.here("COLON")),
        "put facts on lines of their own, below the kind of LEA: `White: Red on ELA`",
    ),
    (
        lambda on: on.at == 0 and on.is_word(">"),
        "leave out this sign: it is how an e-mail marks what it quotes",
    ),
    (lambda on: on.in_rule and on.here("KIND") and on.after("FOR", "EXCEPT_FOR"), _KINDS_ABOVE),
    (
        lambda on: on.begins("FOR", "KIND") and on.here("COLON"),
        "a heading is on a line of its own, without a colon, with the rules below it",
    ),
    (
        lambda on: (
            on.in_rule
            and on.said("between", "from")
            and not on.after("NUMBER")
            and not any(char.isdigit() for char in on.tokens[on.at].value)
            and any(one.may_be("LEVEL") for one in on.tokens[on.at :])
        ),
        "name each level, `Red or Orange`, or say `Orange or worse`",
    ),
    (lambda on: on.in_rule and on.said("between"), _BOTH_ENDS),
    (
        lambda on: on.in_rule and on.names_a_kind and (on.has("IF", "WHEN") or on.said("with", "where", "must")),
        f"write only the condition and the outcome; {_KINDS_ABOVE}",
    ),
    (
        lambda on: on.in_rule and on.here("GROUPS") and on.behind("NUMBER_OF"),
        "say how many there are: `3 or more student groups meet Priority 4`",
    ),
    (
        lambda on: on.in_rule and on.has("BY") and on.has_word("met"),
        "say first who meets them: `any student group meets 2 or more priorities`, `2 or more priorities are met`",
    ),
    (
        lambda on: on.in_rule and on.here("PRIORITY") and on.behind("ON"),
        "name the indicator: `Not Met on Basics`, `Red on ELA`",
    ),
    (
        lambda on: on.in_rule and on.here("WORD") and on.ahead("INDICATORS"),
        "name the indicators: `Red on either ELA or Math`",
    ),
    (
        lambda on: on.in_rule and on.here("WORD") and on.says(*_OTHERS) and on.counts_ahead,
        "count them: `2 or more student groups meet Priority 4`, `2 or more priorities are met on local indicators`",
    ),
    (
        lambda on: on.in_rule and not on.here("LPAR") and on.has_word("lowest", "highest", "worst", "best"),
        "name the level, as in `Red on ELA`, or several, as in `Orange or worse`",
    ),
    (
        lambda on: on.in_rule and on.has_word("majority") and on.has("INDICATORS", "INDICATOR_KIND"),
        "write `a majority of at least 5 indicators are Red`",
    ),
    (
        lambda on: on.in_rule and on.has_word("reported", "available", "missing"),
        "what has no level is `not rated on ELA`; no other level test holds for it",
    ),
    (
        lambda on: on.in_rule and on.lists_outcomes,
        "name each of them: `Method 1 or Method 2`, `Priorities 4, 5 or 6`",
    ),
    (
        lambda on: on.in_rule and on.here("OF_THE_LAST") and on.behind("NUMBER") and on.counts_ahead,
        "say how many are enough: `3 or more indicators are Red`",
    ),
    (lambda on: on.in_rule and on.here("EACH") and on.has_word("previous", "prior", "preceding"), YEARS_BACK),
    (
        lambda on: on.in_rule and on.behind("BOTH") and on.at > 1 and on.tokens[on.at - 2].may_be("NOT"),
        "say how many: `Red on exactly 1 of ELA and Math`",
    ),
    (
        lambda on: on.in_rule and on.says("that", "which", "who", "whose"),
        "join what is asked of one student group with `and`: `any student group is Red on ELA and meets Priority 5`",
    ),
    (
        lambda on: on.in_rule and on.says("without", "lacking") and on.has("LEVEL"),
        "write an exception: `Red on ELA, unless Green on Math`",
    ),
    (
        lambda on: (
            on.in_rule
            and on.here("NUMBER")
            and on.behind("ANY_OF", "ALL_OF", "ALL", "EVERY", "OF")
            and not on.has_word("%", "percent")
        ),
        "leave out how many there are: `any student group`, `all indicators are Red`",
    ),
    (lambda on: on.in_rule and on.here("INDICATOR") and on.behind("NUMBER") and on.after("ON"), YEARS_BACK),
    (
        lambda on: on.in_rule and on.says("even", "regardless", "irrespective"),
        "leave out what does not matter to the rule",
    ),
    (
        lambda on: on.in_rule and on.says("following"),
        "write `or` or `and` between the conditions, `Red on ELA or Red on Math`, or a rule for each",
    ),
    (
        lambda on: on.in_rule and on.here("COLON") and on.at == on.head + 1 and on.behind("INDICATOR"),
        'a label is one word, such as `4a:`; a title has a line of its own: `priority 4 "Pupil Achievement"`',
    ),
    (
        lambda on: on.in_rule and on.at <= on.head + 1 and on.behind("DECIMAL"),
        "a label is one word with a colon behind it, such as `4a:`",
    ),
    (
        lambda on: on.in_rule and on.here("UNLESS") and on.at == on.head,
        "write what holds: `not Method 1 → …`, or `… , unless Method 1 → …`",
    ),
    (
        lambda on: on.in_rule and (on.has_word("another", "subject", "respectively") or on.here("VERSA")),
        "name the indicator of each: `Red on ELA and Orange on Math`, or `Red on ELA or Math and Orange on the other`",
    ),
    (
        lambda on: on.in_rule and on.here("INDICATORS", "INDICATOR_KIND") and on.behind("LEVEL"),
        "say how many: `2 or more indicators are Red`, `all indicators are Red`",
    ),
    (
        lambda on: (
            on.in_rule
            and on.here("LEVEL")
            and (
                (on.behind("ONLY") and on.has(*_INDICATORS))
                or (on.at > 0 and on.tokens[on.at - 1].may_be("ALL", "EVERY"))
            )
        ),
        "say how many: `2 or more indicators are Red`, `all indicators are Red or Orange with at least one Red`",
    ),
    (
        lambda on: on.in_rule and on.here("WHEN") and on.tokens[on.head].may_be("PRIORITY", "OUTCOME"),
        "write the condition first, `Red on ELA → Priority 4`, or `Priority 4 if Red on ELA`",
    ),
    (
        lambda on: on.in_rule and on.here("EITHER", "BOTH") and (on.ahead("THIS_YEAR") or on.ahead("LAST_YEAR")),
        YEARS_BACK,
    ),
    (lambda on: on.in_rule and on.says("students", "pupils") and on.behind("ALL", "EVERY"), WHO_IS_COUNTED),
    (lambda on: on.in_rule and on.here("NUMBER") and on.behind("NO"), WHO_IS_COUNTED),
    (
        lambda on: on.in_rule and on.here("LEVEL", "WHEN", "IF", "IN") and on.behind("EXCEPT_FOR"),
        "`except for` leaves out student groups; put `unless` before a condition: `Red on ELA, unless Green on Math`",
    ),
    (
        lambda on: on.in_rule and on.here("GROUPS") and on.after("FOR", "IN") and on.after("LEVEL"),
        "begin with the student groups: `2 or more student groups are Red on ELA`",
    ),
    (
        lambda on: on.in_rule and on.behind("ARROW") and on.here("NOT", "NO"),
        "a rule says when an outcome is met; write `unless` or `and not` before the arrow",
    ),
    (lambda on: on.in_rule and on.behind("ARROW") and on.here("PRIORITIES"), _ONE_OUTCOME),
    (
        lambda on: on.in_rule and on.after("ARROW") and on.here("UNLESS", "WHERE", "LAST_YEAR", "IN"),
        "write the whole condition before the arrow: `Red on ELA, unless Green on Math → Priority 4`",
    ),
    (
        lambda on: on.begins("GROUP", "COLON") and any(token.value.casefold() == "then" for token in on.tokens),
        "begin what an example expects with `expect`: `expect White meets Priority 4`",
    ),
    (
        lambda on: (
            (on.here("ARROW") and on.behind("THIS_YEAR", "LAST_YEAR") and on.after("NOT"))
            or on.here("FIRST_TIME")
            or (on.in_rule and on.says(*_MOVES))
        ),
        "write the condition again for the other year: `Red on ELA last year and not Red on ELA this year`",
    ),
    (
        lambda on: on.begins("GIVEN", "A", "KIND") and on.here("IN"),
        "put the year on a line of its own: `given in 2023`",
    ),
    (
        lambda on: on.in_rule and on.here("OF") and on.behind("DECIMAL", "NUMBER", "FRACTION") and on.counts_ahead,
        _SHARES,
    ),
    (
        lambda on: on.in_rule and on.after("ARROW") and (on.here("MINUS") or (on.here("LPAR") and on.ahead("WORD"))),
        'put a note on a line of its own, `because "…"`, or behind `#`',
    ),
    (lambda on: on.in_rule and on.here("DIVIDED_BY") and on.at == on.head, "begin a note with `#`"),
    (
        lambda on: on.in_rule and on.here("EQUALS") and on.behind("NUMBER", "OUTCOME"),
        "write the condition first: `Red on ELA → Priority 4`",
    ),
    (
        lambda on: on.in_rule and on.here("EQUALS") and on.behind("INDICATOR") and on.ahead("LEVEL"),
        "write `Red on ELA`",
    ),
    (
        lambda on: on.in_rule and (on.here("OTHERWISE") or on.ahead("OTHERWISE")) and not on.has("ARROW"),
        "put an arrow before the outcome, and `otherwise` on a line of its own: `otherwise → …`",
    ),
    (
        lambda on: on.here("COLON") and on.begins("KIND", "COLON"),
        "begin the rules for a kind of LEA with `for`: `for school districts`",
    ),
    (
        lambda on: on.begins("GROUP", "MINUS") and on.here("MINUS"),
        "put a colon behind the student group: `White: Red on ELA`",
    ),
    (lambda on: on.in_rule and on.here("OR", "TO", "MINUS") and on.ahead("NUMBER") and _is_year(on), YEARS_BACK),
    (
        lambda on: on.tokens[0].value.casefold().startswith(("change ", "edit ", "set ", "insert ")),
        "say `replace`, `add` or `remove`: `replace 4a: Red on ELA → Priority 4`",
    ),
    (
        lambda on: on.here("NUMBER", "LEVEL", "INDICATOR", "GROUP", "KIND") and on.behind("ARROW"),
        "name what follows from it: `→ Priority 4`",
    ),
    (lambda on: on.in_rule and on.here("DECIMAL") and on.ahead("OF") and on.counts_ahead, _SHARES),
    (
        lambda on: on.in_rule and on.here("AT_LEAST", "AT_MOST", "EXACTLY") and on.has("YEARS_IN_A_ROW"),
        YEARS_BACK,
    ),
    (lambda on: on.in_rule and on.said("third", "thirds", "quarter", "quarters", "fraction"), _SHARES),
    (lambda on: on.in_rule and on.here("A") and on.counts_ahead and on.after("AT_LEAST"), _SHARES),
    (
        lambda on: on.in_rule and on.said(*_VAGUE) and on.counts_ahead,
        "say how many: `2 or more`, `at least half of the …`",
    ),
    (lambda on: on.in_rule and on.says("once", "twice", "thrice", "time", "times"), _IN_SOME_YEARS),
    (lambda on: on.in_rule and on.here("ABOVE") and on.ahead("WORD") and on.behind("INDICATOR"), _IN_SOME_YEARS),
    (
        lambda on: on.in_rule and (on.here("DATE") or on.ahead("DATE") or on.says(*_OF_YEARS)),
        YEARS_BACK,
    ),
    (
        lambda on: on.in_rule and (on.is_word("neither") or on.here("NOR")) and not on.behind("IN"),
        "`neither` goes with `nor`: `Red on neither ELA nor Math`",
    ),
    (
        lambda on: on.in_rule and on.here("INDICATOR") and on.behind("EXCEPT_FOR", "BUT") and on.after(*_INDICATORS),
        "list the indicators that count: `Red on all of ELA, Math and College/Career`",
    ),
    (
        lambda on: on.in_rule and on.here("LEVEL") and on.behind("INDICATOR"),
        "the level comes first: `Red on ELA`",
    ),
    (
        lambda on: on.in_rule and on.here("IF") and any(one.terminal == "ARROW" for one in on.tokens[on.at :]),
        "join conditions with `and`: `Red on ELA and Red on Math → …`",
    ),
    (lambda on: on.here("INDICATOR") and on.ahead("ARE"), "the level comes first: `Red on ELA`"),
    (lambda on: on.in_rule and on.tokens[0].may_be("GROUP") and on.after("COLON"), _FACTS),
    (lambda on: on.begins("EXPECT"), _EXPECTED),
    (
        lambda on: on.here("FOR", "EXCEPT_FOR") and on.after("ARROW"),
        "say for which student groups before the arrow: `Red on ELPI for English Learners only → …`",
    ),
    (
        lambda on: on.after("FOR") and on.after("GROUP") and all(token.terminal != "ONLY" for token in on.tokens),
        "put a condition with its student groups in parentheses: `(Red on ELPI for English Learners only) or …`",
    ),
    (
        lambda on: on.behind("GROUPS", "ARE") and on.here("NOT", "DOES_NOT_MEET"),
        "put `not` before the whole, `not (any student group meets …)`, or count: `no student group meets …`",
    ),
    (
        lambda on: on.behind("GROUPS", "ALL", "EVERY") and on.here("BUT") and on.ahead("NUMBER"),
        "count those that do, `3 or more student groups`, or say which share is enough, `60 percent or more of the …`",
    ),
    (
        lambda on: on.behind("GROUPS") and on.here("EXCEPT_FOR", "BUT"),
        "leave out student groups when deciding a priority: `Red on ELA except for Foster Youth → …`",
    ),
    (
        lambda on: (
            on.in_rule
            and (on.here("HALF_OF", "HALF_OR_MORE_OF") or on.is_word("%") or on.here("PERCENT_OF"))
            and on.counts_ahead
        ),
        _SHARES,
    ),
    (
        lambda on: on.behind("BOTH", "EITHER") and not on.here("INDICATOR"),
        "`both` goes with `and`, and `either` with `or`: `either Red on ELA or Red on Math`",
    ),
    (lambda on: on.at == on.head and on.here("MEETS"), "say who: `any student group meets 2 or more priorities`"),
    (
        lambda on: on.in_rule and on.here("NOT", "NO") and on.at > on.head,
        "put `not` before a whole condition: `Red on ELA and not (Red on Math)`",
    ),
    (
        lambda on: on.in_rule and on.here("LEVEL") and on.behind("NO"),
        "put `not` before a whole condition: `not (Red on ELA)`",
    ),
    (
        lambda on: on.in_rule and (on.here("ONLY") or (on.here("LEVEL") and on.behind("ONLY"))),
        "use `only` only after student groups, as in `for English Learners only`",
    ),
    (
        lambda on: on.in_rule and on.here("ARROW") and on.behind("INDICATOR") and on.after("AND", "OR", "NOT"),
        "say the level of each condition: `Red on ELA and not Red on Math`, `Red on ELA and Red on either Math or CCI`",
    ),
    (
        lambda on: on.in_rule and on.here("OR", "TO", "MINUS") and on.behind("NUMBER") and on.ahead("NUMBER"),
        "say how many are enough: `1 or more`, or how many exactly: `exactly 2`",
    ),
    (
        lambda on: on.in_rule and on.here(*_BESIDE_LEVELS) and _near_level(on),
        "name each level, `Red or Orange`, or say `Orange or worse`",
    ),
    (lambda on: on.in_rule and on.here(*_COUNTS_OF_YEARS) and on.behind("IN"), _IN_SOME_YEARS),
    (lambda on: on.in_rule and (on.here(*_YEARS) or on.behind(*_YEARS) or _is_year(on)), YEARS_BACK),
    (
        lambda on: on.at > 0 and on.here("BECAUSE", "CITES", "CONFIDENCE"),
        "put `cites`, `because`, and `confidence` on separate lines below the sentence",
    ),
    (
        lambda on: on.here("COLON") and on.behind("GROUP") and on.begins("GROUP") and on.has("ARROW"),
        "this is a student group: write `for English Learners only: Red on ELPI`, or take another label, such as `E1:`",
    ),
    (
        lambda on: (
            on.in_rule
            and not on.ahead("OTHERWISE")
            and (on.is_word(";", "/", "+", "|", "vs", "versus") or (on.is_word(".") and on.ahead("LEVEL")))
        ),
        "say how the two are joined: `and` or `or`",
    ),
    (lambda on: on.here("AND", "COMMA") and on.after("ARROW") and on.behind("OUTCOME", "NUMBER"), _ONE_OUTCOME),
    (
        lambda on: (on.here("INDICATOR") and on.behind("INDICATOR")) or (on.here("LEVEL") and on.behind("LEVEL")),
        "say how the two are joined: `and` or `or`",
    ),
    (lambda on: on.here("ARROW") and on.at == on.head, "write the condition before the arrow: `Red on ELA → …`"),
    (
        lambda on: (
            on.here("ARROW") and on.behind("AND", "OR", "UNLESS", "NOT", "ON", "MEETS", "ARE", "GROUPS", "COMMA")
        ),
        "write what is missing before the arrow",
    ),
    (
        lambda on: on.here("ARROW", "NUMBER") and on.behind("LEVEL", "OR_WORSE", "OR_BETTER") and not on.said("met"),
        "say on which indicator: `Red on ELA → …`",
    ),
    (
        lambda on: on.here("GROUPS") and on.at == on.head,
        "say how many: `any student group meets …`, `3 or more student groups meet …`",
    ),
    (lambda on: on.here("IF") and on.at == on.head, "say what follows from it: `If Red on ELA then Priority 4`"),
    (
        lambda on: on.here("ARROW") and on.after("IF", "ARROW", "WHEN"),
        "a rule decides one thing: write a rule for each outcome",
    ),
    (
        lambda on: on.here("LPAR") and on.behind("LEVEL", "INDICATOR", "GROUP", "OUTCOME", "NUMBER"),
        "this is not a synonym of what comes before it: leave it out, or join it with `and` or `or`",
    ),
    (
        lambda on: on.here("PRIORITIES", "PRIORITY", "GROUPS", "INDICATORS") and on.behind("NUMBER"),
        "say whether more is enough too: `2 or more`, `exactly 2`",
    ),
    (lambda on: on.begins("GIVEN", "KIND"), "write `a` before the kind of LEA: `given a school district`"),
    *IN_NUMBERS,
)
