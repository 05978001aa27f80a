"""rulelang.toml: what users would otherwise type with every command, looked up from the working folder upwards."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic, RulesError

FILE: Final = "rulelang.toml"

FORMAT: Final = "format"
OF_DATA: Final = ("data", "published", "group-counts")
"""The settings that say where the state's files are; plain records replace all of them."""

PARAMETERS: Final = {
    "ruleset": ("ruleset", "rulesets"),
    "data": ("folders",),
    "published": ("published",),
    "group-counts": ("group_counts",),
    "official": ("official",),
    "county": ("counties",),
    FORMAT: ("format_",),
}
"""The settings, and the parameters of commands that they set."""

WRITES_TABLES: Final = "evaluate"
"""The command that a format outside any command's table applies to."""


WRITES_RULES: Final = ("format", "lock")
"""The commands that write rule files, or beside them: these are to be named each time."""


class Settings(NamedTuple):
    """The settings of a file: those of every command, and those of one by its name. Paths are ready to be opened."""

    path: Path
    every: Mapping[str, Any]
    of_command: Mapping[str, Mapping[str, Any]]

    def defaults(self, command: str, parameters: Sequence[str], *, with_data: bool = True) -> dict[str, Any]:
        """Return the values for the parameters of a command; without data, where plain records take their place."""
        shared = {name: value for name, value in self.every.items() if name != FORMAT or command == WRITES_TABLES}
        found: dict[str, Any] = {}
        for name, value in {**shared, **self.of_command.get(command, {})}.items():
            if with_data or name not in OF_DATA:
                found.update(dict.fromkeys((one for one in PARAMETERS[name] if one in parameters), value))
        if isinstance(found.get("ruleset"), list) or command in WRITES_RULES:
            found = {one: value for one, value in found.items() if one not in PARAMETERS["ruleset"]}
        return found


def settings_from(start: Path, commands: Collection[str]) -> Settings | None:
    """Return the settings that apply in a folder: its own or those of the nearest folder above; None if there are none.

    Raises RulesError if the file cannot be read, or a setting is unknown or cannot be used.
    """
    for folder in (start, *start.parents):
        path = folder / FILE
        if path.is_file():
            return _read(path, commands)
    return None


def _read(path: Path, commands: Collection[str]) -> Settings:
    import tomllib

    shown = _shown(path)
    try:
        held = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refused([say.settings_unreadable(shown, "they are not saved as UTF-8")]) from None
    except OSError as error:
        raise _refused([say.settings_unreadable(shown, (error.strerror or "they cannot be opened").lower())]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused([say.settings_unreadable(shown, _in_our_words(str(error)))]) from None
    reader = _Reader(path, shown)
    tables = {name: value for name, value in held.items() if name in commands and isinstance(value, dict)}
    every = reader.values({name: value for name, value in held.items() if name not in tables}, commands)
    of_command = {name: reader.values(table, ()) for name, table in tables.items()}
    if reader.found:
        raise _refused(reader.found)
    return Settings(path, every, of_command)


def _in_our_words(error: str) -> str:
    text = error[:1].lower() + error[1:]
    return text.replace("(at ", "(").removesuffix(".")


def _refused(found: Sequence[Diagnostic]) -> RulesError:
    from rulelang.analysis.loading import refused

    return refused(*found)


def _shown(path: Path) -> str:
    return Path(os.path.relpath(path)).as_posix()


class _Reader:
    """Reads the values of one file, and keeps what is wrong with them."""

    def __init__(self, path: Path, shown: str) -> None:
        self.folder = path.parent
        self.shown = shown
        self.found: list[Diagnostic] = []

    def values(self, table: Mapping[str, object], commands: Collection[str]) -> dict[str, Any]:
        """Return the settings of a table that can be used."""
        known = [*PARAMETERS, *(f"[{one}]" for one in commands)]
        values: dict[str, Any] = {}
        for name, value in table.items():
            if name not in PARAMETERS:
                called = f"[{name}]" if isinstance(value, dict) else name
                self.found.append(say.unknown_setting(self.shown, called, known))
                continue
            listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
            texts = [one for one in listed if isinstance(one, str) and one]
            is_one = name in (FORMAT, "official")
            if not texts or len(texts) < len(listed) or (is_one and not isinstance(value, str)):
                several = "" if is_one else ", or a list of them in brackets"
                self.found.append(say.wrong_setting(self.shown, name, f"text in quotation marks{several}"))
                continue
            values[name] = self._made(name, texts)
        return values

    def _made(self, name: str, texts: Sequence[str]) -> object:
        match name:
            case "data":
                return list(self._paths(name, texts, Path.exists))
            case "published" | "group-counts":
                return list(self._paths(name, texts, Path.is_file))
            case "official":
                return next(self._paths(name, texts, Path.is_file), None)
            case "ruleset":
                named = [self._ruleset(text) for text in texts]
                return named[0] if len(named) == 1 else named
            case _:
                return texts[0] if name == FORMAT else list(texts)

    def _paths(self, name: str, texts: Sequence[str], is_wanted: Callable[[Path], bool]) -> Iterator[str]:
        for text in texts:
            path = self.folder / text
            if "\0" not in text and is_wanted(path):
                yield os.path.relpath(path)
            else:
                self.found.append(say.setting_leads_nowhere(self.shown, name, text, self._near(path, is_wanted)))

    def _near(self, path: Path, is_wanted: Callable[[Path], bool]) -> str | None:
        from rulelang.compiler.near_paths import near_path

        near = near_path(path, is_wanted) if "\0" not in str(path) else None
        return Path(os.path.relpath(near, self.folder)).as_posix() if near is not None else None

    def _ruleset(self, text: str) -> str:
        """Return a ruleset as commands take it: a path from here if there is such a file, else the name as given."""
        path = self.folder / text
        return os.path.relpath(path) if "\0" not in text and path.exists() else text
