"""Two rulesets side by side: how their text differs, how their meaning differs, and whom it affects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import tee
from pathlib import Path
from typing import Final

from attrs import evolve, field, frozen

from rulelang.analysis.embedding import records_in
from rulelang.analysis.made_up_words import given_lines
from rulelang.analysis.not_told import not_told
from rulelang.analysis.resting_on import VOCABULARY, RestsOn, resting_on
from rulelang.analysis.values_moved import values_compared, values_moved
from rulelang.compiler.locations import name_if_installed
from rulelang.core.record import LeaRecord
from rulelang.core.ruleset import Definition, Rule, Ruleset
from rulelang.core.truth import CANNOT_TELL
from rulelang.core.walk import fields_in
from rulelang.diagnostics.notebook import Displayed
from rulelang.engine.determination import Determination, determine_all, held_rules
from rulelang.engine.evaluate import evaluate_all
from rulelang.engine.listed_priorities import named_groups
from rulelang.engine.rule_drawing import rule_left
from rulelang.engine.steps import Prepared, prepare
from rulelang.engine.trace import groups_that_decide, occurrence_of
from rulelang.reasoning.answers import called, value_of
from rulelang.reasoning.differences import Difference, differences
from rulelang.reasoning.possible import MadeUp, years_back
from rulelang.reasoning.spelled_out import cells_read, facts_read, spelled_out
from rulelang.reasoning.tried import Tried, tried

ANSWERS: Final = ("determination", "label", "methods", "referrals")
"""The results of an LEA that can differ, in the order of importance: names of columns of the results."""
REASONS: Final = ("student_groups", "priorities")
"""The reasons for the same result that can differ."""

_SEVERAL: Final = ANSWERS[2:]
"""Those of which an LEA can have several."""

BY_RULES: Final = "rules"
BY_DATA: Final = "data"
BY_VOCABULARY: Final = VOCABULARY
"""The same files, read by two vocabularies, give other facts."""


@frozen
class Clause:
    """A rule that holds for an LEA by one ruleset and not by the other, or whose answer is unknown by the second alone.

    `side` is "before" or "after", the ruleset by which it holds, or "unknown"; `groups` are the codes of the student
    groups for which it does, none for a rule of the LEA. If a rule of the LEA that holds by one ruleset alone counts
    student groups, only the groups that it counts are among them. `is_other` says that the other ruleset has no rule of
    that label and text.
    """

    side: str
    label: str
    text: str
    cites: tuple[str, ...]
    groups: tuple[str, ...]
    is_other: bool

    @property
    def name(self) -> str:
        """Return the rule's label, or its text where it has none, with the student groups."""
        of = f" ({', '.join(self.groups)})" if self.groups else ""
        return f"{self.label or self.text}{of}"


@frozen
class Move:
    """An LEA with a different result by the second ruleset: the results before and after, and why.

    `what` is what changes: one of `ANSWERS`, or of `REASONS` if these are asked for, the first that does; or a level or
    measure that both rulesets report, each that does, with the code of its student group. `because` is
    `rules` if only one of the rulesets decides that result at all, or if the two also give different ones on the same
    data; `data` if they do not, or `vocabulary` if these are rulesets of one year, whose vocabularies read the same
    files differently; `rules or data` or `rules or vocabulary` if that is unknown. `clauses` are the rules that hold by
    one and not by the other.
    """

    code: str
    lea: str
    county: str
    kind: str
    what: str
    before: str
    after: str
    because: str
    clauses: tuple[Clause, ...]


@frozen
class Shown:
    """A difference with its made-up LEA in words, and what holds for it by each ruleset and not by the other.

    Both are empty if no LEA was found that shows it.
    """

    difference: Difference
    given: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Return whether a made-up LEA shows the difference."""
        return self.difference.lea is not None


@frozen
class Moves:
    """Who moves: the LEAs that both have, those that only one has, and each different result of an LEA.

    `compared` are the levels and measures that are compared beside what is determined. `rules` is the second ruleset
    or, if only the first is a what-if, the first.
    """

    both: int
    only_before: int
    only_after: int
    moves: tuple[Move, ...]
    rules: Ruleset = field(repr=False)
    compared: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Return how many LEAs move."""
        return len({one.code for one in self.moves})


