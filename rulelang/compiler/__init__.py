"""From rule files to rulesets: find, read, inherit, resolve, elaborate, lint."""

from rulelang.compiler.files import known_rulesets, rulesets_folder
from rulelang.compiler.load import load_ruleset, load_vocabulary

__all__ = ["known_rulesets", "load_ruleset", "load_vocabulary", "rulesets_folder"]
