"""How an office wants its pages to look: a folder with its name, its logo, and a style sheet of its own."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Final

from attrs import field

from rulelang.data.report import DataError
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.plain_data import frozen

OFFICE: Final = "office.txt"
STYLE: Final = "style.css"
LOGOS: Final = {"logo.svg": "image/svg+xml", "logo.png": "image/png", "logo.jpg": "image/jpeg"}
LARGEST: Final = 2_000_000
"""The most bytes of a file of a theme: it goes into every page."""


@frozen
class Theme:
    """An office's name, its logo with the kind of file it is, and its own style sheet; each may be missing."""

    office: str = ""
    logo: bytes = field(default=b"", repr=False)
    logo_type: str = ""
    style: str = ""

    @property
    def logo_link(self) -> str:
        """Return the logo as a link that has all of it, so that a page needs no other file; empty without a logo."""
        return f"data:{self.logo_type};base64,{b64encode(self.logo).decode()}" if self.logo else ""


PLAIN: Final = Theme()


def read_theme(folder: Path) -> Theme:
    """Return the theme in a folder.

    Raises DataError if it has none of the files of a theme, one that cannot be read, or a logo and no name of the
    office for people who cannot see it.
    """
    found = {name: _content(folder / name) for name in (OFFICE, STYLE, *LOGOS) if (folder / name).is_file()}
    if not found:
        raise DataError(
            say.unusable_theme(str(folder), f"it has none of the files {', '.join((OFFICE, STYLE, *LOGOS))}")
        )
    logo = next((name for name in LOGOS if name in found), "")
    office = _text(folder, found, OFFICE).strip()
    if logo and not office:
        raise DataError(say.unusable_theme(str(folder), f"`{logo}` has no words for people who cannot see it"))
    return Theme(office, found.get(logo, b""), LOGOS.get(logo, ""), _text(folder, found, STYLE).replace("</", r"<\/"))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError:
        raise DataError(say.unusable_theme(str(path.parent), f"`{path.name}` cannot be read")) from None
    if len(content) > LARGEST:
        raise DataError(
            say.unusable_theme(str(path.parent), f"`{path.name}` is larger than 2 MB, and would be in every page")
        )
    return content


def _text(folder: Path, found: dict[str, bytes], name: str) -> str:
    try:
        return found.get(name, b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(say.unusable_theme(str(folder), f"`{name}` is no text in UTF-8")) from None