@frozen(repr=False)
class Comparison(Displayed):
    """Two rulesets of one or of two years, ready to be compared."""

    old: Ruleset
    new: Ruleset
    _sides: tuple[Prepared, Prepared] = field(repr=False, eq=False)

    def _title(self) -> str:
        return f"Comparison of {self.old.name} and {self.new.name}"

    def _rows(self) -> Iterator[tuple[str, ...]]:
        yield from (("old", self.old.name, self.names[0]), ("new", self.new.name, self.names[1]))

    @property
    def named(self) -> Ruleset:
        """Return the ruleset that tables name if it is not in force: the second or, if that one is, the first."""
        return self.old if self.new.is_enacted else self.new

    @property
    def names(self) -> tuple[str, str]:
        """Return the names of the two rulesets: their years or, if these are the same, their names or files."""
        if self.old.year != self.new.year:
            return str(self.old.year), str(self.new.year)
        first, second = map(name_of, (self.old, self.new))
        return (first, second) if first != second else ("the first", "the second")

    def differences(self) -> tuple[Shown, ...]:
        """Return the smallest made-up LEA for each kind of difference; nothing if it is proved that there is none.

        The proof is for the same facts and levels: `rests_on` says what may make them others.
        Each has been evaluated by both rulesets; where numbers are calculated, it may be that none was found that shows
        a difference (`Shown.is_shown`). Raises NumbersReadError as `reasoning.differences` does; then there is `tried`.
        """
        found = self._spelled_out(list(differences(*self._sides)))
        leas = [one.lea for one in found if one.lea is not None]
        records = ([lea.record(side, lea.cells) for lea in leas] for side in self._sides)
        determined = zip(*map(determine_all, self._sides, records), strict=True)
        return tuple(Shown(one) if one.lea is None else self._shown(one, one.lea, *next(determined)) for one in found)

    def _spelled_out(self, found: Sequence[Difference]) -> Sequence[Difference]:
        """Return differences whose LEAs say that a number is not rated, where it matters that it is not unknown."""
        shown = [one for one in found if one.lea is not None]
        facts, cells = facts_read(self._sides), cells_read(self._sides)

        def answers(side: Prepared, leas: Mapping[int, MadeUp]) -> Iterator[str]:
            records = [lea.record(side, {**lea.cells, **dict.fromkeys(cells)}) for lea in leas.values()]
            evaluated = evaluate_all(side, records)
            return (value_of(side, one, shown[at].outcome) for at, one in zip(leas, evaluated, strict=True))

        def shows(leas: Mapping[int, MadeUp]) -> Collection[int]:
            pairs = zip(leas, *(answers(side, leas) for side in self._sides), strict=True)
            return [at for at, *both in pairs if both == [shown[at].before, shown[at].after]]

        made_up = [one.lea for one in shown if one.lea is not None]
        spelled = iter(spelled_out(made_up, [facts] * len(made_up), self.new.vocabulary, shows))
        return [one if one.lea is None else evolve(one, lea=next(spelled)) for one in found]

    def rests_on(self) -> tuple[RestsOn, ...]:
        """Return what else than rules the results rest on, and that is not proved to be the same for both.

        That is the vocabularies, the rules of earlier years, and the rulesets that work levels out. RulesError if one
        of these has errors.
        """
        return resting_on(self.old, self.new)

    def tried(self) -> Tried[Shown]:
        """Return how the rulesets differ on made-up entities, the same ones each time, with their numbers at limits.

        For rules whose numbers no proof covers. Each difference has been evaluated by both rulesets.
        """
        found = tried(*self._sides)
        shown = tuple(
            Shown(one, tuple(given_lines(one.lea, (self.old, self.new)))) for one in found.differences if one.lea
        )
        return Tried(found.number, shown, found.more, found.only_before, found.only_after, found.same)

    def _shown(self, one: Difference, lea: MadeUp, before: Determination, after: Determination) -> Shown:
        return Shown(one, tuple(given_lines(lea, (self.old, self.new))), _clauses(before, after))

    def moves(self, before: object, after: object, *, reasons: bool = False) -> Moves:
        """Return who moves between the data of the first ruleset and those of the second, by code.

        Both are given as to `evaluate`, and may be the same. LEAs of which only one has data do not move. With
        `reasons` those move as well that get the same for other student groups or other priorities.
        """
        old, new = self._sides
        first = {record.code: record for record in records_in(self.old.vocabulary, before)}
        second = {record.code: record for record in records_in(self.new.vocabulary, after)}
        codes = sorted(first.keys() & second.keys())
        was = determine_all(old, (first[code] for code in codes))
        now = determine_all(new, (second[code] for code in codes))
        asked, values = [*ANSWERS, *(REASONS if reasons else ())], values_compared(self._sides)
        if self.old.year != self.new.year:
            between = determine_all(new, (self._carried(first[code]) for code in codes))
        elif self.old.vocabulary != self.new.vocabulary:  # the second often extends the first, and its data have more
            between = determine_all(old, (second[code] for code in codes))
        else:
            now, between = tee(now)
        moved = _moves(zip(was, now, between, strict=True), asked, values)
        only = (len(first.keys() - second.keys()), len(second.keys() - first.keys()))
        return Moves(len(codes), *only, tuple(moved), self.named, tuple(map(called, values)))

    def reading(self) -> tuple[Ruleset, Ruleset]:
        """Return the two rulesets as rulesets that also read what the other does as many years back.

        Data read for these have all that the second ruleset needs to be applied to the data of the first. Only years
        that one of the two reads are read. Of rulesets of one year with two vocabularies, the second reads what the
        first does, too.
        """
        years = {one.year for side in (self.old, self.new) for one in fields_in(*side.nodes)}
        of_one_year = self.old.year == self.new.year
        second = _also_reading(self.new, self.old, years) if of_one_year else self.new
        return _also_reading(self.old, self.new, years), second

    def _carried(self, record: LeaRecord) -> LeaRecord:
        """Return an LEA as if its data for the first ruleset's years were those of the second's."""
        back = {years_back(self.new, year): year for year in self.new.vocabulary.years}
        asked = ((back.get(years_back(self.old, year)), facts) for year, facts in record.years.items())
        return evolve(record, years={year: facts for year, facts in asked if year is not None})


