"""Why a statement cannot be parsed: from the place where the grammar failed to words a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from rulelang.diagnostics.catalogue import levels, look_up_tables, names
from rulelang.diagnostics.catalogue import text as messages
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.sentences import in_sentence
from rulelang.diagnostics.source import Span
from rulelang.diagnostics.suggest import edit_distance, nearest
from rulelang.syntax.amounts import UNCLEAR, amounts_meant, date_meant
from rulelang.syntax.disambiguate import Refused
from rulelang.syntax.keywords import NUMBER_WORDS, terminals
from rulelang.syntax.lexicon import ATOM, Lexicon, fold, folded, is_measure_name, keyword_words
from rulelang.syntax.repair import SAYS_MUCH
from rulelang.syntax.tokens import RawStatement, Token
from rulelang.syntax.usual_errors import way_out

_PLAIN_WORDS: Final = {
    "LEVEL": "a level",
    "INDICATOR": "an indicator",
    "GROUP": "a student group",
    "KIND": "a kind",
    "OUTCOME": "an outcome",
    "PRIORITY": "a priority",
    "ARROW": "an arrow (→)",
    "NUMBER": "a whole number",
    "DECIMAL": "a number",
    "STRING": "words in quotation marks",
    "TITLE": "a name",
    "LABEL_NAME": "a label",
    "ON": "`on`",
    "ONLY": "`only`",
    "COLON": "a colon",
    "RPAR": "a closing parenthesis",
    "MEETS": "`meets`",
    "GROUPS": "`student groups`",
    "TABLE_ROW": "a table row beginning with `|`",
    "EQUALS": "an equals sign (=)",
    "WHEN": "`when`",
    "OR_MORE": "`or more`",
    "OR_FEWER": "`or less`",
    "OTHERWISE": "`otherwise`",
    "READ": "`read`",
    "READ_AS": "`as`",
    "TO": "`to`",
    "PERCENT_OF": "`percent of`",
    "DECIMALS": "`decimals`",
    "YEARS_BEFORE": "`years before`",
}
_MOST_SAID: Final = 3
"""The most alternatives that a message lists as expected; more would help nobody."""

_TABLED: Final = ("TABLE", "BANDS", "GRID")
_NAMES: Final = terminals("NUMBER NUMBER_NAME MEASURE_NAME SCALE INDICATOR LEVEL GROUP WORD")
_QUOTED: Final = ("BECAUSE", "CITES")
_OPEN: Final = ("OPEN_STRING", "LPAR", "RPAR")
_CHANGES: Final = re.compile(
    r"(?:change|edit|set|alter|modify|update)\s+(?:the\s+)?(?:rule\s+)?(\w*\d\w*)(?:\s*:\s*|\s+(?:to\s+)?)",
    re.IGNORECASE,
)
_COMPARES: Final = ("%", "percent", "<", ">", "≤", "≥")
_OF_NOTES: Final = terminals("WORD LABEL_NAME LPAR RPAR A ARE ONLY COMMA BY OF FOR IN ON TO")
SHORTEST_NOTE: Final = 4
"""How many words make a note; fewer may be a misspelled name."""

_ANSWERS: Final = ("true", "false", "y", "n")
"""What a fact may say, and a rule without quotation marks."""

_AFTER_ANSWERS: Final = terminals("AND OR COMMA ARROW UNLESS RPAR")

_NUMERAL: Final = re.compile(r"\d[\d.]*(?:[eE][+-]?\d+)?%?")


def diagnose(statement: RawStatement, refused: Refused, lexicon: Lexicon) -> Diagnostic:
    """Return the message for a statement that the grammar refused."""
    tokens, at = statement.tokens, refused.at
    for found in _special(statement, refused, lexicon):
        if found is not None:
            return found
    said = _in_plain_words(refused.expected, lexicon)
    if at is None:
        return messages.unfinished(tokens[-1].span, said)
    outcome = tokens[at].to(tokens[-1])
    is_outcome = tokens[at].may_be("OUTCOME", "PRIORITY") and "ARROW" in refused.expected
    if is_outcome and not statement.has("ARROW"):
        return messages.missing_arrow(outcome, outcome.text)
    help_text = way_out(tokens, at, of_levels=statement.of_levels)
    if _breaks_off(tokens, at):
        return messages.unfinished(tokens[at - 1].span, said, help_text)
    return messages.unexpected(tokens[at].span, said, help_text)


def _breaks_off(tokens: Sequence[Token], at: int) -> bool:
    """Return whether parsing fails at the arrow of a rule because of what is missing before it."""
    before = [token.terminal for token in tokens[:at]]
    is_arrow = tokens[at].terminal == "ARROW" and not {"ARROW", "IF"} & {*before}
    return is_arrow and before[-1:] not in ([], ["LABEL"])


def _special(statement: RawStatement, refused: Refused, lexicon: Lexicon) -> Iterator[Diagnostic | None]:
    """Yield the messages for known mistakes, the most certain first."""
    tokens, at = statement.tokens, refused.at
    yield _other_verb(tokens)
    yield _yes_or_no(tokens, at)
    if not statement.of_levels:
        yield _note(tokens)
        yield _compared_level(tokens, at, lexicon)
    if at is None:
        has_no_table = any(token.terminal in _TABLED for token in tokens[:2])
        yield levels.no_table_below(tokens[0].to(tokens[-1])) if has_no_table else None
    elif not statement.of_levels and re.match(r"(last|past) \d", tokens[at].value):
        words = tokens[at].value
        help_text = f"say in how many of them: `in each of the {words} years` or `in 1 of the {words} years`"
        yield messages.unexpected(tokens[at].span, None, help_text)
    yield _near_name(tokens, lexicon)
    yield _unknown_group(tokens, at, lexicon)
    yield _missing_colon(tokens, at)
    if at is not None:
        yield _misspelt_keyword(tokens[at : at + 1], keyword_words(refused.expected))
    yield _misspelt_keyword(
        tokens[: None if at is None else at + 2], keyword_words(), lexicon.spellings.get("LEVEL", ())
    )
    if at is not None and statement.of_levels:
        yield _names_side_by_side(tokens, at, lexicon)
    stray = [token for token in tokens[max(at - 1, 0) : at + 1] if token.terminal == "WORD"] if at is not None else []
    if stray:
        sorts = {*lexicon.spellings} - (set() if statement.of_levels else {"SCALE"})
        every_name = [name for sort in sorted(sorts) for name in lexicon.spellings[sort]]
        span = stray[0].span
        instead = way_out(tokens, tokens.index(stray[0]), of_levels=statement.of_levels)
        says_much = {*folded(span.text)} & SAYS_MUCH
        yield messages.unknown_word(span, None if says_much else nearest(span.text, every_name), instead)


def _yes_or_no(tokens: Sequence[Token], at: int | None) -> Diagnostic | None:
    """Return the message for an answer without quotation marks behind the name of a fact: `Title I is yes`."""
    for here in (at - 1, at) if at is not None else ():
        before, behind = tokens[max(here - 2, 0) : here], tokens[here + 1 : here + 2]
        is_answer = tokens[here].value.casefold() in _ANSWERS and any(one.may_be("NUMBER_NAME") for one in before)
        if here > 0 and is_answer and all(one.may_be(*_AFTER_ANSWERS) for one in behind):
            span = tokens[here].span
            help_text = f'put words that a fact has in quotation marks, `"{span.text}"`, or write `yes` or `no`'
            return messages.unexpected(span, None, help_text)
    return None


# ---- before the parser ----


DEEPEST: Final = 50
"""How deep parentheses may be nested."""


def faults_of_signs(statement: RawStatement) -> list[Diagnostic]:
    """Return what is wrong with the quotation marks and parentheses of a statement."""
    faults = []
    opened: list[Token] = []
    denials = 0
    for token in statement.tokens:
        denials = denials + 1 if token.terminal == "NOT" else 0
        if denials > DEEPEST:
            return [messages.nested_too_deep(token.span, DEEPEST, "`not` is")]
        if token.terminal == "OPEN_STRING":
            faults.append(messages.unclosed_quote(token.span))
        elif token.terminal == "LPAR":
            opened.append(token)
            if len(opened) == DEEPEST + 1:
                return [messages.nested_too_deep(token.span, DEEPEST)]
        elif token.terminal == "RPAR":
            if not opened:
                return [*faults, messages.unopened_parenthesis(token.span)]
            opened.pop()
    if opened and not faults:
        faults.append(messages.unclosed_parenthesis(opened[-1].span))
    return faults


def faults_of_amounts(tokens: Sequence[Token]) -> list[Diagnostic]:
    """Return what is wrong with the amounts of a statement: `$60k`, `$.50`, `2025-03-01T00`."""
    return [
        look_up_tables.unclear_date(token.span, date_meant(token.value))
        if token.terminal == "UNCLEAR_DATE"
        else levels.unclear_numeral(token.span, amounts_meant(token.value))
        for token in tokens
        if token.terminal in UNCLEAR
    ]


def faults_of_numerals(tokens: Sequence[Token]) -> list[Diagnostic]:
    """Return what is wrong with the numbers of a statement about levels: `1e5`, `1.2.3`, too many digits."""
    is_unclear = (token.terminal == "WORD" and _NUMERAL.fullmatch(token.value) for token in tokens)
    faults = [levels.unclear_numeral(token.span) for token, unclear in zip(tokens, is_unclear, strict=True) if unclear]
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.terminal == "OVER_THE" and token.value == "0" and after.terminal == "YEARS_BEFORE":
            faults.append(levels.without_effect(before.to(after), "these are not years"))
    return faults


def fault_of_name(tokens: Sequence[Token]) -> Diagnostic | None:
    """Return the message for a measure whose name would be read as a number, a sign or words of expressions."""
    opener = next((at for at, token in enumerate(tokens[:2]) if token.terminal == "MEASURE"), None)
    assigned = next((at for at, token in enumerate(tokens) if token.terminal == "EQUALS"), None)
    if opener is None or assigned is None:
        return None
    start = opener + 1
    while start + 1 < len(tokens) and tokens[start].terminal in ("INDICATOR", "COMMA", "AND"):
        start += 1
    if assigned <= start:
        return None
    span = tokens[start].to(tokens[assigned - 1])
    return None if is_measure_name(span.text) else levels.unclear_measure_name(span)


# ---- mistakes that can be named ----


def unquoted(tokens: Sequence[Token]) -> tuple[Diagnostic, Token] | None:
    """Return the message for a reason or a source without quotation marks, and its text."""
    signs = [token.terminal for token in tokens if token.terminal in ("STRING", *_OPEN)]
    if len(tokens) == 1 or tokens[0].terminal not in _QUOTED or signs != ["LPAR", "RPAR"] * (len(signs) // 2):
        return None
    span = tokens[1].to(tokens[-1])
    return messages.unquoted(span), Token("STRING", span.text, span.start, span.end, span.source)


def _other_verb(tokens: Sequence[Token]) -> Diagnostic | None:
    """Return the message for `change 6a to …`, which is `replace 6a: …`."""
    whole = tokens[0].to(tokens[-1])
    found = _CHANGES.match(whole.text)
    if found is None:
        return None
    head = Span(whole.source, whole.start, whole.start + found.end())
    return messages.other_verb(head, f"replace {found[1]}: ", " ".join(whole.text[found.end() :].split()))


def _note(tokens: Sequence[Token]) -> Diagnostic | None:
    """Return the message for a sentence in which nothing belongs to a rule."""
    terminals = [token.terminal for token in tokens if not token.others]
    has_words = len(tokens[0].to(tokens[-1]).text.split()) >= SHORTEST_NOTE
    is_note = has_words and len(terminals) == len(tokens) and "WORD" in terminals and {*terminals} <= _OF_NOTES
    return messages.not_a_rule(tokens[0].to(tokens[-1])) if is_note else None


def _compared_level(tokens: Sequence[Token], at: int | None, lexicon: Lexicon) -> Diagnostic | None:
    """Return the message for an indicator compared with a percentage where the vocabulary has no numbers at all."""
    has_numbers = any(lexicon.spellings.get(sort) for sort in ("NUMBER_NAME", "MEASURE_NAME"))
    if at is None or has_numbers or tokens[at].value.split(" ")[0].casefold() not in _COMPARES:
        return None
    if any(token.may_be("LEVEL") for token in tokens[:at]):
        return None
    named = next((token for token in tokens[:at] if token.may_be("INDICATOR")), None)
    return levels.unknown_number(named.span, named.span.text, "", ()) if named is not None else None


def _near_name(tokens: Sequence[Token], lexicon: Lexicon) -> Diagnostic | None:
    """Return the message for a name of several words that is misspelled in one; None if there is none.

    Such a name falls apart into other words (`Not Met`, `for`, `two`, …), which no longer show what was meant.
    """
    whole = tokens[0].to(tokens[-1])
    found = list(islice(ATOM.finditer(whole.text), LONGEST_SENTENCE))
    atoms = [fold(atom.group()) for atom in found]
    for start in range(len(found)):
        after = max(lexicon.names.longest(atoms, start)[1], lexicon.measures.longest(atoms, start)[1])
        for name, parts in lexicon.all_but_one(atoms, start):
            words = [atom.group() for atom in found[start : start + len(parts)]]
            if after < start + len(parts) and _is_misspelt(words, parts, lexicon):
                last = found[start + len(parts) - 1]
                place = Span(whole.source, whole.start + found[start].start(), whole.start + last.end())
                return messages.unknown_word(place, name)
    return None


def _is_misspelt(found: Sequence[str], name: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether the words are those of a name but for one, which differs in two letters at most.

    A word of its own is none that is misspelled: `not Red` is not meant for `Not Met`.
    """
    differing = [(one.casefold(), word) for one, word in zip(found, name, strict=True) if one.casefold() != word]
    if len(differing) != 1:
        return False
    [(one, word)] = differing
    is_word = one in keyword_words() or lexicon.names.longest(folded(one), 0)[0]
    return len(word) > NEAR and edit_distance(one, word, NEAR) is not None and not is_word


