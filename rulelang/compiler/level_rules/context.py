"""What the statements of levels are elaborated in: a year, an indicator, the reason a statement gives, its reporter."""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from rulelang.compiler.context import Context
from rulelang.compiler.in_force import EffectiveLevel
from rulelang.core import tree as core
from rulelang.core.record import FieldKey
from rulelang.core.vocabulary import Indicator, Scale, Scope, Vocabulary
from rulelang.diagnostics.catalogue import levels as messages
from rulelang.diagnostics.diagnostic import Diagnostic, Reporter
from rulelang.diagnostics.source import Span
from rulelang.syntax import tree as syn

NOT_ESTABLISHED: Final = "not established"
AS_PUBLISHED: Final = "as published"
"""What stands where no source says which level or which numbers it is."""


@frozen
class Asked:
    """Of which year the numbers of an expression are: the year at hand, the one before, or several before."""

    last_year: bool = False
    years_before: int = 0

    @property
    def is_past(self) -> bool:
        """Return whether it is any other than the year at hand."""
        return self.last_year or self.years_before > 0


@frozen
class About:
    """What a statement is about: the year's context, the indicator (None: none), and the statement itself."""

    context: Context
    indicator: Indicator | None
    item: EffectiveLevel
    asked: Asked = Asked()

    @property
    def reporter(self) -> Reporter:
        """Return where mistakes of the statement are reported."""
        return self.context.reporter

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the words of the policy."""
        return self.context.vocabulary

    @property
    def year(self) -> int:
        """Return the Dashboard year at hand."""
        return self.context.year

    @property
    def of(self) -> str:
        """Return the name of the indicator, empty where there is none."""
        return self.indicator.name if self.indicator is not None else ""

    def report(self, diagnostic: Diagnostic) -> None:
        """Report a mistake of the statement."""
        self.context.reporter.report(diagnostic)

    def silent(self) -> About:
        """Return the same with its mistakes told to nobody, for a second look."""
        return evolve(self, context=evolve(self.context, reporter=Reporter()))

    def field(self, key: FieldKey, span: Span) -> core.Field:
        """Return the field of a number or a level of the indicator, or of the LEA where the key names none."""
        scope = self.indicator.scope if self.indicator is not None and key[0] else Scope.LEA
        return core.Field(self.year, key, scope, span=span)

    def scale_named(self, text: str) -> Scale | None:
        """Return the scale of a name, in any spelling of its case; None where there is none."""
        return next((one for one in self.vocabulary.scales if folded(one.name) == folded(text)), None)

    def scale_of_level(self, level: str) -> Scale | None:
        """Return the scale that a level is of; None where it is of none."""
        scales = self.vocabulary.scales
        return next((one for one in scales if any(folded(level) == folded(name) for name in one.levels)), None)

    def not_established(self, span: Span) -> core.NotEstablished:
        """Return a value that no source establishes, with the reason the statement gives."""
        if self.item.because is None:
            self.report(messages.not_established_without_reason(span))
        return core.NotEstablished(self.item.because or "", span=span)


def folded(text: str) -> str:
    """Return a text without regard to case and spacing."""
    return " ".join(text.casefold().split())


def level_in(scale: Scale, text: str) -> str | None:
    """Return the level of a scale that a cell names, as the vocabulary writes it; None where it names none."""
    return next((level for level in scale.levels if folded(level) == folded(text)), None)


def is_type(about: About, scale: str, types: tuple[str, ...], span: Span) -> core.Node:
    """Return whether the LEA, school or student group is of one of some types."""
    asked = about.field((about.of, scale), span)
    return core.Apply("is one of", (asked, core.Constant(types)), span=span)


def known_level(about: About, name: syn.Name) -> str | None:
    """Return the level of a name as the vocabulary writes it; None, after a report, for words that are no level."""
    if name.known:
        return name.text
    scale = about.scale_of_level(name.text)
    if scale is not None:
        return level_in(scale, name.text)
    return about.context.level(name)
