"""From the parser's reductions to the syntax tree: one function for each construct of the grammar.

The functions are called while the grammar is parsed, with the children of the construct in order, each a `Word` or a
node already built. They look for children by what they are, so that optional words need no counting.
"""

from rulelang.syntax.build.conditions import ConditionBuilder
from rulelang.syntax.build.levels import ExpressionBuilder, LevelBuilder, NumberLineBuilder
from rulelang.syntax.build.names import NameBuilder
from rulelang.syntax.build.statements import StatementBuilder


class TreeBuilder(NameBuilder, ConditionBuilder, StatementBuilder, LevelBuilder, ExpressionBuilder, NumberLineBuilder):
    """Builds every construct of the grammar. It has no state, so one parser serves every thread."""

    example_statement = vocabulary_statement = StatementBuilder.statement
