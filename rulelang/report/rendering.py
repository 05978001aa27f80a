"""Renders the pages of reports and handbooks from the templates of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import jinja2

from rulelang.core.ruleset import Ruleset


class Render(Protocol):
    """Renders a template, by its name, with some values."""

    def __call__(self, name: str, values: Mapping[str, object]) -> str:
        """Return the page."""


def page_templates(ruleset: Ruleset, version: str) -> Render:
    """Return what renders pages about a ruleset, with its name, sources and fingerprint on each."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("rulelang.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )

    def render(name: str, values: Mapping[str, object]) -> str:
        return environment.get_template(name).render(ruleset=ruleset, version=version, **values)

    return render
