"""The mutants of a target, by cosmic-ray's operators, in an order that a seed decides."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from .targets import ROOT, Target

LEFT_OUT = re.compile(
    r"RemoveDecorator$"  # a dataclass without its decorator is no program
    r"|Variable(Inserter|Replacer)$"  # by random numbers, which no seed decides
    r"|Operator_Is(Not)?_(?!Is)|(?<!Is)(?<!IsNot)_Is(Not)?$"  # equal where Python interns, absurd elsewhere
)
# `KEPT_MAX = 100_000`: whether a limit or a duration is one more or less is no fault, and no test should hold it.
LIMIT = re.compile(r"[A-Z][A-Z_, ]* = ")


@dataclass(frozen=True)
class Mutant:
    """One change of one module.  Its key stays the same when other lines change."""

    target: Target
    module: str
    operator: str
    occurrence: int
    place: tuple[int, int]
    key: str
    source: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.key} {self.module}:{self.place[0]} {self.operator.rpartition('/')[2]}"

    def code(self) -> str:
        """The module's code with the change."""
        mutated: str = mutate_code(self.source, get_operator(self.operator)(), self.occurrence)
        return mutated

    def diff(self) -> str:
        """The change, without context."""
        lines = unified_diff(
            (ROOT / self.module).read_text().splitlines(), self.code().splitlines(), n=0, lineterm=""
        )
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))

    def matters(self) -> bool:
        """Whether it changes what is run: annotations are not, and some mutants are no Python."""
        return _program(self.code()) not in (_program(self.source), None)


def sample(target: Target, count: int, seed: int) -> list[Mutant]:
    """That many mutants, or all if there are fewer; one at a place, or the longest formula would have most of them.

    They are ranked by a hash, not shuffled: a change of one line leaves the mutants of the others in the sample.
    """
    ranked = sorted(candidates(target), key=lambda mutant: sha256(f"{seed} {mutant.key}".encode()).digest())
    chosen: dict[tuple[str, tuple[int, int]], Mutant] = {}
    for mutant in ranked:
        if len(chosen) == count:
            break
        if (mutant.module, mutant.place) not in chosen and mutant.matters():
            chosen[mutant.module, mutant.place] = mutant
    return list(chosen.values())


def candidates(target: Target) -> Iterator[Mutant]:
    """All that the operators can change; not all of it matters, and to find out takes long."""
    for module in target.paths():
        source = (ROOT / module).read_text()
        nodes, lines, seen = list(ast_nodes(get_ast(source))), source.splitlines(), Counter[str]()
        for name in sorted(operator_names()):
            if LEFT_OUT.search(name):
                continue
            operator = get_operator(name)()
            positions = [start for node in nodes for start, _ in operator.mutation_positions(node)]
            for occurrence, place in enumerate(positions):
                if name.endswith("NumberReplacer") and LIMIT.match(lines[place[0] - 1]):
                    continue
                words = f"{module} {name} {lines[place[0] - 1].strip()}"
                seen[words] += 1
                key = sha256(f"{words} {seen[words]}".encode()).hexdigest()[:8]
                yield Mutant(target, module, name, occurrence, place, key, source)


def _program(source: str) -> str | None:
    """What of a module is run, to be compared; None for what is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign():
                node.annotation = ast.Constant(0)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                node.returns = None
            case ast.arg():
                node.annotation = None
    return ast.dump(tree)
