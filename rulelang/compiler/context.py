"""What a condition is elaborated in: a year, its vocabulary, and what the year's rules decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from rulelang.core import tree as core
from rulelang.core.vocabulary import Indicator, Scope, Vocabulary
from rulelang.diagnostics.catalogue import names as messages
from rulelang.diagnostics.diagnostic import Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn


@frozen
class Decided:
    """What a year's rules decide, as far as conditions refer to it: definition names with the scope of each.

    `kinds` are the kinds of LEA that the year's rules determine.
    """

    year: int
    scopes: Mapping[str, Scope]
    priorities: tuple[int, ...]
    kinds: tuple[str, ...]


@frozen
class Context:
    """The year, words and outcomes that a condition is elaborated in.

    `in_year` gives the context of another Dashboard year, under that year's own ruleset; None, and a report at the
    span, where that year has none. `of_group` says whether the rule is about one student group, `is_past` whether the
    year is looked back to, `in_window` whether it is one of the years of a window.
    """

    year: int
    vocabulary: Vocabulary
    reporter: Reporter
    decided: Decided
    in_year: Callable[[int, Span], Context | None]
    of_group: bool = False
    is_past: bool = False
    in_window: bool = False

    # ---- names: each returns None, after a report, for words that are no name ----

    def indicator(self, name: syn.Name) -> Indicator | None:
        """Return the indicator of a name."""
        if name.known:
            return self.vocabulary.indicator(name.text)
        spellings = [spelling for one in self.vocabulary.indicators for spelling in (one.name, *one.aliases)]
        self.reporter.report(messages.unknown_name(name.span, "indicator", spellings))
        return None

    def level(self, name: syn.Name) -> str | None:
        """Return the level of a name."""
        if name.known:
            return name.text
        levels = [level for scale in self.vocabulary.scales for level in scale.levels]
        self.reporter.report(messages.unknown_name(name.span, "level", levels))
        return None

    def group(self, name: syn.Name) -> str | None:
        """Return the student group of a name, if it exists in the year."""
        if not name.known:
            spellings = [spelling for one in self.vocabulary.groups for spelling in (one.name, *one.aliases)]
            self.reporter.report(messages.unknown_name(name.span, "student group", spellings))
            return None
        if self.year not in self.vocabulary.group(name.text).years:
            self.reporter.report(messages.group_not_in_year(name.span, name.text, self.year))
            return None
        return name.text

    def kind(self, name: syn.Name) -> str | None:
        """Return the kind of LEA of a name."""
        if name.known:
            return name.text
        spellings = [spelling for one in self.vocabulary.kinds for spelling in (one.name, one.plural)]
        self.reporter.report(messages.unknown_name(name.span, "kind of LEA", spellings))
        return None

    def outcome(self, name: syn.Name) -> str | None:
        """Return the outcome of a name: a priority or one of the vocabulary's outcomes."""
        if not name.known:
            known = [outcome.name for outcome in self.vocabulary.outcomes]
            known += [f"Priority {priority.number}" for priority in self.vocabulary.priorities]
            self.reporter.report(messages.unknown_name(name.span, "outcome", known))
            return None
        number = priority_number(name.text)
        numbers = [priority.number for priority in self.vocabulary.priorities]
        if number is not None and number not in numbers:
            self.reporter.report(messages.unknown_priority(name.span, numbers))
            return None
        return name.text


def priority_number(outcome: str) -> int | None:
    """Return the number of an outcome that is a priority, otherwise None."""
    word, _, number = outcome.partition(" ")
    return int(number) if word == "Priority" and number.isdecimal() else None


def reference(context: Context, name: str, span: Span) -> core.Reference | None:
    """Return a reference to what the context's year decides, or None where no rule decides it."""
    scope = context.decided.scopes.get(name)
    return None if scope is None else core.Reference(context.year, name, scope, span=span)
