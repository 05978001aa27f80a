"""The syntax tree: rules as written, one frozen node for each construct of the grammar.

A node holds the words as they are; whether they make sense is the compiler's business. Every node carries its span,
outside equality, so that two files that differ only in layout have equal trees.
"""

from rulelang.syntax.tree.conditions import *
from rulelang.syntax.tree.statements import *
from rulelang.syntax.tree.words import *
