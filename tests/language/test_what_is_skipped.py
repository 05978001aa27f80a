"""What reading skips for speed changes nothing: steps, rewordings and patterns that a text cannot fit."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulelang.diagnostics.source import Source
from rulelang.syntax import hearing, rewordings
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS, NUMBER_WORDS
from rulelang.syntax.lex import lex_line
from rulelang.syntax.lexicon import ATOM, fold, folded
from rulelang.syntax.plain_text import plain
from tests.language.test_phrasings import ACCEPTED, REFUSED
from tests.language.words import WORDS
from tests.shipped_files import shipped_words
from tests.strategies.effort import effort

SENTENCES = [sentence for sentence, _ in (*ACCEPTED, *REFUSED)] + ["Red on ELA → Methods 1 and 2"]
_SAID = [text for said in (KEYWORDS, ALSO_SAID) for texts in said.values() for text in texts]
_PLAIN = "the performance level color status students pupils not met other it they rule lea 1 2 4a: , ; : ( ) / + - → ."
SOUP = st.lists(
    st.sampled_from(
        [*(one for names in WORDS.spellings.values() for one in names), *_SAID, *NUMBER_WORDS, *_PLAIN.split()]
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


def heard_in_steps(text: str) -> list[str]:
    """Return the steps that change a sentence although it has none of the words that they need."""
    source, lexicon = Source("", text), shipped_words()[1]
    tokens = lex_line(text, 0, lexicon, source)[0]
    wrong = []
    for number, (needed, step) in enumerate(hearing._STEPS if tokens else ()):
        after = step(tokens, lexicon)
        if needed is not None and needed.isdisjoint(hearing._keys(tokens)) and after != tokens:
            wrong.append(f"{number}: {text}")
        tokens = after or tokens
    return wrong


def test_a_step_changes_no_sentence_without_the_words_it_needs() -> None:
    assert [one for sentence in SENTENCES for one in heard_in_steps(sentence.replace("\n", " "))] == []


@effort(300)
@given(text=SOUP)
def test_a_step_changes_no_words_in_any_order_without_those_it_needs(text: str) -> None:
    assert heard_in_steps(text) == []


def all_rows(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """Return the words of a sentence after the rewordings that are tried, and after all of them."""
    tokens = lex_line(text, 0, shipped_words()[1], Source("", text))[0]
    tried = rewordings.reworded(tokens, 0)
    with monkeypatch.context() as patched:
        patched.setattr(rewordings, "_rows_with", lambda _: range(len(rewordings._TABLE)))
        return tried, rewordings.reworded(tokens, 0)


def test_no_rewording_that_is_left_out_would_apply() -> None:
    with pytest.MonkeyPatch.context() as patch:
        for sentence in SENTENCES:
            tried, every = all_rows(sentence.replace("\n", " "), patch)
            assert tried == every


@effort(300)
@given(text=SOUP)
def test_no_rewording_that_is_left_out_would_apply_to_words_in_any_order(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        tried, every = all_rows(text, patch)
        assert tried == every


@effort(300)
@given(text=st.text(max_size=20) | st.text(st.sampled_from("aAß1²٣_ \n\t.-–'’ſİ"), max_size=12))
def test_words_without_signs_are_folded_as_any_others(text: str) -> None:
    assert folded(text) == [fold(found.group()) for found in ATOM.finditer(text)]


@effort(300)
@given(text=st.text(st.sampled_from("ab \r\n\x0b\x0c\x85\u2028\u2029\u00ad\u200c\u200d\u2060\ufeff"), max_size=12))
def test_line_ends_and_joiners_are_replaced_as_by_one_pattern(text: str) -> None:
    with_one_end = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    assert plain(text) == re.sub("[\u00ad\u200c\u200d\u2060\ufeff]", "", with_one_end)
