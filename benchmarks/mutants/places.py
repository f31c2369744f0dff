"""Where a module can be altered by one small fault, and its text with that fault.

The operators are mutmut's. What they are asked about is ours: module level,
classes and decorated functions too, because thresholds and tables stand there,
and one fault a place, so that texts with many spellings do not crowd out formulas.
"""

from __future__ import annotations

import hashlib
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.mutators import mutation_operators

# Hints are for readers and mypy; whether a value can be assigned to is mypy's too.
_UNSEEN = (
    m.Annotation()
    | m.Import()
    | m.ImportFrom()
    | m.Decorator(decorator=m.Call(func=m.Name("dataclass")))
    | m.Decorator(decorator=m.Name("overload"))
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Assert()
    | m.TypeAlias()
    | m.Raise(exc=m.Name("NotImplementedError"))
    | m.Call(func=m.Name("assert_never") | m.Name("TypeVar") | m.Name("cast"))
    | m.SimpleStatementLine(body=[m.Expr(value=m.SimpleString())])
)


@dataclass(frozen=True)
class Place:
    """One node that can be altered, and the fault chosen for it.

    Attributes:
        path: of the module, from the top of the project.
        where: qualified name of the function, class or constant; "" for the rest.
        occurrence: which of those that read alike in the same function.
        first, last: lines of the statement that holds it; tests that run one of
            them may notice. At import every test of the module may.
    """

    path: str
    where: str
    operator: str
    before: str
    after: str
    occurrence: int
    first: int
    last: int
    at_import: bool
    tree: cst.Module = field(repr=False, compare=False)
    node: cst.CSTNode = field(repr=False, compare=False)
    changed: cst.CSTNode = field(repr=False, compare=False)

    @property
    def module(self) -> str:
        """The dotted name the module is imported by."""
        name = self.path.removesuffix(".py").replace("/", ".")
        return name.removesuffix(".__init__")

    @property
    def key(self) -> str:
        """A name that outlives edits elsewhere in the module: no line numbers."""
        again = f" #{self.occurrence}" if self.occurrence else ""
        return (
            f"{self.module}:{self.where or '(module)'} {self.operator}{again} "
            f"| {self.before} -> {self.after}"
        )

    def source(self) -> str | None:
        """Return the module's text with the fault; None where that is no Python."""
        text = self.tree.deep_replace(self.node, self.changed).code
        if text == self.tree.code:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(text, self.path, "exec", dont_inherit=True)
        except SyntaxError:
            return None
        return text


def places_in(root: Path, path: str, seed: int) -> list[Place]:
    """Return every place of one module with a fault drawn for it by *seed*."""
    tree = cst.parse_module((root / path).read_text(encoding="utf-8"))
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    seeker = _Seeker()
    wrapper.visit(seeker)
    positions = wrapper.resolve(PositionProvider)
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for node, where, at_import in seeker.nodes:
        before = _text(tree, node)
        span = positions[_statement(node, seeker.parents)]
        drawn = _drawn(node, f"{seed}|{path}|{where}|{before}")
        if drawn is None:
            continue
        operator, changed = drawn
        after = _text(tree, changed)
        like = (where, operator, before, after)
        nth = seen[like]
        seen[like] += 1
        found.append(
            Place(
                path, where, operator, before, after, nth, span.start.line,
                span.end.line, at_import, tree, node, changed,
            )
        )  # fmt: skip
    return found


def _text(tree: cst.Module, node: cst.CSTNode) -> str:
    return " ".join(tree.code_for_node(node).split())


def rank(place: Place, seed: int) -> str:
    """Return the order of drawing: the same for a place whatever else is edited."""
    return hashlib.sha256(f"{seed}|{place.key}".encode()).hexdigest()


class _Seeker(cst.CSTVisitor):
    """Collects nodes the operators can alter, outermost first."""

    METADATA_DEPENDENCIES = (PositionProvider, ParentNodeProvider)

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[tuple[cst.CSTNode, str, bool]] = []
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._names: list[str] = []
        self._functions = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, _UNSEEN):
            return False
        parent = self.get_metadata(ParentNodeProvider, node, None)
        if parent is not None:
            self.parents[node] = parent
        if name := self._name(node):
            self._names.append(name)
        if any(isinstance(node, kind) for kind, _ in mutation_operators):
            self.nodes.append((node, ".".join(self._names), not self._functions))
        if isinstance(node, cst.IndentedBlock | cst.SimpleStatementSuite):
            self._functions += isinstance(parent, cst.FunctionDef)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.IndentedBlock | cst.SimpleStatementSuite):
            parent = self.parents.get(original_node)
            self._functions -= isinstance(parent, cst.FunctionDef)
        if self._name(original_node):
            self._names.pop()

    def _name(self, node: cst.CSTNode) -> str:
        """Return what a definition, or an assignment at import, calls itself."""
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            return node.name.value
        target = None
        if not self._functions and isinstance(node, cst.AnnAssign):
            target = node.target
        if not self._functions and isinstance(node, cst.Assign):
            target = node.targets[0].target
        return target.value if isinstance(target, cst.Name) else ""


def _statement(
    node: cst.CSTNode, parents: dict[cst.CSTNode, cst.CSTNode]
) -> cst.CSTNode:
    """Return the smallest statement, or head of a block, around *node*."""
    here = node
    while here in parents:
        above = parents[here]
        if isinstance(above, cst.SimpleStatementLine):
            return above
        if isinstance(above, cst.IndentedBlock | cst.Module):
            return node  # a whole block: its own lines
        if isinstance(
            above, cst.If | cst.While | cst.For | cst.With | cst.Match | cst.FunctionDef
        ):
            return here
        here = above
    return node


def _drawn(node: cst.CSTNode, salt: str) -> tuple[str, cst.CSTNode] | None:
    """Return one of the faults possible at *node*, drawn by *salt*."""
    faults = [
        (function.__name__.removeprefix("operator_"), changed)
        for kind, function in mutation_operators
        if isinstance(node, kind)
        for changed in function(node)
    ]
    if not faults:
        return None
    number = int(hashlib.sha256(salt.encode()).hexdigest(), 16)
    return faults[number % len(faults)]
