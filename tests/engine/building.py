"""Rulesets and records built by hand from core nodes, with spans into a text as the compiler would give them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from attrs import frozen

from rulelang.core.record import FieldKey, LeaRecord, Reading, YearFacts
from rulelang.core.ruleset import DETERMINATION, PUBLISHED, Definition, DefinitionKey, Rule, Ruleset, priority_outcome
from rulelang.core.tree import (
    Arm,
    Call,
    Const,
    Fold,
    Get,
    Interval,
    Item,
    Listed,
    Match,
    Node,
    OneOf,
    Ref,
    Row,
    Self,
    StudentGroups,
    Value,
    choice,
)
from rulelang.core.truth import Amount, Quantity
from rulelang.core.vocabulary import (
    Indicator,
    IndicatorKind,
    LeaKind,
    Outcome,
    Priority,
    Scale,
    Scope,
    StudentGroup,
    Vocabulary,
)
from rulelang.core.years import Years
from rulelang.diagnostics.source import Source, Span

YEARS = (2017, 2018, 2019)
ALWAYS = {"color": (Years(),)}
STATE = ("ELA", "Math", "Graduation Rate", "Chronic Absenteeism", "Suspension Rate")

VOCABULARY = Vocabulary(
    name="test",
    years=YEARS,
    suspended={2020: "no Dashboard"},
    scales=(
        Scale("color", ("Red", "Orange", "Yellow", "Green", "Blue")),
        Scale("rating", ("Not Met for Two or More Years", "Not Met", "Met")),
    ),
    indicator_kinds=(IndicatorKind("state", Scope.GROUP), IndicatorKind("local", Scope.LEA)),
    indicators=(
        *(Indicator(name, "state", Scope.GROUP, ALWAYS) for name in STATE),
        Indicator("ELPI", "state", Scope.GROUP, ALWAYS, only_groups=("English Learners",)),
        Indicator("Basics", "local", Scope.LEA, {"rating": (Years(),)}),
        Indicator("School Climate", "local", Scope.LEA, {"rating": (Years(),)}),
    ),
    groups=(
        StudentGroup("AA", "African American", aliases=("Black",)),
        StudentGroup("EL", "English Learners"),
        StudentGroup("LTEL", "Long-Term English Learners", Years(first=2024)),
        StudentGroup("HOM", "Homeless"),
        StudentGroup("WH", "White"),
    ),
    kinds=(LeaKind("school district", "school districts", "???"), LeaKind("charter school", "charter schools", "????")),
    priorities=(
        Priority(1, "Basics"),
        Priority(4, "Pupil Achievement"),
        Priority(5, "Pupil Engagement"),
        Priority(6, "School Climate"),
    ),
    outcomes=(
        Outcome("Differentiated Assistance", "determination"),
        Outcome("General Assistance", "determination"),
        Outcome("Method 1", "method"),
    ),
)

GROUP, LEA = Scope.GROUP, Scope.LEA
TWO_OR_MORE = Quantity(Amount.AT_LEAST, 2)
ANY = Quantity(Amount.AT_LEAST, 1)

CRITERIA = """\
ruleset Differentiated Assistance 2017
  cites "EC 52071(b)"

priority 1 "Basics"
  1a: Not Met for Two or More Years on Basics → Priority 1

priority 4 "Pupil Achievement"
  4a: Red on both ELA and Math → Priority 4
  4b: Red on ELA or Math and Orange on the other → Priority 4
  4c: Red on ELPI, for English Learners only → Priority 4

priority 5 "Pupil Engagement"
  5a: Red on Graduation Rate → Priority 5
  5b: Red or Orange on Chronic Absenteeism, unless Red on Suspension Rate → Priority 5

priority 6 "School Climate"
  6a: Red on Suspension Rate → Priority 6
  6b: Not Met for Two or More Years on School Climate → Priority 6     # a fact of the LEA

