"""Messages about the file of settings, rulelang.toml."""

from __future__ import annotations

from collections.abc import Sequence

from rulelang.diagnostics.catalogue.quote import quoted
from rulelang.diagnostics.diagnostic import Diagnostic
from rulelang.diagnostics.source import DataPlace
from rulelang.diagnostics.suggest import nearest


def settings_unreadable(path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "settings-unreadable",
        f"the settings cannot be read: {reason}",
        place=DataPlace(path),
        help='a setting is a name, `=` and a value in quotation marks, such as `format = "xlsx"`',
    )


def unknown_setting(path: str, name: str, known: Sequence[str]) -> Diagnostic:
    near = nearest(name, known)
    return Diagnostic(
        "unknown-setting",
        f"there is no setting {quoted(name)}",
        place=DataPlace(path),
        help=f"did you mean `{near}`?" if near else f"the settings are {', '.join(known)}",
    )


def wrong_setting(path: str, name: str, expected: str) -> Diagnostic:
    return Diagnostic(
        "wrong-setting",
        f"the setting `{name}` is not as it can be used",
        place=DataPlace(path),
        help=f"expected {expected}",
    )


def setting_leads_nowhere(path: str, name: str, value: str, near: str | None) -> Diagnostic:
    return Diagnostic(
        "setting-leads-nowhere",
        f"the setting `{name}` names {quoted(value)}, and there is no such file or folder",
        place=DataPlace(path),
        help=f"did you mean {quoted(near)}?" if near else "a path is read from the folder in which the settings stand",
    )
