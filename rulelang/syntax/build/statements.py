"""Builds the statements of rulesets and vocabularies, tables, and the lines of examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve

from rulelang.syntax import tree as syn
from rulelang.syntax.build.children import (
    Builder,
    Builders,
    Child,
    Listed,
    Part,
    answers,
    called,
    every,
    first,
    held,
    label,
    label_names,
    last,
    maybe,
    maybe_number,
    maybe_text,
    names,
    no_words,
    node,
    number,
    numbers,
    part,
    plain_name,
    says,
    second,
    span_of,
    text,
    texts,
    the,
    the_list,
    title,
    words,
)
from rulelang.syntax.keywords import KEYWORDS, REMOVED_LEVELS
from rulelang.syntax.plain_text import ruleset_named, vocabulary_title
from rulelang.syntax.tokens import Word, cells
from rulelang.syntax.tree.statements import read_marks


def _no_narrowings(children: list[Child]) -> list[Child]:
    return [child for child in no_words(children) if not isinstance(child, syn.Narrowing | syn.Beside)]


def _rule(children: list[Child]) -> syn.Rule:
    arrows = words(children, "ARROW")
    after = children.index(arrows[0]) + 1 if arrows else len(children)
    return syn.Rule(
        label=label(children),
        condition=_no_narrowings(children)[0],
        narrowings=every(syn.Narrowing)(children),
        arrow=arrows[0].span if arrows else None,
        outcome=maybe(syn.Name)(children[after:]),
        beside=maybe(syn.Beside)(children),
        span=span_of(children),
    )


def _rule_of_groups(children: list[Child]) -> syn.Rule:
    """Return the rule of `for English Learners only, Red on ELA → …`, narrowed in the whole of its condition."""
    rule = _rule(children)
    is_joined = isinstance(rule.condition, syn.Chain | syn.Unless)
    whole = syn.Parenthesis(rule.condition, span=rule.condition.span) if is_joined else rule.condition
    return evolve(rule, condition=whole)


def _list_joints(children: list[Child]) -> tuple[syn.Name, ...]:
    return the_list(children).joints


def _narrowing(*, excluding: bool) -> Builder:
    return node(syn.Narrowing, names, lambda _: excluding, joints=_list_joints)


def _file_line(children: list[Child]) -> syn.FileLine:
    """Return a line about a file with what it names: a title, a ruleset, a vocabulary or a folder, or nothing."""
    *keywords, named = children if len(children) > 1 else (*children, None)
    what = " ".join(KEYWORDS[word.type][0] for word in keywords)
    if named is None:
        return syn.FileLine(what, span=span_of(children))
    words, quoted = str(named), what == "extends" and named.type == "STRING"
    if what.endswith("based on"):
        words = ruleset_named(words)
    elif what == "uses" or (what == "extends" and not quoted):
        words = f"{vocabulary_title(words)} vocabulary"
    return syn.FileLine(what, syn.Text(words, span=named.span), quoted, span=span_of(children))


def _rows(children: list[Child]) -> tuple[tuple[syn.Text, ...], ...]:
    return tuple(_table_row(row) for row in words(children, "TABLE_ROW"))


def _tabled(kind: Callable[..., syn.LevelStatement], *finders: Builder) -> Builder:
    """Return the builder of a statement with a table below it, whose span is that of the line above the table."""

    def build(children: list[Child]) -> syn.LevelStatement:
        head = [child for child in children if not says("TABLE_ROW")([child])]
        found = [find(children) for find in finders]
        return kind(the(syn.Subject)(head), *found, _table_below(children), span=span_of(head))

    return build


def _needs(children: list[Child]) -> syn.Needs:
    *scale, counted = every(syn.Name)(children)
    years = held("years needed")(children)
    return syn.Needs(
        scale=scale[0] if scale else None,
        students=number(children),
        number=counted,
        both_years=years is not None,
        exceptions=every(syn.SizeException)(children),
        this_year_when=next(iter(years or ()), None),
        span=span_of(children),
    )


def _size_exception(children: list[Child]) -> syn.SizeException:
    at = next((index for index, child in enumerate(children) if says("AT")([child])), len(children))
    return syn.SizeException(
        students=number(children),
        groups=names(children[:at]),
        kinds=names(children[at:]),
        number=maybe(syn.Name)(children),
        span=span_of(children),
    )


def _remove_levels(children: list[Child]) -> syn.RemoveLevels:
    what = words(children, *REMOVED_LEVELS)[0].type.replace("TABLE", "MEASURE")
    subject, found = maybe(syn.Subject)(children), maybe(Listed)(children)
    types = found.names if found is not None and subject is not None else ()
    if subject is None and found is not None:
        subject = syn.Subject(found.names, "", span=found.span)
    return syn.RemoveLevels(what.replace("_", " ").casefold(), subject, types, span=span_of(children))


_SUBJECT: Final = node(syn.Subject, names, lambda children: children[-1].text)


# ---- tables ----

_SEPARATOR: Final = re.compile(r":?-+:?")
_Row = tuple[syn.Text, ...]


def _table_below(children: list[Child]) -> syn.TableBelow:
    """Return the table of the rows among the children, without the line that Markdown draws below the header."""
    rows = words(children, "TABLE_ROW")
    written = [_table_row(row) for row in rows]
    said = [row for row in written if not all(_SEPARATOR.fullmatch(one.text) or not one.text for one in row)]
    read = _without_blank_columns(said or written[:1])
    return syn.TableBelow(tuple(_fitted(row, read[0]) for row in read), span=span_of(rows))


def _table_row(word: Word) -> _Row:
    """Return the cells of a row, each with its place."""
    found = cells(str(word), word.span.start, word.span.source)
    return tuple(syn.Text(cell.value, span=cell.span) for cell in found)


def _without_blank_columns(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Return rows without the blank cells at the head or the end of each, which tabs around a pasted table make."""
    while all(len(row) > 1 and not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    while all(len(row) > 1 and not row[-1].text for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


def _fitted(row: _Row, header: _Row) -> _Row:
    """Return a row as wide as the header, if only blank cells are too many or, pasted with tabs, missing at an end."""
    while len(row) > len(header) and not row[0].text:
        row = row[1:]
    while len(row) > len(header) and not row[-1].text:
        row = row[:-1]
    return row


# ---- examples ----


def _given_years_ago(children: list[Child]) -> syn.GivenYearLine:
    parts = [one.value for one in every(Part)(children)]
    ago = tuple(year for years, _ in parts for year in years)
    name = min(of for _, of in parts)  # `Dashboard years` if one of them is called that
    return syn.GivenYearLine((), () if ago == (1,) else ago, called=name, span=span_of(children))


def _years_ago(children: list[Child]) -> tuple[tuple[int, ...], str]:
    named = {"THIS_YEAR": (0,), "LAST_YEAR": (1,), "THIS_AND_LAST_YEAR": (0, 1)}
    known = [years for terminal, years in named.items() if says(terminal)(children)]
    return known[0] if known else (number(children).value,), called(children)


def _fact(children: list[Child]) -> syn.Fact:
    level, unknown, targets = maybe(syn.Name)(children[:-1]), says("UNKNOWN")(children), children[-1]
    if isinstance(targets, syn.Name):
        return syn.Fact(level, unknown, (), targets, span=span_of(children))
    is_both, found = targets.value
    return syn.Fact(level, unknown, found.names, both=is_both, joints=found.joints, span=span_of(children))


def _fact_targets(children: list[Child]) -> Part | syn.Name:
    found = maybe(Listed)(children)
    if found is None:
        return plain_name(children[-1])
    return Part("targets", (says("BOTH")(children), found), span_of(children))


def _facts(children: list[Child]) -> tuple[syn.Fact | syn.NumberFact, ...]:
    return tuple(child for child in children if isinstance(child, syn.Fact | syn.NumberFact))


def _exact(children: list[Child]) -> tuple[Fraction | None, int, str]:
    """Return the value of a number, None if it is unknown, and how many decimals it is written with."""
    found: tuple[Fraction | None, int, str] = held("exact")(children) or (None, 0, "number")
    return found


def _expect_line(children: list[Child]) -> syn.ExpectLine:
    group, outcome, answer = children[1].value
    return syn.ExpectLine(group, outcome, answer, held("by")(children) or (), span=span_of(children))


def _expects(answer: str) -> Builder:
    """Return the builder of an expectation: the group and the outcome it names, and the answer."""

    def expected(children: list[Child]) -> tuple[syn.Name | None, syn.Name | None, str]:
        *group, outcome = every(syn.Name)(children) or (None,)
        return group[0] if group else None, outcome, answer

    return part("expected", expected)


def _answer(children: list[Child]) -> str:
    if maybe(syn.Name)(children) is not None:
        return "level"
    return "not rated" if says("NOT_RATED")(children) else "cannot tell"


def _expect_of_levels(children: list[Child]) -> syn.ExpectValue:
    return evolve(the(syn.ExpectValue)(children), group=maybe(syn.Name)(children), span=span_of(children))


BUILDERS: Final[Builders] = {
    **dict.fromkeys(("statement", "example_statement", "vocabulary_statement"), first),
    # ---- rules ----
    "rule": _rule,
    "rule_of_outcome": node(
        syn.Rule,
        label,
        lambda children: _no_narrowings(children)[1],
        every(syn.Narrowing),
        lambda children: words(children, "COLON", "IF", "WHEN")[0].span,
        lambda children: _no_narrowings(children)[0],
        maybe(syn.Beside),
    ),
    "rule_of_groups": _rule_of_groups,
    "otherwise_rule": node(
        syn.Rule,
        label,
        lambda children: syn.Otherwise(span=words(children, "OTHERWISE")[0].span),
        lambda _: (),
        lambda children: children[-1].span,
        last,
        maybe(syn.Beside),
    ),
    "beside": node(syn.Beside, lambda children: str(children[0]).casefold(), lambda children: label_names(children)[0]),
    "only_for": _narrowing(excluding=False),
    "except_for": _narrowing(excluding=True),
    "add": node(syn.Change, lambda _: "add", second),
    "replace": node(syn.Change, lambda _: "replace", second),
    "remove": node(syn.Remove, label_names),
    "remove_examples": node(syn.RemoveExamples, texts),
    # ---- lines of a file ----
    **dict.fromkeys(("file_line", "extends_line"), _file_line),
    "cites_line": node(syn.Explanation, texts),
    "because_line": node(syn.Explanation, because=text),
    "priority_line": node(syn.PriorityLine, number, text),
    "for_line": node(syn.ForLine, names),
    "indicators_line": node(syn.ForLine, indicators=names),
    # ---- levels ----
    "measure": node(syn.Measure, second, last),
    "look_up_table": _tabled(lambda about, table, span: syn.Measure(about, syn.LookUp(table, span=span), span=span)),
    "bands": _tabled(syn.BandsTable),
    "grid": _tabled(syn.GridTable, names),
    "small_populations": node(
        syn.SmallPopulations, number, the(syn.Name), held("readings"), names, says("FOR_THE_COLOR_ONLY")
    ),
    "readings": part("readings", lambda children: tuple(pair.value for pair in every(Part)(children))),
    "reading": part("reading", every(syn.Name)),
    "needs": _needs,
    "years_needed": part("years needed", no_words),
    "size_exception": _size_exception,
    "override": node(syn.Override, the(syn.Name), last, says("NO_BETTER_THAN")),
    "remove_levels": _remove_levels,
    "confidence": node(
        syn.Confidence,
        lambda children: read_marks(title(children)),
        lambda children: "".join(words(children, "STRING")),
        title,
    ),
    "stray_row": _table_below,
    "subject": _SUBJECT,
    "scale_subject": _SUBJECT,
    "override_subject": _SUBJECT,
    # ---- examples ----
    "example_line": node(syn.ExampleLine, text, maybe_number),
    "given_line": node(syn.GivenLine, the(syn.Name), maybe_text),
    "given_year_line": node(syn.GivenYearLine, numbers),
    "given_last_years_line": lambda children: syn.GivenYearLine(
        (), each_of_last=number(children).value, called=called(children), span=span_of(children)
    ),
    "given_years_ago_line": _given_years_ago,
    "year_ago": part("year ago", _years_ago),
    "fact_line": node(syn.FactLine, names, _facts, says("GIVEN"), joints=_list_joints),
    "fact": _fact,
    "fact_targets": _fact_targets,
    "number_fact": node(
        syn.NumberFact,
        the(syn.NumberName),
        lambda children: _exact(children)[0],
        maybe(syn.Name),
        says("NOT_RATED"),
        lambda children: _exact(children)[2],
    ),
    "text_fact": node(syn.NumberFact, the(syn.NumberName), lambda children: text(children).text, type=lambda _: "text"),
    "answer_fact": node(
        syn.NumberFact, the(syn.NumberName), lambda children: answers(children)[0].text, type=lambda _: "yes or no"
    ),
    "example_number": node(syn.NumberName, the(syn.Name), says("LAST_YEARS")),
    "example_subject": node(syn.Subject, every(syn.Name), lambda children: str(children[-1])),
    "expect_line": _expect_line,
    "expect_yes": _expects("yes"),
    "expect_no": _expects("no"),
    "expect_unknown": _expects("cannot tell"),
    "expect_suspended": _expects("suspended"),
    "by": part("by", label_names),
    "expect_number": node(
        syn.ExpectValue,
        first,
        lambda children: _exact(children)[0],
        lambda _: "number",
        decimals=lambda children: _exact(children)[1],
    ),
    "expect_level": node(syn.ExpectValue, the(syn.Subject), maybe(syn.Name), _answer),
    "expect_of_levels": _expect_of_levels,
    # ---- vocabularies ----
    "years_line": node(syn.YearsLine, numbers, called),
    "suspended_year_line": node(syn.SuspendedYearLine, number),
    "table": node(syn.Table, lambda children: syn.Text(str(children[0]), span=children[0].span), _rows),
}