for school districts
  M1: any student group meets 2 or more priorities on state indicators → Method 1
  M2: 2 or more priorities are met on local indicators → Method 2
  M3: any student group meets 2 or more priorities, unless Method 1 or Method 2 → Method 3
  DA: Method 1 or Method 2 or Method 3 → Differentiated Assistance
  P1: 2 or more student groups each meet 2 or more priorities in 2 of the last 3 Dashboard years → EC 52072 referral
  GA: otherwise → General Assistance
"""

CRITERIA_SOURCE = Source("rulesets/assistance/2017.rules", CRITERIA)


@frozen
class Sentence:
    """One labelled sentence of a text, whose nodes take their spans from its words."""

    source: Source
    label: str
    year: int

    @property
    def span(self) -> Span:
        found = re.search(rf"{self.label}: [^#\n]*[^#\s]", self.source.text)
        assert found is not None
        return Span(self.source, found.start(), found.end())

    @property
    def outcome(self) -> str:
        return self.span.text.rpartition("→ ")[2]

    def at(self, words: str) -> Span:
        start = self.source.text.index(words, self.span.start + len(self.label))
        return Span(self.source, start, start + len(words))

    def field(self, indicator: str, words: str | None = None) -> Get:
        scope = VOCABULARY.indicator(indicator).scope
        scale = "color" if scope is GROUP else "rating"
        return Get(self.year, (indicator, scale), scope, span=self.at(words or indicator))

    def level(self, names: str, indicator: str) -> Node:
        return Call("is one of", (self.field(indicator), Const(tuple(names.split(" | ")))), span=self.span)

    def refer(self, name: str, year: int | None = None, scope: Scope = LEA) -> Node:
        return Ref(year or self.year, name, scope, span=self.at(name) if year is None else None)


def group_criteria(year: int) -> dict[str, Node]:
    """Return the conditions of the rules of student groups, and of local indicators, by label."""
    said = {label: Sentence(CRITERIA_SOURCE, label, year) for label in ("1a", "4a", "4b", "4c", "5a", "5b", "6a", "6b")}
    both, other, learners, absence = said["4a"], said["4b"], said["4c"], said["5b"]
    english = Call(
        "is one of",
        (Self(GROUP), Const(("English Learners",))),
        span=learners.at("for English Learners only"),
    )
    unmet = "Not Met for Two or More Years"
    return {
        "1a": said["1a"].level(unmet, "Basics"),
        "4a": Call("and", (both.level("Red", "ELA"), both.level("Red", "Math"))),
        "4b": Call(
            "or",
            (
                Call("and", (other.level("Red", "ELA"), other.level("Orange", "Math"))),
                Call("and", (other.level("Red", "Math"), other.level("Orange", "ELA"))),
            ),
        ),
        "4c": Call("and", (english, learners.level("Red", "ELPI"))),
        "5a": said["5a"].level("Red", "Graduation Rate"),
        "5b": Call(
            "and",
            (
                absence.level("Red | Orange", "Chronic Absenteeism"),
                Call("not", (absence.level("Red", "Suspension Rate"),)),
            ),
        ),
        "6a": said["6a"].level("Red", "Suspension Rate"),
        "6b": said["6b"].level(unmet, "School Climate"),
    }


PRIORITY_OF = {"1a": 1, "4a": 4, "4b": 4, "4c": 4, "5a": 5, "5b": 5, "6a": 6, "6b": 6}
LOCAL = {"1a", "6b"}
PRIORITIES = (1, 4, 5, 6)


def counting(year: int, scope: Scope, kind: str | None, span: Span | None) -> Node:
    """Return `2 or more priorities`, on one kind of indicator or on all."""
    things = tuple(
        Item(Ref(year, priority_outcome(number, kind), scope), name=f"Priority {number}") for number in PRIORITIES
    )
    return Fold(TWO_OR_MORE, Listed("priorities"), things, span=span)


def bands(number: Node, *rows: tuple[Value, Interval]) -> Match:
    """Return the level of a number by the interval that it is in; None where that is not established."""
    return Match((number,), tuple(Row((interval,), Const(level)) for level, interval in rows), None)


def grid(row: Node, column: Node, cells: Mapping[tuple[str, str], Value], impossible: Collection[object] = ()) -> Match:
    """Return the level where a row and a column meet."""
    rows = (
        Row(tuple(OneOf((name,)) for name in met), Const(level), met not in impossible) for met, level in cells.items()
    )
    return Match((row, column), tuple(rows), None)


EVERY_ONE = Const(value=True)


def over_groups(year: int, met: Node, quantity: Quantity, where: Node = EVERY_ONE, span: Span | None = None) -> Fold:
    """Return a quantity of the student groups of a year that meet a condition."""
    return Fold(quantity, StudentGroups(year), (Item(met, where),), span=span)


def lea_criteria(year: int, history: Iterable[int]) -> dict[str, Node]:
    """Return the conditions of the rules of the LEA, by label."""
    said = {label: Sentence(CRITERIA_SOURCE, label, year) for label in ("M1", "M2", "M3", "DA", "P1", "GA")}
    two = "2 or more priorities"
    any_state = "any student group meets 2 or more priorities on state indicators"
    any_all = "any student group meets 2 or more priorities"
    each = "2 or more student groups each meet 2 or more priorities in 2 of the last 3 Dashboard years"
    years = tuple(Item(counting(past, GROUP, None, None), name=str(past)) for past in (*history, year))
    in_two_years = Fold(TWO_OR_MORE, Listed("Dashboard years"), years)
    district = Call("is one of", (Self(LEA), Const(("school district",))))
    conditions: dict[str, Node] = {
        "M1": over_groups(year, counting(year, GROUP, "state", None), ANY, span=said["M1"].at(any_state)),
        "M2": counting(year, LEA, "local", said["M2"].at(two)),
        "M3": Call(
            "and",
            (
                over_groups(year, counting(year, GROUP, None, None), ANY, span=said["M3"].at(any_all)),
                Call("not", (Call("or", (said["M3"].refer("Method 1"), said["M3"].refer("Method 2"))),)),
            ),
        ),
        "DA": Call("or", tuple(said["DA"].refer(f"Method {number}") for number in (1, 2, 3))),
        "GA": Const(value=True),
        "P1": over_groups(year, in_two_years, TWO_OR_MORE, span=said["P1"].at(each)),
    }
    return {label: Call("and", (district, condition)) for label, condition in conditions.items()}


def definitions_of(year: int, history: Iterable[int] = ()) -> list[Definition]:
    """Return the definitions of one year in order."""
    criteria = group_criteria(year)
    found = [Definition(year, label, node, LEA if label in LOCAL else GROUP) for label, node in criteria.items()]

    def priority(number: int, kind: str | None) -> Definition:
        labels = [label for label in criteria if PRIORITY_OF[label] == number]
        mine = [label for label in labels if kind is None or (label in LOCAL) == (kind == "local")]
        parts = tuple(Ref(year, label, LEA if label in LOCAL else GROUP) for label in mine)
        scope = LEA if set(mine) <= LOCAL else GROUP
        return Definition(year, priority_outcome(number, kind), Call("or", parts), scope)

    found += [priority(number, kind) for number in PRIORITIES for kind in (None, "state", "local")]
    for label, node in lea_criteria(year, history).items():
        found.append(Definition(year, label, node, LEA))
        outcome = Sentence(CRITERIA_SOURCE, label, year).outcome
        found.append(Definition(year, outcome, Call("or", (Ref(year, label, LEA),)), LEA))
    return [*found, *determinations(year)]


def determinations(year: int) -> list[Definition]:
    district = Call("is one of", (Self(LEA), Const(("school district",))))

    def determined(guard: Node) -> Node:
        arms = (
            Arm(Call("and", (district, guard)), Const("Differentiated Assistance")),
            Arm(district, Const("General Assistance")),
        )
        return choice(arms, Const("not covered"))

    eligible = Ref(year, "Differentiated Assistance", LEA)
    return [
        Definition(year, DETERMINATION, determined(eligible), LEA),
        Definition(year, PUBLISHED, determined(Call("known or no", (eligible,))), LEA),
    ]


def rules_of(year: int) -> tuple[Rule, ...]:
    labels = ("1a", "4a", "4b", "4c", "5a", "5b", "6a", "6b", "DA", "GA", "M1", "M2", "M3", "P1")
    return tuple(_rule(Sentence(CRITERIA_SOURCE, label, year)) for label in labels)


def _rule(sentence: Sentence) -> Rule:
    return Rule(
        name=sentence.label,
        label=sentence.label,
        outcome=sentence.outcome,
        text=" ".join(sentence.span.text.split()),
        reads=frozenset({"local" if sentence.label in LOCAL else "state"}),
        source_year=2017,
        priority=PRIORITY_OF.get(sentence.label),
        cites=("EC 52071(b)",) if sentence.label in PRIORITY_OF else (),
        span=sentence.span,
        otherwise="otherwise" in sentence.span.text,
    )


def ruleset(year: int, history: Iterable[int] = (), suspended: str | None = None) -> Ruleset:
    """Return the criteria of a year, with those of the years its history looks back on."""
    past = tuple(history)
    found = [definition for earlier in past for definition in definitions_of(earlier)]
    found += definitions_of(year, past)
    keyed: dict[DefinitionKey, Definition] = {(item.year, item.name): item for item in found}
    return Ruleset(
        title="Differentiated Assistance",
        year=year,
        vocabulary=VOCABULARY,
        definitions=keyed,
        rules=rules_of(year),
        priorities=PRIORITIES,
        methods=("Method 1", "Method 2", "Method 3"),
        referrals=("EC 52072 referral",),
        suspended=suspended,
    )


def single(node: Node, year: int = 2018) -> Ruleset:
    """Return a ruleset with one definition, named "it"."""
    definition = Definition(year, "it", node, LEA)
    return Ruleset("test", year, VOCABULARY, {(year, "it"): definition}, ())


def record_of(lines: Iterable[str], kind: str = "school district", *, silent: bool = True) -> LeaRecord:
    """Return a record of facts such as `2018 Homeless: Red on ELA, unknown on Math` and `2018: Met on Basics`.

    `not rated (12 students; 30 needed) on ELA` gives a note. Where the files are silent a fact that is not given is
    not rated; a fact given as unknown is unknown all the same.
    """
    groups: dict[int, dict[str, dict[FieldKey, Reading]]] = {}
    unknown: set[str] = set()
    for line in lines:
        where, _, facts = line.partition(":")
        year, _, group = where.partition(" ")
        readings = groups.setdefault(int(year), {}).setdefault(group.strip(), {})
        for fact in filter(None, (fact.strip() for fact in facts.split(","))):
            level, _, indicator = fact.rpartition(" on ")
            if level == "unknown":
                unknown.add(indicator)
                continue
            scale = "color" if VOCABULARY.indicator(indicator).scope is GROUP else "rating"
            note = re.search(r"\((.*)\)", level)
            rated = not level.startswith("not rated")
            readings[indicator, scale] = Reading(level if rated else None, note[1] if note else "")
    names = frozenset(indicator.name for indicator in VOCABULARY.indicators) - unknown if silent else frozenset[str]()
    years = {
        year: YearFacts({name: of for name, of in found.items() if name}, found.get("", {}), names)
        for year, found in groups.items()
    }
    return LeaRecord("123" if kind == "school district" else "1234", "Greenfield Union", "Monterey", kind, years)
