"""From the parser's reductions to the syntax tree: one builder for each construct of the grammar, by its name.

The builders are called while the grammar is parsed, with the children of the construct in order, each a `Word` or the
result of another builder. They find children by type, so that optional words need no counting.
"""

from typing import Final

from rulelang.syntax.build import conditions, statements
from rulelang.syntax.build.children import Builders

BUILDERS: Final[Builders] = {**conditions.BUILDERS, **statements.BUILDERS}
