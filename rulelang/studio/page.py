"""Writes the studio: a page that runs rulelang in any browser, with Python and everything else inside it.

The parts that are the same for everybody are built once, from `web/`, into `built/`. The page contains this very
package with its rulesets, so that it decides like the command line that wrote it.
"""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Final

from rulelang.analysis.loading import loaded
from rulelang.compiler.locations import LOCK_FILE, rulesets_folder
from rulelang.data.write import whole_file
from rulelang.studio.session import LEAS, first_ruleset
from rulelang.studio.tried_on import made_up_files
from rulelang.version import VERSION

PACKAGE: Final = Path(__file__).resolve().parent.parent
BUILT: Final = PACKAGE / "studio" / "built"
SOURCES: Final = PACKAGE / "studio" / "web" / "src"

PURE_LIBRARIES: Final = ("attr", "attrs", "six", "xlrd", "xlsxwriter")
"""The libraries that the package, the solver and workbooks need in a page beside those that are built for it."""

NOT_IN_A_PAGE: Final = frozenset({"__pycache__", "cli", "lsp", "studio/web", "studio/built", LOCK_FILE})
"""What a page does without: years are closed where their files are, and a page is for trying what would be."""

_OLDEST: Final = (1980, 1, 1, 0, 0, 0)
OF_SOURCES: Final = "sources.sha256"
_OWN: Final = frozenset({"page.js", "page.css", OF_SOURCES})


def is_built() -> bool:
    """Return whether the parts of the page exist, and are of the sources beside them; a package has no sources."""
    if not SOURCES.is_dir():
        return (BUILT / "page.js").is_file()
    made_of = BUILT / OF_SOURCES
    return made_of.is_file() and made_of.read_text(encoding="ascii") == hash_of_sources()


def hash_of_sources() -> str:
    """Return the hash of the sources of the page, as `web/build.mjs` writes it beside what it makes of them."""
    every = sha256()
    for path in sorted(SOURCES.iterdir()):
        every.update(path.read_bytes())
    return every.hexdigest()


def studio_page() -> str:
    """Return the whole studio as one HTML page, which asks no server for anything.

    The same package gives the same page. FileNotFoundError if the parts are not built.
    """
    return _page([_within(name, content) for name, content in _parts().items()], reach="none")


def write_page(path: Path) -> Path:
    """Write the studio to a file and return it; DataError if it cannot be written."""
    return _write(path, studio_page().encode("utf-8"))


def write_folder(folder: Path) -> Path:
    """Write the studio as a folder for a web server, and return the page in it; DataError if it cannot be written.

    The parts are beside the page, so that a browser reads them once and keeps them.
    """
    parts = {f"{name}.part": gzip.compress(content, mtime=0) for name, content in _parts().items()}
    for name, content in parts.items():
        _write(folder / "parts" / name, content)
    beside = [
        f'<script type="application/gzip" data-part="{one.removesuffix(".part")}" data-src="parts/{one}"></script>'
        for one in parts
    ]
    return _write(folder / "index.html", _page(beside, reach="self").encode("utf-8"))


def _write(path: Path, content: bytes) -> Path:
    with whole_file(path) as aside:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
    return path


def _parts() -> Mapping[str, bytes]:
    """Return what Python needs in the page, by name."""
    parts = {path.name: path.read_bytes() for path in sorted(BUILT.iterdir()) if path.name not in _OWN}
    return {**parts, "rulelang.zip": python_files()}


def _page(parts: Sequence[str], reach: str) -> str:
    own = {name: (BUILT / name).read_text(encoding="utf-8") for name in ("page.js", "page.css")}
    return Template((PACKAGE / "studio" / "page.html").read_text(encoding="utf-8")).substitute(
        version=VERSION,
        reach=reach,
        style=own["page.css"],
        parts="\n".join(parts),
        script=own["page.js"].replace("</script", "<\\/script"),
    )


def _within(name: str, content: bytes) -> str:
    """Return a part of the page as an element that a browser does not run."""
    text = base64.b64encode(gzip.compress(content, mtime=0)).decode("ascii")
    return f'<script type="application/gzip" data-part="{name}">{text}</script>'


# ---- the package itself ----


def python_files() -> bytes:
    """Return this package, its rulesets and the libraries that it needs as an archive; equal files, equal bytes.

    It is not compressed: the page is, and better so.
    """
    return _archive(_files())


def sample_files() -> bytes:
    """Return the made-up state of the ruleset that the studio begins with, as an archive like the other."""
    with TemporaryDirectory() as home:
        made_up_files(loaded(first_ruleset()), Path(home), LEAS, lambda *_: None)
        return _archive(dict(_below(Path(home))))


def _archive(files: Mapping[str, Path]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, path in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _OLDEST), path.read_bytes())
    return held.getvalue()


def _files() -> Mapping[str, Path]:
    """Return the files of the archive by the names that they have there."""
    found = {f"rulelang/{name}": path for name, path in _below(PACKAGE)}
    found |= {f"rulelang/rulesets/{name}": path for name, path in _below(rulesets_folder())}
    for library in PURE_LIBRARIES:
        spec = find_spec(library)
        assert spec is not None  # noqa: S101  # nothing runs without them
        assert spec.origin is not None  # noqa: S101  # as above
        origin = Path(spec.origin)
        if origin.name != "__init__.py":  # `six` calls itself a package once it has been imported
            found[origin.name] = origin
        else:
            found |= {f"{library}/{name}": path for name, path in _below(origin.parent)}
    return found


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder, each with its path from there."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        parts = {*name.parts, *(parent.as_posix() for parent in name.parents)}
        if path.is_file() and not parts & NOT_IN_A_PAGE:
            yield name.as_posix(), path
