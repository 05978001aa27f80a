"""Words that are no name: the help says what was meant, or what there is."""

from __future__ import annotations

from rulelang.diagnostics.catalogue.quote import which_was_meant

COLORS = ("Red", "Orange", "Yellow")
SOUNDS = tuple(f"a rather long name of the sound number {number}" for number in range(1, 41))


def test_a_name_that_is_near_is_asked_about() -> None:
    assert which_was_meant("Orang", COLORS) == "did you mean `Orange`?"


def test_other_words_for_a_name_may_be_near_and_are_not_listed() -> None:
    assert which_was_meant("Scarlett", (*COLORS, "Scarlet"), COLORS) == "did you mean `Scarlet`?"
    assert which_was_meant("Bingo", (*COLORS, "Scarlet"), COLORS) == "there are `Red`, `Orange` and `Yellow`"


def test_a_name_that_is_near_is_not_shortened() -> None:
    name = "Not Met for Two or More Years, and Not Reported in the Year Before That"
    assert which_was_meant(name[:-1], [name]) == f"did you mean `{name}`?"


def test_of_many_names_the_nearest_are_listed_with_the_command_that_lists_all() -> None:
    assert which_was_meant("number 17", (*SOUNDS, "17 numbers more"), has="the sounds are", lists="rulelang words") == (
        f"the nearest of 41 are `17 numbers more`, `{SOUNDS[16]}` and `{SOUNDS[9]}`; `rulelang words` lists them all"
    )


def test_without_any_name_the_help_says_so() -> None:
    assert which_was_meant("Red", ()) == "there are none"
