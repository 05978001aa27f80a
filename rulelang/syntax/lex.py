"""From a line of text to tokens, with the words of one lexicon: longest first, each with all its possible meanings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from rulelang.diagnostics.dates import MONTHS
from rulelang.diagnostics.source import Source, Span
from rulelang.syntax.keywords import ALSO_SAID, KEYWORDS, PUNCTUATION, REMOVED_LEVELS, TITLED
from rulelang.syntax.lexicon import ATOM, LONGEST_NUMBER, Lexicon, Phrase, fold, is_number, keywords
from rulelang.syntax.tokens import Token
from rulelang.syntax.tree import Comment

_Match = re.Match[str]

_NAMES_A_FILE: Final = frozenset({"BASED_ON", "EXTENDS"})
"""Keywords after which the rest of the line is a title if it is more than one number or quotation."""

_BETWEEN_LABELS: Final = frozenset({",", "and", "&"})

_REMOVABLE: Final = frozenset({"EXAMPLE", *REMOVED_LEVELS})
"""What may be removed; after any other word, `remove` takes labels of rules."""

_OF_NUMBERS: Final = frozenset({"NUMBER_NAME", "SCALE"})
"""Names that a label may have, because no rule begins with one and a colon."""

_BULLETS: Final = frozenset("•·‣▪●○◦■□➢➤✓✔❖◆◇⁃∙▶")
"""Signs that word processors set before the items of a list; `-` and `o` are others, where words follow."""

_SAY_NOTHING: Final = frozenset({"#", "`", "**"})
"""Signs that mark words in Markdown, and mean nothing in a rule."""

_CHANGES: Final = frozenset(word for name in ("ADD", "REPLACE") for word in (*KEYWORDS[name], *ALSO_SAID.get(name, ())))
"""Words after which a label may come."""

_BESIDE: Final = {KEYWORDS[name][0]: name for name in ("BEFORE", "AFTER")}
"""Words that say where an added rule is tried: before or after the one whose label comes next."""

_NO_LABELS: Final = frozenset((*KEYWORDS["OTHERWISE"], *ALSO_SAID["OTHERWISE"]))
"""Words that begin a rule, with a colon in place of its arrow too."""

_LABEL: Final = re.compile(r"\d{1,2}[a-z]{1,2}|[a-z]{1,2}\d{1,2}")
_ITEM: Final = re.compile(r"\d{1,2}|[a-z]|[ivx]{2,4}")
"""A label in the form of a list item, `4a.`, `4a)` or `(4a)`; and a mere item number: `1.`, `(a)`."""

_DECIMAL: Final = re.compile(rf"[0-9]{{1,{LONGEST_NUMBER}}}\.[0-9]{{1,{LONGEST_NUMBER}}}")
_ORDINAL: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)")
QUOTES: Final = frozenset('"“”„‟«»’')
"""The marks that can close a text in quotation marks."""


def lex_line(line: str, offset: int, lexicon: Lexicon, source: Source) -> tuple[list[Token], list[Comment]]:
    """Return the tokens of a line that begins at an offset of a source, and the comment at its end."""
    atoms: list[_Match] = []
    comments: list[Comment] = []
    for match in ATOM.finditer(line):
        if match.lastgroup == "COMMENT":
            span = Span(source, offset + match.start(), offset + len(line))
            comments.append(Comment(match.group().rstrip(), alone=not atoms, span=span))
        elif match.lastgroup != "MARK" or (match.group().isprintable() and match.group() not in _SAY_NOTHING):
            atoms.append(match)
    return _Line(line, offset, atoms, lexicon, source).tokens(), comments


class _Line:
    """The atoms of a line, and the tokens they make."""

    def __init__(self, text: str, offset: int, atoms: list[_Match], lexicon: Lexicon, source: Source) -> None:
        self.text, self.offset, self.atoms, self.lexicon, self.source = text, offset, atoms, lexicon, source
        self.folded = [fold(match.group()) for match in atoms]

    def tokens(self) -> list[Token]:
        """Return the tokens of the line."""
        found: list[Token] = []
        index = self._label(found)
        while index < len(self.atoms):
            index = self._next(index, found)
            if self._title_follows(found, index):
                return [*found, *self._rest("TITLE", index, len(self.atoms))]
            if len(found) == 1 and found[0].may_be("CONFIDENCE"):
                words = takewhile(lambda match: match.lastgroup != "STRING", self.atoms[index:])
                end = index + len(list(words))
                found += self._rest("MARKS", index, end)
                index = end
            if self._labels_follow(found, index):
                return [*found, *self._label_names(index)]
        return found

    def _title_follows(self, found: Sequence[Token], index: int) -> bool:
        """Return whether the rest of a line that begins with keywords is a title."""
        if len(found) > len(("WHAT_IF", "BASED_ON")):
            return False
        head = [token.terminal for token in found]
        if head == ["WHAT_IF"]:
            return self.folded[index : index + 2] != ["based", "on"]
        is_short = index + 1 == len(self.atoms) and _plain(self.atoms[index])[0] in ("NUMBER", "STRING", "OPEN_STRING")
        names_a_file = head[-1] in _NAMES_A_FILE and not is_short
        return (len(head) == 1 and (head[0] in TITLED or names_a_file)) or (head[0] == "WHAT_IF" and names_a_file)

    def _token(self, terminal: str, value: str, first: int, after: int, others: Sequence[Phrase] = ()) -> Token:
        start, end = self.atoms[first].start(), self.atoms[after - 1].end()
        return Token(terminal, value, self.offset + start, self.offset + end, self.source, others)

    def _rest(self, terminal: str, first: int, after: int) -> list[Token]:
        """Return the atoms from one to another as one token, in the author's words; none if there are none."""
        if first >= after:
            return []
        words = self.text[self.atoms[first].start() : self.atoms[after - 1].end()]
        plain = "".join(char for char in words if char.isprintable() or char.isspace())
        return [self._token(terminal, " ".join(plain.split()), first, after)]

    def _label(self, found: list[Token]) -> int:
        """Read a label such as `4a:` at the head of the line, after `add` and `replace` too; return the next index.

        The sign or number of an item of a list becomes a token of its own, which says that a statement begins.
        """
        index = self._item(0, found)
        if index or found:
            is_item = found[-1:] != [] and found[-1].terminal == "LABEL"
            return index if is_item else self._plain_label(index, found)
        said = len([*takewhile(lambda atom: atom in ("the", "rule"), self.folded[1:])])  # `replace the rule 4a:`
        if self.folded[0:1] and self.folded[0] in _CHANGES and self.folded[2 + said : 3 + said] == [":"]:
            index = self._next(0, found) + said
        return self._label_beside(found) or self._plain_label(index, found)

    def _label_beside(self, found: list[Token]) -> int:
        """Read `add PZ before DA:` and `add before DA:`, also where they break off; return the next index, or 0."""
        at = next((at for at, atom in enumerate(self.folded[:3]) if atom in _BESIDE), 0)
        if not at or self.folded[0] not in _CHANGES or self.folded[at + 2 : at + 3] not in ([], [":"]):
            return 0
        self._next(0, found)
        found += [self._token("LABEL", atom.group(), 1, 2) for atom in self.atoms[1:at]]
        found.append(self._token(_BESIDE[self.folded[at]], self.folded[at], at, at + 1))
        found += [self._token("LABEL_NAME", atom.group(), at + 1, at + 2) for atom in self.atoms[at + 1 : at + 2]]
        return min(len(self.atoms), at + 3)

    def _item(self, index: int, found: list[Token]) -> int:
        """Read `•`, `1.` or `4a)`; return the index of what follows, the same if none of them is there."""
        head = [*self.folded[index : index + 4], "", "", ""]
        is_apart = index + 1 < len(self.atoms) and self.atoms[index].end() < self.atoms[index + 1].start()
        labelled = len(head) > 5 and head[2] == ":"  # noqa: PLR2004  # a sign, a label and a colon
        says_rule = head[0] in ("rule", "criterion") and head[2] in (":", ".", ")") and head[1] != "set"
        if (
            head[0] in _BULLETS
            or says_rule
            or (head[0] in ("o", "-", "*") and is_apart and (head[0] == "o" or labelled))
        ):
            if index + 1 == len(self.atoms) or self.lexicon.names.longest(self.folded, index)[0]:
                return index
            found.append(self._token("BULLET", head[0], index, index + 1))
            return self._item(index + 1, found)
        opened = head[0] in ("(", "[")
        word, mark = (head[1], head[2]) if opened else (head[0], head[1])
        first = index + opened
        if mark not in ((")", "]") if opened else (".", ")")) or first + 2 >= len(self.atoms):
            return index
        is_close = self.atoms[first + 1].end() == self.atoms[first + 2].start()
        if is_close and not opened and self.folded[first + 2] not in (":", ")"):
            return index
        if _LABEL.fullmatch(word):
            found.append(self._token("LABEL", self.atoms[first].group(), first, first + 2))
            return first + 2 + (self.folded[first + 2] in (":", ")"))
        if _ITEM.fullmatch(word):
            found.append(self._token("BULLET", word, first, first + 2))
            return self._item(first + 2, found)
        return index

    def _plain_label(self, index: int, found: list[Token]) -> int:
        is_label = (
            self.folded[index + 1 : index + 2] == [":"]
            and self.atoms[index].lastgroup == "WORD"
            and keywords().longest(self.folded, index)[1] < index + 2  # `cites:` is no label
            and self.folded[index] not in _NO_LABELS
            and all(name.terminal in _OF_NUMBERS for name in self.lexicon.names.longest(self.folded, index)[0])
        )
        if is_label:
            found.append(self._token("LABEL", self.atoms[index].group(), index, index + 2))
            return index + 2
        return index

    def _next(self, index: int, found: list[Token]) -> int:
        """Read the next token; return the index after it."""
        if self.folded[index + 1 : index + 2] == ["/"] and self._is_fraction(index):
            value = "".join(match.group() for match in self.atoms[index : index + 3])
            found.append(self._token("DECIMAL", value, index, index + 3))
            return index + 3
        if self.folded[index + 1 : index + 2] == ["percentile"] and (place := _ORDINAL.fullmatch(self.folded[index])):
            found.append(self._token("NUMBER", place[1], index, index + 1))
            return index + 1
        amount = _amount(self.text, self.atoms[index].start())
        if amount is not None:
            terminal, value, end = amount
            after = index
            while after < len(self.atoms) and self.atoms[after].start() < end:
                after += 1
            found.append(self._token(terminal, value, index, after))
            return after
        phrases, after = self.lexicon.longest(self.folded, index)
        if self.folded[index] == "or" and self.folded[after : after + 1] == ["than"]:
            phrases, after = self.lexicon.longest(self.folded[: index + 1], index)  # `or`, and `worse than Yellow`
        if not phrases:
            after = index + 1
            terminal, value = _plain(self.atoms[index])
            found.append(self._token(terminal, value, index, after))
            return after
        first, *others = phrases
        if first.terminal == "INDICATOR" and all(other.terminal != "MEASURE_NAME" for other in others):
            words = self.text[self.atoms[index].start() : self.atoms[after - 1].end()]
            others.append(Phrase("MEASURE_NAME", " ".join(words.split())))
        found.append(self._token(first.terminal, first.name, index, after, others))
        return after

    def _is_fraction(self, index: int) -> bool:
        """Return whether `2/3` is here, written without spaces."""
        atoms = self.atoms[index : index + 3]
        return (
            len(atoms) == 3  # noqa: PLR2004  # both numbers and the sign between them
            and is_number(atoms[0].group())
            and is_number(atoms[2].group())
            and int(atoms[2].group()) > 0
            and atoms[0].end() == atoms[1].start()
            and atoms[1].end() == atoms[2].start()
        )

    def _labels_follow(self, found: Sequence[Token], index: int) -> bool:
        """Return whether labels come next: after `by`, and after `remove` unless something else is removed."""
        if found[-1].terminal == "BY" and found[0].terminal == "EXPECT":
            return True
        if len(found) != 1 or found[0].terminal != "REMOVE" or index >= len(self.atoms):
            return False
        phrases, after = self.lexicon.longest(self.folded, index)
        follows, _ = self.lexicon.longest(self.folded, after) if phrases else ((), 0)
        is_scale = any(one.terminal == "SCALE" for one in phrases) and any(one.terminal == "NEEDS" for one in follows)
        return not is_scale and all(phrase.terminal not in _REMOVABLE for phrase in phrases)

    def _label_names(self, index: int) -> list[Token]:
        """Return labels, or names of outcomes, separated by commas or `and`."""
        found: list[Token] = []
        while index < len(self.atoms):
            if self.folded[index] in ("the", "rule", "rules") and index + 1 < len(self.atoms):
                index += 1
                continue
            after = index + len(list(takewhile(lambda atom: atom not in _BETWEEN_LABELS, self.folded[index:])))
            if after > index:
                value = " ".join(match.group() for match in self.atoms[index:after])
                found.append(self._token("LABEL_NAME", value, index, after))
            if after < len(self.atoms):
                found.append(self._token("COMMA", ",", after, after + 1))
            index = after + 1
        return found


