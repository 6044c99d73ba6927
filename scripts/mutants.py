"""Small faults to put into a file, one at a time: the usual operators, over the syntax tree.

Left alone are what no test can see or should: docstrings, annotations, log lines, the texts
in a `raise`, type-checking imports, `__all__`, and lines marked `# pragma: no cover`.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.Pow: ast.Mult,
}  # fmt: skip
_LOG_NAMES: Final = frozenset({"log", "logging", "_log", "logger"})


@dataclass(frozen=True)
class Mutant:
    """One fault: where, what, and the tree that holds it."""

    path: Path
    lines: range
    what: str
    place: int
    kind: str
    text: str = field(repr=False)
    scope: str = ""
    uses: frozenset[int] = frozenset()
    """The lines that read the constant which is changed, over other constants too."""

    @property
    def name(self) -> str:
        """Say which fault this is, in one line; the same for the same text of the file."""
        return f"{self.path.name}:{self.lines.start}: {self.what} [{self.place}.{self.kind}]"

    @property
    def title(self) -> str:
        """Say it without numbers, so that it is the same fault when other lines change."""
        return f"{self.scope or 'module'}: {self.what}"

    def tree(self) -> ast.Module:
        """Return the file's tree with the fault in it."""
        tree = ast.parse(self.text)
        nodes = list(ast.walk(tree))
        _apply(tree, nodes[self.place], self.kind)
        return ast.fix_missing_locations(tree)


