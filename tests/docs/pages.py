"""The pages of the documentation and their fenced blocks, which the tests run as a reader would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "docs" / "reference" / "messages"
FENCE = re.compile(r"^```(?P<words>[^\n`]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
HEADING_LINK = re.compile(r"\]\((?P<page>[^)#\s]*)#(?P<heading>[^)\s]+)\)")
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]+)(#[^)]*)?\)")

HEADER = 'ruleset Documentation 2018\n  uses California Dashboard vocabulary\n  cites "the documentation"\n\n'
"""What stands above a block that shows only a part of a rule file."""

LEVELS_HEADER = (
    "ruleset Documentation 2018\n  uses California Dashboard Levels vocabulary\n"
    '  cites "the documentation"\n\nfor Suspension Rate\n'
)
"""What stands above a block with the word `levels`, which shows only a part of the rules of performance levels."""


@frozen
class Block:
    """A fenced block: what language it is in, the words after that, its text, its line and the heading above it."""

    language: str
    options: tuple[str, ...]
    text: str
    line: int
    heading: str

    @property
    def exit_code(self) -> int:
        """Return the exit code its last command must end with: 0, or what `exit=1` says."""
        return next((int(word.removeprefix("exit=")) for word in self.options if word.startswith("exit=")), 0)

    @property
    def file(self) -> str | None:
        """Return the name that the page tells the reader to save it under, if it does: what `file=NAME` says."""
        return next((word.removeprefix("file=") for word in self.options if word.startswith("file=")), None)

    @property
    def rules(self) -> str:
        """Return the text as a whole rule file."""
        begins = re.match(r"(\s*#[^\n]*\n|\s*\n)*(ruleset|what if|vocabulary)\b", self.text) is not None
        header = LEVELS_HEADER if "levels" in self.options else HEADER
        return self.text if begins or "whole" in self.options else header + self.text


def save(block: Block, folder: Path) -> Path:
    """Save a block that has a file name where a reader who stands in a folder would, and return the file."""
    path = folder / (block.file or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.rules if block.language in ("rules", "vocabulary") else block.text, encoding="utf-8")
    return path


@frozen
class Command:
    """One `$` line of a console block and the output that stands under it; none shown means any."""

    line: str
    output: str


def pages() -> list[Path]:
    """Return every page: the README and all below docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    for match in FENCE.finditer(text):
        language, *options = match["words"].split() or [""]
        above = text[: match.start()]
        headings = re.findall(r"^#+ (.*)$", FENCE.sub("", above), re.MULTILINE)
        yield Block(language, tuple(options), match["body"], above.count("\n") + 1, headings[-1] if headings else "")


def commands(text: str) -> list[Command]:
    """Return the commands of a console block with the output shown for each."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    return [Command(line, output) for line, _, output in (part.partition("\n") for part in parts[1:])]


def matches(shown: str, printed: str) -> bool:
    """Return whether output is as shown; a line of `...` stands for any lines, and a block without output for any."""
    if not shown.strip():
        return True
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n"
        for line in shown.strip("\n").splitlines()
    )
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


def links(text: str) -> Iterator[str]:
    """Yield the targets of a page's links within the project."""
    for match in LINK.finditer(FENCE.sub("", text)):
        if "://" not in match["target"]:
            yield match["target"]


def heading_links(text: str) -> Iterator[tuple[str, str]]:
    """Yield each link to a heading within the project: the page, nothing where it is the same one, and the heading."""
    for match in HEADING_LINK.finditer(FENCE.sub("", text)):
        if "://" not in match["page"]:
            yield match["page"], match["heading"]


def headings(page: Path) -> set[str]:
    """Return what a link calls each heading of a page, as GitHub makes it from the heading's words."""
    found = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-") for words in found}
