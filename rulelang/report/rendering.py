"""Renders the pages of reports and handbooks from the templates of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import jinja2

from rulelang.core.ruleset import Ruleset
from rulelang.report.language import ENGLISH, Language, not_in_force, rules_called
from rulelang.report.theme import PLAIN, Theme


class Render(Protocol):
    """Renders a template, by its name, with some values."""

    def __call__(self, name: str, values: Mapping[str, object]) -> str:
        """Return the page."""


def page_templates(ruleset: Ruleset, version: str, language: Language = ENGLISH, theme: Theme = PLAIN) -> Render:
    """Return the renderer of pages about a ruleset in a language, with its name, sources and fingerprint on each.

    Templates write fixed phrases with `say` and `count`, and names with `name`.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("rulelang.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals |= {"say": language.say, "count": language.count, "language": language, "theme": theme}
    environment.filters |= {"name": language.name}
    names = {"rules_called": rules_called(ruleset, language), "not_in_force": not_in_force(ruleset, language)}
    shared = {"ruleset": ruleset, "version": version, **names}

    def render(name: str, values: Mapping[str, object]) -> str:
        return environment.get_template(name).render(**shared, **values)

    return render
