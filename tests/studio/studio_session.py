"""Asks a session of the studio as the page does, in JSON, without a browser."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

from attrs import define, field

from rulelang.studio.session import Session

LEAS = 12


@define
class Asking:
    """A session with a made-up state, and what it reported of its progress."""

    session: Session
    progress: list[tuple[str, int, int]] = field(factory=list)

    def ask(self, question: str, /, **given: object) -> Any:  # noqa: ANN401  # what JSON holds
        return json.loads(self.session.answer(question, json.dumps(given)))

    def results(self, text: str) -> dict[str, str]:
        """Return the tables of results as texts, by their names."""
        files = self.ask("results", text=text)
        return {name: b64decode(content).decode("utf-8") for name, content in files.items()}


def opened(home: Path, ruleset: str, text: str | None = None) -> tuple[Asking, str]:
    """Return a session in which a ruleset is open, and the ruleset's text."""
    progress: list[tuple[str, int, int]] = []
    asking = Asking(Session(home, lambda *done: progress.append(done)), progress)
    return asking, asking.ask("open", name=ruleset, text=text)["text"]
