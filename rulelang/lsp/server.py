"""The language server: the texts that an editor has open, and a check of each a moment after it has changed."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls import uris
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from rulelang.analysis.gather import Sources
from rulelang.compiler.locations import VOCABULARY_FILE
from rulelang.compiler.standing import bases_of
from rulelang.lsp.checking import Report, check, count, started_pool
from rulelang.lsp.converting import SOURCE, Converter
from rulelang.services.lenses import Counts
from rulelang.services.places import Text
from rulelang.services.problems import Problem, problems_of
from rulelang.services.workspace import Workspace
from rulelang.version import VERSION

DELAY: Final = 0.15
"""How many seconds after a change a text is checked, unless another change comes."""

PATIENCE: Final = 0.8
"""How many seconds a request waits at most for the check that it needs."""

DataOf = Callable[[Path], Sources | None]
"""Returns where the data of a rule file are, for the counts of LEAs; None if nobody has said."""


class RuleServer(LanguageServer):
    """A language server for rule files. `rules` holds what is open; `reports` what the last check of each has found."""

    def __init__(self, data_of: DataOf) -> None:
        super().__init__(SOURCE, VERSION, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.data_of = data_of
        self.rules = Workspace()
        self.converter = Converter(self.rules, {})
        self.reports: dict[Path, Report] = {}
        self.counts: dict[Path, Counts] = {}
        self.found: dict[Path, tuple[Text, list[Problem]]] = {}
        self.versions: dict[Path, int] = {}
        self.epoch = 0
        self._pending: list[Path] = []
        self._to_count: list[Path] = []
        self._news = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._pool: ProcessPoolExecutor | None = None

    # ---- texts ----

    def path_of(self, uri: str) -> Path:
        """Return the path of a document; one that is not a file has a name in the working folder."""
        found = uris.to_fs_path(uri) if uri.startswith("file:") else None
        return Path(found).resolve() if found else Path.cwd() / f"{uri.rpartition(':')[2].rpartition('/')[2]}.rules"

    def opened(self, uri: str, text: str, version: int) -> None:
        """Take in the text of a document, and schedule a check of it and of what builds on it."""
        path = self.path_of(uri)
        self.converter.uris[path] = uri
        self.versions[path] = version
        self.rules.open(path, text)
        self._check_soon(path)
        for other in [one for one in self.rules.texts if one != path and self._stands_on(one, path)]:
            self._pending.insert(0, other)

    def closed(self, uri: str) -> None:
        """Forget a document; its file counts again."""
        path = self.path_of(uri)
        self.rules.close(path)
        for kept in (self.reports, self.counts, self.found):
            kept.pop(path, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        self.converter.uris.pop(path, None)

    def files_changed(self) -> None:
        """Read every file again, because some may have changed, and check what is open."""
        self.epoch += 1
        self.rules.forget()
        for path in self.rules.texts:
            self._check_soon(path)

    def _stands_on(self, path: Path, other: Path) -> bool:
        return other.name == VOCABULARY_FILE or other in bases_of(path, self.rules.held)

    # ---- checks ----

    async def checked(self, path: Path) -> bool:
        """Return whether the current text of a file has been checked, after waiting a little for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not self._is_checked(path):
                    self._news.clear()
                    await self._news.wait()
        return self._is_checked(path)

    def _is_checked(self, path: Path) -> bool:
        return path in self.found and self.found[path][0] is self.rules.texts.get(path)

    def _check_soon(self, path: Path) -> None:
        self._pending = [*(one for one in self._pending if one != path), path]
        self._begin()

    def _begin(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._check_all())

    async def _check_all(self) -> None:
        """Check what has changed, the last change first, until nothing is left; then count."""
        while self._pending or self._to_count:
            await asyncio.sleep(DELAY)
            try:
                if self._pending:
                    await self._check(self._pending.pop())
                elif self._to_count:
                    await self._count(self._to_count.pop())
            except BrokenProcessPool:
                self._pool = None
                self._log("the process for checks has ended, and another takes its place")
            except Exception:  # noqa: BLE001  # whatever it is, the next text is to be checked
                self._log(f"sorry, this is a fault in rulelang and not in your rules:\n{traceback.format_exc()}")

    def _log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    async def _check(self, path: Path) -> None:
        text = self.rules.texts.get(path)
        if text is None:
            return
        report = await asyncio.get_running_loop().run_in_executor(self.pool(), check, path, self.rules.held, self.epoch)
        if self.rules.texts.get(path) is not text:
            return  # it has changed meanwhile, and is checked again
        problems = problems_of(self.rules, path, report.diagnostics)
        self.reports[path], self.found[path] = report, (text, problems)
        self._news.set()
        shown = [self.converter.diagnostic(text, one) for one in problems]
        said = types.PublishDiagnosticsParams(self.converter.uri(path), shown, self.versions.get(path))
        self.text_document_publish_diagnostics(said)
        self._refresh_lenses()
        self._to_count = [*(one for one in self._to_count if one != path), path]

    async def _count(self, path: Path) -> None:
        sources = self.data_of(path)
        if sources is None or path not in self.rules.texts:
            return
        counts = await asyncio.get_running_loop().run_in_executor(
            self.pool(), count, path, self.rules.held, self.epoch, sources
        )
        if counts is not None and counts != self.counts.get(path):
            self.counts[path] = counts
            self._refresh_lenses()

    def _refresh_lenses(self) -> None:
        if get_capability(self.client_capabilities, "workspace.code_lens.refresh_support", default=False):
            self.workspace_code_lens_refresh(None)

    def pool(self) -> ProcessPoolExecutor:
        """Return the process for checks."""
        if self._pool is None:
            self._pool = started_pool()
        return self._pool

    def end(self) -> None:
        """End the process for checks."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