def moves_on_same_data(pairs: Iterable[tuple[Determination, Determination]]) -> Iterator[Move]:
    """Return how LEAs move between two rulesets on the same data, given what each gets by the one and by the other."""
    return _moves(((was, now, now) for was, now in pairs), (*ANSWERS, *REASONS))


def _also_reading(ruleset: Ruleset, other: Ruleset, years: Collection[int]) -> Ruleset:
    """Return a ruleset with definitions that ask for what another reads as many years back, if that year is in some."""
    by_back = {years_back(ruleset, year): year for year in ruleset.vocabulary.years if year in years}
    known = {one.name for one in ruleset.vocabulary.indicators}
    found = dict(ruleset.definitions)
    for at, one in enumerate(sorted({*fields_in(*other.nodes)}, key=str)):
        year = by_back.get(years_back(other, one.year))
        if year is not None and one.key[0] in known:
            name = f"read for the comparison {at}"
            found[ruleset.year, name] = Definition(ruleset.year, name, evolve(one, year=year), one.scope)
    return evolve(ruleset, definitions=found)


def name_of(ruleset: Ruleset) -> str:
    """Return the name of a ruleset that is installed, or the file of another."""
    path = Path(ruleset.source or ruleset.title)
    return name_if_installed(path) or path.with_suffix("").as_posix()


def compared(old: Ruleset, new: Ruleset) -> Comparison:
    """Return two rulesets side by side."""
    return Comparison(old, new, (prepare(old), prepare(new)))


def _results(one: Determination, asked: Sequence[str]) -> Mapping[str, str]:
    """Return the results of a determination, with the reasons where they are asked for."""
    results = {
        "determination": one.outcome,
        "label": one.label,
        **{
            what: ", ".join(name for name, answer in answers.items() if answer) or "none"
            for what, answers in (("methods", one.methods), ("referrals", one.referrals))
        },
    }
    if REASONS[0] in asked:
        priorities = sorted({number for group in one.groups for number in group.priorities})
        results["student_groups"] = ", ".join(group.group.code for group in named_groups(one)) or "none"
        results["priorities"] = ", ".join(map(str, priorities)) or "none"
    return results


def _moves(
    each: Iterable[tuple[Determination, Determination, Determination]], asked: Sequence[str], values: Sequence[str] = ()
) -> Iterator[Move]:
    """Yield how LEAs move, given the three determinations of each that `_move` takes, and how some values do."""
    for before, after, between in each:
        move = _move(before, after, between, asked)
        yield from [move] if move is not None else []
        record, data = after.record, _not_rules(before, after)
        for one in values_moved(before, after, between, values):
            because = {True: BY_RULES, False: data, None: f"{BY_RULES} or {data}"}[one.by_rules]
            of_whom = record.code, record.name, record.county, record.kind
            yield Move(*of_whom, one.what, one.before, one.after, because, ())


def _not_rules(before: Determination, after: Determination) -> str:
    """Return what a move is because of if the rules do not make the difference."""
    return BY_VOCABULARY if before.year == after.year else BY_DATA


def _move(before: Determination, after: Determination, between: Determination, asked: Sequence[str]) -> Move | None:
    """Return how an LEA moves, given also the result of one ruleset on the data of the other; None if it does not.

    `asked` names what it can move by, the most important first.
    """
    was, now = (_results(one, asked) for one in (before, after))
    what = next((name for name in asked if was[name] != now[name]), None)
    if what is None:
        return None
    changed = _given(what, before) ^ _given(what, after)
    by_rules, by_data = (before, between), (between, after)
    if between.ruleset is before.ruleset:
        by_rules, by_data = by_data, by_rules
    data = _not_rules(before, after)
    one, other = (_results(determination, asked)[what] for determination in by_rules)
    because = BY_RULES if one != other else data
    if _is_new(what, changed, before, after):
        because = BY_RULES
    elif _is_unknown(what, changed, between) and not any(_is_unknown(what, changed, one) for one in (before, after)):
        because = f"{BY_RULES} or {data}"
    record = after.record
    clauses = _clauses(*(by_rules if because == BY_RULES else by_data))
    others = tuple(one for one in clauses if one.is_other) if because == BY_RULES else ()
    shown = others or clauses or _clauses(before, after)
    return Move(record.code, record.name, record.county, record.kind, what, was[what], now[what], because, shown)


