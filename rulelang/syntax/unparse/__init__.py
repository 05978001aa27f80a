"""Statements, conditions and tables of the syntax tree as text."""

from rulelang.syntax.unparse.expressions import condition
from rulelang.syntax.unparse.statements import sentence
from rulelang.syntax.unparse.words import BREAK, aligned

__all__ = ["BREAK", "aligned", "condition", "sentence"]