_AMOUNT: Final = re.compile(
    r"\$\s?(?P<DOLLARS>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]{1,9})?)(?![0-9,.]*[0-9])"
    r"|(?P<DATE>(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    rf"|(?:{'|'.join(MONTHS)})\s+[0-9]{{1,2}}\s*,\s*[0-9]{{4}})\b)",
    re.IGNORECASE,
)


def _amount(text: str, start: int) -> tuple[str, str, int] | None:
    """Return the terminal, value and end of the dollars or the date that begins at a place; None if there is none."""
    found = _AMOUNT.match(text, start)
    if found is None:
        return None
    if found.lastgroup == "DOLLARS":
        return "DOLLARS", found["DOLLARS"].replace(",", ""), found.end()
    return "DATE", " ".join(found.group().split()), found.end()


def _plain(match: _Match) -> tuple[str, str]:
    """Return the terminal and the value of an atom that is neither a name nor a keyword."""
    text = match.group()
    match match.lastgroup:
        case "STRING":
            is_closed = len(text) > 1 and text[-1] in QUOTES
            return ("STRING", text[1:-1]) if is_closed else ("OPEN_STRING", text[1:])
        case "WORD" if is_number(text):
            return "NUMBER", text
        case "WORD" if _DECIMAL.fullmatch(text):
            return "DECIMAL", text
        case "MARK":
            return PUNCTUATION.get(text, "MARK"), text
        case group:
            return group or "MARK", text