LONGEST_SENTENCE: Final = 200
"""The most words of a sentence that are compared with names; policy sentences have a fifth of it."""

NEAR: Final = 2
"""How many letters may be wrong in a word of a longer name."""


def _unknown_group(tokens: Sequence[Token], at: int | None, lexicon: Lexicon) -> Diagnostic | None:
    """Return the message for words where student groups belong that are in part names: `for low-income students`."""
    if at is None or not tokens[at - 1].may_be("FOR", "EXCEPT_FOR") or tokens[at].terminal != "LEVEL":
        return None
    end = at
    while end < len(tokens) and tokens[end].may_be("LEVEL", "WORD", "MINUS", "GROUPS"):
        end += 1
    words = tokens[at].to(tokens[end - 1])
    known = lexicon.spellings.get("GROUP", ())
    return names.unknown_name(words, "student group", known, lexicon.named("GROUP")) if end > at + 1 else None


def _missing_colon(tokens: Sequence[Token], at: int | None) -> Diagnostic | None:
    """Return the message for a first word with a digit, like a label's, without a colon after it."""
    first = 1 if tokens[0].terminal in ("ADD", "REPLACE") else 0
    if at not in (first, first + 1) or tokens[first].terminal != "WORD":
        return None
    word = re.match(r"\S+", tokens[first].span.text)
    if word is None or not any(char.isdigit() for char in word.group()):
        return None
    return messages.missing_colon(Span(tokens[first].source, tokens[first].start, tokens[first].start + word.end()))