def mutants_of(path: Path) -> list[Mutant]:
    """Return every fault that these operators know for the file, in its order."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    untouched = _untouched(tree, text.splitlines())
    scopes = _scopes(tree)
    found = [
        Mutant(
            path,
            range(node.lineno, (node.end_lineno or node.lineno) + 1),
            _say(node, kind),
            place,
            kind,
            text,
            (scope := scopes.get(id(node), "")),
            _uses(tree, scope, scopes),
        )
        for place, node in enumerate(ast.walk(tree))
        if id(node) not in untouched and isinstance(node, (ast.expr, ast.stmt))
        for kind in _kinds(node)
    ]
    return sorted(found, key=lambda mutant: (mutant.lines.start, mutant.place, mutant.kind))


def _scopes(tree: ast.Module) -> dict[int, str]:
    """Return for every node below a class, a function or a constant its dotted name."""
    found: dict[int, str] = {}
    for step in tree.body:
        match step:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                found.update((id(below), name) for below in ast.walk(step))
    for node in ast.walk(tree):  # the outer ones come first, the inner ones overwrite them
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            name = ".".join(filter(None, (found.get(id(node), ""), node.name)))
            found.update((id(below), name) for below in ast.walk(node))
    return found


def _uses(tree: ast.Module, constant: str, scopes: dict[int, str]) -> frozenset[int]:
    """Return the lines within functions that read the constant, or one that is made of it."""
    made, lines = {constant}, set[int]()
    constants = {
        target.id
        for step in tree.body
        for target in (getattr(step, "target", None), *getattr(step, "targets", ()))
        if isinstance(target, ast.Name)
    }
    waiting = [constant] if constant in constants else []
    while waiting:
        name = waiting.pop()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                scope = scopes.get(id(node), "")
                if scope in constants - made:
                    made.add(scope)
                    waiting.append(scope)
                elif scope not in constants:
                    lines.add(node.lineno)
    return frozenset(lines)


def _kinds(node: ast.AST) -> Iterator[str]:
    """Yield the names of the faults that fit a node."""
    yield from _kinds_of_values(node) if isinstance(node, ast.expr) else _kinds_of_steps(node)


def _kinds_of_values(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARISONS:
            yield "compare"
        case ast.BoolOp():
            yield "and-or"
        case ast.UnaryOp(op=ast.Not()):
            yield "drop-not"
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield "arithmetic"
        case ast.Constant(value=bool()):
            yield "flip"
        case ast.Constant(value=int() | float()):
            yield "plus-one"
        case ast.Constant(value=str() | bytes()):
            yield "text"
        case ast.IfExp() if not _is_turned_by_another(node.test):
            yield "negate"


def _kinds_of_steps(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.If() | ast.While() if not _is_turned_by_another(node.test):
            yield "negate"
        case ast.Return(value=ast.expr() as value) if not _is_none_or_truth(value):
            yield "return-none"
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Raise():
            yield "remove"
        case ast.Break() | ast.Continue():
            yield "loop"


def _is_turned_by_another(test: ast.expr) -> bool:
    """Return whether negating the condition makes the same program as the fault of its own."""
    match test:
        case ast.UnaryOp(op=ast.Not()) | ast.Constant(value=bool()):
            return True
        case ast.Compare(
            ops=[ast.Eq() | ast.NotEq() | ast.In() | ast.NotIn() | ast.Is() | ast.IsNot()]
        ):
            return True
    return False


def _apply(tree: ast.Module, node: ast.AST, kind: str) -> None:
    changes: dict[str, Callable[[], ast.AST | None]] = {
        "compare": lambda: _swap_comparison(node),
        "and-or": lambda: _swap_boolean(node),
        "drop-not": lambda: getattr(node, "operand"),  # noqa: B009 - only a UnaryOp has this kind
        "arithmetic": lambda: _swap_arithmetic(node),
        "flip": lambda: ast.Constant(not _value(node)),
        "plus-one": lambda: ast.Constant(_value(node) + 1),
        "text": lambda: ast.Constant(_other_text(_value(node))),
        "negate": lambda: _negate(node),
        "return-none": lambda: ast.Return(ast.Constant(None)),
        "remove": ast.Pass,
        "nothing": lambda: None,
        "loop": lambda: ast.Continue() if isinstance(node, ast.Break) else ast.Break(),
    }
    new = changes[kind]()
    if new is not None:
        _replace(tree, node, ast.copy_location(new, node))


def _swap_comparison(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops = [_COMPARISONS[type(node.ops[0])]()]


def _swap_boolean(node: ast.AST) -> None:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _swap_arithmetic(node: ast.AST) -> None:
    if isinstance(node, ast.BinOp):
        node.op = _ARITHMETIC[type(node.op)]()


def _negate(node: ast.AST) -> None:
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        node.test = ast.UnaryOp(ast.Not(), node.test)


def _value(node: ast.AST) -> Any:
    return node.value if isinstance(node, ast.Constant) else None


def _other_text(value: object) -> str | bytes:
    # With a slash, since `safe="XX"` would leave `quote` as it is.
    if isinstance(value, bytes):
        return b"XX" + value + b"XX" if value else b"/XX"
    return f"XX{value}XX" if value else "/XX"


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return
            if isinstance(value, list) and any(each is old for each in value):
                value[:] = [new if each is old else each for each in value]
                return


def _untouched(tree: ast.Module, text: list[str]) -> set[int]:
    """Return the ids of the nodes that get no fault, with all below them."""
    roots = [root for node in ast.walk(tree) for root in (*_quiet(node), *_typing(node))]
    roots += [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and "pragma: no cover" in text[node.lineno - 1]
    ]
    return {id(below) for root in roots for below in ast.walk(root)}


def _quiet(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is for people only, or cannot be changed by itself."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__" | "log")]):
            yield node
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            if name in _LOG_NAMES:
                yield node
        case ast.Raise():
            below = ast.walk(node)
            yield from (each for each in below if _is_text(each))
        case ast.Assert(msg=ast.expr() as words):
            yield words
        case ast.JoinedStr():
            yield from (piece for piece in node.values if isinstance(piece, ast.Constant))
        case ast.FormattedValue(format_spec=ast.expr() as spec):
            yield spec


def _typing(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what only the type checker reads, decorators, and base classes."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            yield node
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
            yield annotation
        case ast.FunctionDef():
            yield from node.decorator_list
            if node.returns:
                yield node.returns
        case ast.ClassDef():
            yield from (*node.bases, *node.decorator_list)
        case ast.Subscript(value=ast.Name(id="Callable" | "Literal" | "tuple" | "dict")):
            yield node
        case ast.Call(func=ast.Name(id="cast" | "TypeVar"), args=[first, *_]):
            yield first


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_none_or_truth(node: ast.expr) -> bool:
    """None in the place of False is no fault, and in that of True the same as False."""
    return isinstance(node, ast.Constant) and (node.value is None or type(node.value) is bool)


def _say(node: ast.AST, kind: str) -> str:
    """Return the fault as `kind: before`, the text cut short."""
    shown = ast.unparse(copy.copy(node)).partition("\n")[0]
    return f"{kind}: {shown[:70]}"
