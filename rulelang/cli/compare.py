"""`rulelang compare`: two rulesets side by side: their words, their meaning, and whom the difference affects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter

import click

from rulelang.analysis.comparison import BY_VOCABULARY, Comparison, Move, Moves, Shown, compared, name_of
from rulelang.analysis.comparison_tables import clauses_text, tables_of
from rulelang.analysis.gather import Request
from rulelang.analysis.resting_on import VOCABULARY, RestsOn
from rulelang.analysis.result_tables import with_rules
from rulelang.cli import options
from rulelang.cli.changes import level_change_blocks, rule_change_lines
from rulelang.cli.progress import progress_bar
from rulelang.cli.records import leas_from
from rulelang.cli.rule_errors import rules_for
from rulelang.cli.show import in_force
from rulelang.cli.streams import width
from rulelang.cli.terminal import show_line, show_table, show_what_ifs
from rulelang.cli.wrapping import all_wrapped, wrapped
from rulelang.compiler.effective_changes import LevelChange, level_changes_between
from rulelang.compiler.effective_text import RuleChange, changes_between
from rulelang.core.how_many import called
from rulelang.diagnostics.catalogue.quote import count
from rulelang.reasoning.possible import NumbersReadError
from rulelang.reasoning.tried import Tried

LISTED = 30
"""How many LEAs that move are listed; a table of the others is written with --out."""

WHAT = ("what", "before", "after", "because")
COUNTED = {
    "From what to what": WHAT,
    "By kind": ("kind", "what", "before", "after"),
    "By county": ("county", "what", "before", "after"),
}
"""The tables that count the LEAs that move, and what of a move each goes by."""

DETERMINED = "determination, label, methods, and referrals"
"""What rules that determine LEAs give them."""

FEW = 2
"""The most kinds of LEA, or words of a vocabulary, that are all named where each of them will do."""

NAMED = 8
"""How many levels and measures are named that are not compared on made-up entities."""


@click.command("compare")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@options.of_any_leas
@options.gives_tables
def command(*, old: str, new: str, request: Request, output: options.Output) -> int:
    """Compare two rulesets: how their text differs, how their meaning differs, and who moves.

    OLD and NEW are rulesets of the same year or of two years. For the meaning, compare either proves that no LEA is
    determined differently, whatever its data, or shows the smallest made-up LEA for each kind of difference. Rules that
    no proof covers are tried on made-up LEAs, and what differs is shown. With data, it lists the LEAs that are
    determined differently and the rules responsible.
    """
    comparison = compared(*(rules_for(one, request.as_year) for one in (old, new)))
    (before, _), (after, words) = in_force(old), in_force(new)
    changes, levels = changes_between(before, after), level_changes_between(before, after, words)
    meaning, rests_on = _meaning(comparison), comparison.rests_on()
    moves, complete = _moves(comparison, request) if request.sources.have_leas else (None, True)
    tables = with_rules(tables_of([*changes, *levels], meaning, rests_on, moves), comparison.named)
    if output.is_text:
        show_line(_title(comparison))
        show_what_ifs(dict(zip(comparison.names, (comparison.old, comparison.new), strict=True)))
        click.echo()
        _show_changes(changes, levels)
        _show_meaning(comparison, meaning, rests_on)
        _show_moves(comparison, moves, rests_on)
    output.give(tables, lambda: {"old": old, "new": new, **_as_data(meaning, rests_on), **options.as_data(tables)})
    return 0 if complete else 1


def _meaning(comparison: Comparison) -> Sequence[Shown] | Tried[Shown]:
    """Return the differences in meaning, all of them; or those that were found by trying, where no proof covers it."""
    try:
        return comparison.differences()
    except NumbersReadError:
        return comparison.tried()


def _as_data(meaning: Sequence[Shown] | Tried[Shown], rests_on: Sequence[RestsOn]) -> dict[str, bool | None]:
    """Return whether two rulesets mean the same, None if that is open, and whether all that is said is proved."""
    is_covered = all(one.is_proved for one in rests_on)
    found = meaning.differences if isinstance(meaning, Tried) else meaning
    differ = any(one.is_shown for one in found)
    is_proved = is_covered and not isinstance(meaning, Tried) and all(one.is_shown for one in found)
    return {"same": False if differ else True if is_proved else None, "proved": is_proved}


def _moves(comparison: Comparison, request: Request) -> tuple[Moves, bool]:
    """Return who moves, and whether there are data of all LEAs asked for, for both rulesets."""
    with progress_bar() as bar:
        before, after = (leas_from(rules, request, bar=bar) for rules in comparison.reading())
        return comparison.moves(before.records, after.records), before.is_whole and after.is_whole


# ---- for people ----


def _title(comparison: Comparison) -> str:
    old, new = comparison.old, comparison.new
    if old.year != new.year:
        return f"{old.title} {old.year} and {'' if new.title == old.title else f'{new.title} '}{new.year}"
    compared = " and ".join(comparison.names)
    if name_of(old) == name_of(new):
        compared = f"{name_of(old)} compared with itself"
    return f"{old.title} {old.year}: {compared}" if new.title == old.title else compared


def _show_changes(changes: Sequence[RuleChange], levels: Sequence[LevelChange]) -> None:
    click.echo("Changes in the text\n")
    lines = [line for change in changes for line in (*rule_change_lines(change), "")]
    lines += [line for block in level_change_blocks(levels) for line in (*block, "")]
    for line in all_wrapped([f"  {line}" if line else "" for line in lines], width()):
        click.echo(line)
    if not lines:
        click.echo("  No rule is worded differently.\n")


def _show_meaning(comparison: Comparison, meaning: Sequence[Shown] | Tried[Shown], rests_on: Sequence[RestsOn]) -> None:
    click.echo("Changes in meaning\n")
    if isinstance(meaning, Tried):
        _show_tried(comparison, meaning)
    elif not meaning:
        whatever = f"whatever the data of the {comparison.new.entity}"
        if not all(one.is_proved for one in rests_on):
            whatever = f"for the same facts and levels of the {comparison.new.entity}, whatever they are"
        _show_wrapped(
            f"  None, and this is proved: {whatever}, both give it the same"
            f" {'levels and measures' if comparison.new.reports_levels else DETERMINED}."
        )
    else:
        found = [one for one in meaning if one.is_shown]
        if found:
            entity, _ = called(comparison.new)
            _show_wrapped(
                f"  {count(len(found), 'kind')} of difference, each with the smallest made-up {entity}"
                " that shows it, evaluated with both rulesets."
            )
        _show_differences(comparison, found)
        _show_open(comparison, [one for one in meaning if not one.is_shown], start=len(found) + 1)
    click.echo()
    _show_rests_on(rests_on)


def _show_rests_on(rests_on: Sequence[RestsOn]) -> None:
    """Print what else the results rest on that is not the same, so that they may differ for other reasons."""
    for one in rests_on:
        differs = _named(one.differs)
        if one.what == VOCABULARY:
            said = f"The vocabularies are not the same, so that the same files may be read differently: {differs}."
        elif one.is_proved:
            said = f"The {one.what}, to which both look back, are not the same: {differs}."
        else:
            said = f"The {one.what}, where they are worked out, are not proved to be the same: {differs}."
            if one.before and one.after:
                said += f" `rulelang compare {one.before} {one.after}` shows how they differ."
            else:
                said += f" Only {one.before or one.after} works them out."
        _show_wrapped(f"  {said}")
        click.echo()


def _show_tried(comparison: Comparison, tried: Tried[Shown]) -> None:
    """Print what was found by trying, and that it is no proof."""
    entity, entities = called(comparison.new)
    of_any_kind = entities if comparison.new.relates else comparison.new.vocabulary.entities
    made_up = f"{tried.number} made-up {of_any_kind}"
    found = tried.differences
    if found:
        _show_wrapped(
            f"  {count(len(found) + tried.more, 'kind')} of difference, found by trying {made_up} with numbers at the"
            f" limits of the rules. Each that is listed has a small made-up {entity} that shows it,"
            " evaluated with both rulesets. What is not listed is not proved to be the same."
        )
    elif tried.number:
        _show_wrapped(
            f"  None found: {made_up} were tried, with numbers at the limits of the rules, and none differed. This is"
            " no proof."
        )
    elif not tried.same:
        _show_wrapped("  Not compared: the two work out nothing of the same name.")
    if tried.same:
        _show_wrapped(f"  The same in both, and this is proved: {_named(tried.same)}.")
    for name, only in zip(comparison.names, (tried.only_before, tried.only_after), strict=True):
        if only:
            _show_wrapped(f"  Only in {name}, and not compared: {_named(only)}.")
    _show_differences(comparison, found)
    if tried.more:
        click.echo(f"\n  and {tried.more:,} more")


def _named(outcomes: Sequence[str]) -> str:
    """Return the names of outcomes, the first ones if they are many."""
    more = f", and {len(outcomes) - NAMED} more" if len(outcomes) > NAMED else ""
    return f"{', '.join(outcomes[:NAMED])}{more}"


def _show_differences(comparison: Comparison, shown: Sequence[Shown]) -> None:
    for number, one in enumerate(shown, 1):
        click.echo()
        for line in all_wrapped(_difference_lines(comparison, number, one), width()):
            click.echo(line)


def _show_open(comparison: Comparison, shown: Sequence[Shown], start: int) -> None:
    """Print the differences of which neither a made-up LEA was found nor a proof that there is none."""
    if not shown:
        return
    if start > 1:
        click.echo()
    _show_wrapped(
        f"  {count(len(shown), 'kind')} of difference neither shown nor ruled out: the rules calculate with numbers,"
        " and none were found that show it."
    )
    for number, one in enumerate(shown, start):
        for line in all_wrapped(_difference_lines(comparison, number, one), width()):
            click.echo(line)


def _show_wrapped(line: str) -> None:
    click.echo(wrapped(line, width()).replace("\n      ", "\n  "))


def _difference_lines(comparison: Comparison, number: int, one: Shown) -> Iterator[str]:
    before, after = comparison.names
    difference = one.difference
    outcome = "" if difference.outcome == "determination" else f"{difference.outcome}: "
    is_any = len(difference.kinds) == len(comparison.new.vocabulary.kinds) > FEW
    of = f"any kind of {comparison.new.vocabulary.entity}" if is_any else " or ".join(difference.kinds)
    yield f"  {number}. {outcome}{difference.before} by {before}, {difference.after} by {after} ({of})"
    yield from (f"       {line}" for line in one.given)
    yield from (f"     {line}" for line in _clause_lines(comparison, one))


def _clause_lines(comparison: Comparison, one: Shown) -> Iterator[str]:
    for side, name in zip(("before", "after"), comparison.names, strict=True):
        if found := [clause.name for clause in one.clauses if clause.side == side]:
            yield f"only by {name}: {'; '.join(found)}"


def _show_moves(comparison: Comparison, moves: Moves | None, rests_on: Sequence[RestsOn]) -> None:
    if moves is None:
        return
    click.echo("Who moves\n")
    before, after = comparison.names
    entity, entities = called(comparison.new)
    parts = [f"  {len(moves.moves):,} of {count(moves.both, entity, entities)}"]
    only = ((moves.only_before, before), (moves.only_after, after))
    parts += [f"{count(number, entity, entities)} only in the data of {name}" for number, name in only if number]
    show_line(f"{'; '.join(parts)}.")
    click.echo()
    headed = {"before": before, "after": after, "because": "because of"}
    for title, by in COUNTED.items():
        counts = sorted(Counter(map(attrgetter(*by), moves.moves)).items())
        if by != WHAT and len({first for (first, *_), _ in counts}) == 1:
            continue  # of one county or one kind it says what the first table does
        head = (*(headed.get(name, name) for name in by), entities)
        show_table(title, head, [(first or "(not stated)", *others, number) for (first, *others), number in counts])
    words = next((one.differs for one in rests_on if one.what == VOCABULARY), ())
    rows = [
        (one.code, one.lea, f"{one.before} → {one.after}", _responsible(one, words)) for one in moves.moves[:LISTED]
    ]
    show_table(f"Each {entity}", ("code", entity, f"{before} → {after}", "because of"), rows)
    if len(moves.moves) > LISTED:
        show_line(f"{count(len(moves.moves) - LISTED, entity, entities)} more: --format csv --out DIR writes them all.")


def _responsible(move: Move, words: Sequence[str]) -> str:
    """Return what a move is because of, with the words in which the vocabularies differ if they are few."""
    of = f" ({', '.join(words)})" if move.because == BY_VOCABULARY and len(words) <= FEW else ""
    return f"{move.because}{of}: {clauses_text(move.clauses)}" if move.clauses else f"{move.because}{of}"