@lru_cache(maxsize=4096)
def _near_keyword(word: str, keywords: tuple[str, ...]) -> str | None:
    """Return the keyword that a word misspells, nearer to it than a name has to be; None if there is none."""
    found = nearest(word, keywords)
    is_near = found is not None and edit_distance(word.casefold(), found, max(len(word) // 4, 1)) is not None
    return found if is_near else None


def _is_as_near(word: str, keyword: str, others: Sequence[str]) -> bool:
    """Return whether one of some words is as near to a word as a keyword is."""
    distance = edit_distance(word.casefold(), keyword, NEAR) or 0
    return any(edit_distance(word.casefold(), one.casefold(), distance) is not None for one in others)


def _misspelt_keyword(
    tokens: Sequence[Token], keywords: tuple[str, ...], others: Sequence[str] = ()
) -> Diagnostic | None:
    """Return the message for an unknown word that is nearly a keyword; None if none is, or one of others as nearly."""
    spelled_right = {*keyword_words(), *NUMBER_WORDS, *SAYS_MUCH, "students", "pupils"}
    for token in tokens:
        if token.terminal != "WORD":
            continue
        for word in re.finditer(r"\S+", token.span.text):
            span = Span(token.source, token.start + word.start(), token.start + word.end())
            keyword = None if span.text.casefold().strip("-") in spelled_right else _near_keyword(span.text, keywords)
            if keyword is not None and not _is_as_near(span.text, keyword, others):
                return messages.misspelt_keyword(span, keyword)
    return None


def _names_side_by_side(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Diagnostic | None:
    """Return the message for names side by side, such as a number's name with a word too many."""
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
    span = run[0].to(run[-1])
    known = [name for sort in ("NUMBER_NAME", "MEASURE_NAME") for name in lexicon.spellings.get(sort, ())]
    return levels.unread_number(span, nearest(span.words, known))


def _in_plain_words(expected: frozenset[str], lexicon: Lexicon) -> str | None:
    """Return what is expected in words, without names of which the vocabulary has none."""
    without = {terminal for terminal, of in _OF_NAMES.items() if not lexicon.spellings.get(of)}
    without |= {"NUMBER"} if "DECIMAL" in expected else set()
    said = [plain for terminal, plain in _PLAIN_WORDS.items() if terminal in expected - without]
    kinds = lexicon.named("KIND")
    said = [f"{plain} such as `{kinds[0]}`" if plain == _PLAIN_WORDS["KIND"] and kinds else plain for plain in said]
    return in_sentence(said, "or") if 0 < len(said) <= _MOST_SAID else None


_OF_NAMES: Final = {**{name: name for name in terminals("LEVEL INDICATOR GROUP PRIORITY")}, "GROUPS": "GROUP"}
"""The words that are expected only where the vocabulary has names of a sort."""