def _given(what: str, one: Determination) -> frozenset[str]:
    """Return the outcomes that a determination gives as its determination, its label, its methods, or its referrals."""
    if what in _SEVERAL:
        return frozenset(name for name, answer in getattr(one, what).items() if answer)
    return frozenset({one.outcome if what == "determination" else one.label})


def _is_new(what: str, changed: frozenset[str], before: Determination, after: Determination) -> bool:
    """Return whether the outcomes that change are decided by the rules of only one of two determinations."""
    if what not in ANSWERS:
        return False
    first, second = ({rule.outcome for rule in one.ruleset.rules} for one in (before, after))
    of_one = changed & (first ^ second)
    return of_one == changed if what in _SEVERAL else bool(of_one)


def _is_unknown(what: str, changed: Collection[str], one: Determination) -> bool:
    """Return whether the determination of an LEA, or one of the outcomes that change, is unknown."""
    answers = getattr(one, what) if what in _SEVERAL else {}
    unknown = {name for name, answer in answers.items() if answer is None}
    return one.outcome == CANNOT_TELL or bool(unknown.intersection(changed))


def _clauses(before: Determination, after: Determination) -> tuple[Clause, ...]:
    """Return the rules that hold by one determination and not by the other, those of the LEA first.

    Where the second is unknown, a rule that still holds is not among them, but those that cannot be told are.
    Student groups that no rule of the LEA among them counts are left out, where one counts any: they decide nothing.
    """
    sides = {"before": _held(before), "after": _held(after)}
    texts = {"before": _texts(after.ruleset.rules), "after": _texts(before.ruleset.rules)}
    found: list[Clause] = []
    for side, held in sides.items():
        other = sides["after" if side == "before" else "before"]
        for known_by, (rule, groups) in held.items():
            gone = [group for group in groups if group not in other.get(known_by, (rule, []))[1]]
            if gone:
                codes = tuple(code for code in gone if code)
                is_other = (rule.label, rule.text) not in texts[side]
                found.append(Clause(side, rule.label or "", rule.text, rule.cites, codes, is_other))
    found.sort(key=lambda one: bool(one.groups))
    left = rule_left(after)
    found = [one for one in found if left is None or (one.label, one.groups) != (left.label or "", ())]
    for rule in not_told(before, after):
        is_other = (rule.label, rule.text) not in texts["after"]
        found.append(Clause("unknown", rule.label or "", rule.text, rule.cites, (), is_other))
    deciding = _counted(before, sides["after"]) | _counted(after, sides["before"])
    return tuple(_of_groups(found, deciding) if any(deciding.intersection(one.groups) for one in found) else found)


def _of_groups(clauses: Iterable[Clause], codes: Collection[str]) -> Iterator[Clause]:
    """Yield the clauses of the LEA, and those of some student groups with these groups alone."""
    for one in clauses:
        groups = tuple(code for code in one.groups if code in codes)
        if groups or not one.groups:
            yield evolve(one, groups=groups)


def _counted(determination: Determination, other: Mapping[str, object]) -> frozenset[str]:
    """Return the codes of the student groups counted by rules of the LEA that hold and are not among the others'."""
    rules = {rule.name: rule for rule in determination.ruleset.rules}
    held = [rules[name] for name in determination.lea_rules if (rules[name].label or rules[name].text) not in other]
    roots = [occurrence_of(determination.evaluation, (determination.year, rule.name), None) for rule in held]
    names = {name for root in roots for name in groups_that_decide(root, determination.year)}
    return frozenset(one.group.code for one in determination.groups if one.group.name in names)


def _held(determination: Determination) -> dict[str, tuple[Rule, list[str]]]:
    """Return the rules that hold by their labels, or their texts where they have none.

    Each has the codes of the student groups for which it holds; an empty code is the LEA itself.
    """
    found: dict[str, tuple[Rule, list[str]]] = {}
    for group, rule in held_rules(determination):
        groups = found.setdefault(rule.label or rule.text, (rule, []))[1]
        groups.append(group.code if group is not None else "")
    return found


def _texts(rules: Sequence[Rule]) -> frozenset[tuple[str | None, str]]:
    return frozenset((rule.label, rule.text) for rule in rules)
