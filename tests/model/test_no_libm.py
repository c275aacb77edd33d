"""The rules and the engines compute with + - * / and sqrt only, and count time in whole seconds.

The C library's transcendental functions differ between processors and numpy's between instruction
sets; a float clock loses seconds. None of them may appear in ``govsim.model`` or
``govsim.engines``. What may is named in ``EXACT``.
"""

import ast
from pathlib import Path

import numpy as np
import pytest

import govsim

ROOT = Path(govsim.__file__).parent
FILES = sorted(file for room in ("model", "engines") for file in (ROOT / room).rglob("*.py"))

EXACT = {"floor", "frexp", "ldexp", "sqrt"}
FORBIDDEN_MODULES = {"random", "secrets", "statistics", "cmath", "decimal", "scipy", "pandas"}
FORBIDDEN_CALLS = {"pow", "fsum", "hash"}
NUMPY_EXACT = {"minimum", "maximum", "floor", "sqrt"}
CLOCKS = {"now", "time", "moment", "due", "until", "ready", "starts", "ends", "begun", "finishes"}
WHOLE = {"int", "floor", "round", "len"}


class Reader(ast.NodeVisitor):
    """Walks one module and notes everything that is not allowed, by line."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []
        self.math: set[str] = set()
        self.numpy: set[str] = set()

    def note(self, node: ast.AST, what: str) -> None:
        self.found.append((getattr(node, "lineno", 0), what))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.split(".")[0]
            if top in FORBIDDEN_MODULES or alias.name == "numpy.random":
                self.note(node, f"import {alias.name}")
            if top == "math":
                self.math.add(alias.asname or alias.name)
            if top == "numpy":
                self.numpy.add(alias.asname or alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        top = (node.module or "").split(".")[0]
        if top in FORBIDDEN_MODULES:
            self.note(node, f"from {node.module}")
        for alias in node.names:
            if top == "math" and alias.name not in EXACT:
                self.note(node, f"math.{alias.name}")
            if top == "numpy" and (is_inexact(alias.name) or alias.name == "*"):
                self.note(node, f"numpy.{alias.name}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        home = getattr(node.value, "id", "")
        if home in self.math and node.attr not in EXACT:
            self.note(node, f"math.{node.attr}")
        if home in self.numpy and is_inexact(node.attr):
            self.note(node, f"numpy.{node.attr}")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Pow):
            self.note(node, "**")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.Pow):
            self.note(node, "**")
        if is_clock(node.target) and (isinstance(node.op, ast.Div) or divides(node.value)):
            self.note(node, "float time")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.assigned(target, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if is_clock(node.target) and getattr(node.annotation, "id", "") == "float":
            self.note(node, "float time")
        if node.value is not None:
            self.assigned(node.target, node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.assigned(node.target, node.value)
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        if node.arg in CLOCKS and getattr(node.annotation, "id", "") == "float":
            self.note(node, "float time")

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg in CLOCKS and divides(node.value):
            self.note(node.value, "float time")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", "")
        if name in FORBIDDEN_CALLS:
            self.note(node, name)
        if getattr(node.func, "attr", "") == "timeout" and any(divides(a) for a in node.args):
            self.note(node, "float time")
        self.generic_visit(node)

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        """One target gets one value; tuples are taken apart."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                self.assigned(one, its)
        elif is_clock(target) and divides(value):
            self.note(target, "float time")


def is_inexact(name: str) -> bool:
    """Whether numpy's thing of this name computes floats in ways that depend on the machine."""
    ufunc = isinstance(getattr(np, name, None), np.ufunc) and name not in NUMPY_EXACT
    return ufunc or name in {"random", "sum", "mean", "dot", "cumsum", "power"}


def is_clock(target: ast.expr) -> bool:
    return getattr(target, "id", getattr(target, "attr", "")) in CLOCKS


def divides(value: ast.expr) -> bool:
    """Whether an expression's own value comes from a division that nothing made whole again."""
    match value:
        case ast.BinOp(op=ast.Div()):
            return True
        case ast.Call(func=ast.Name(id=name)) if name in WHOLE:
            return False
        case ast.Compare() | ast.Lambda() | ast.Subscript():
            return False
        case ast.IfExp(body=one, orelse=other):
            return divides(one) or divides(other)
    return any(
        divides(child) for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)
    )


def forbidden(source: str) -> list[tuple[int, str]]:
    reader = Reader()
    reader.visit(ast.parse(source))
    return sorted(reader.found)


# ---------------------------------------------------------------- the lint


def test_there_is_something_to_read() -> None:
    names = {file.name for file in FILES}
    assert {"arithmetic.py", "laws.py", "residents.py", "handling.py", "city.py"} <= names


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_only_exact_arithmetic(file: Path) -> None:
    assert forbidden(file.read_text(encoding="utf-8")) == []


# ---------------------------------------------------------------- the lint's own proof

BAD = """\
import math
import math as m
import random
import numpy as np
import numpy.random
from math import exp, floor
from math import *
from numpy import log1p
from scipy.special import ndtri
x = 2.0 ** y
x **= 2
x = pow(x, 2)
x = math.gamma(x)
x = m.sin(x)
x = np.exp(draws)
x = np.random.default_rng()
now = a / b
self.now = now + a / b
time: float = 0
due, x = a / b, 1
ready += a / b
until /= 2
record(time=a / b)
env.timeout(a / b)
now = x if y else a / b
def f(now: float): return now
x = hash(y)
moment = max(a / b, 1)
"""

GOOD = """\
import math
import numpy as np
from math import floor, frexp, ldexp, sqrt
from govsim.model.arithmetic import exp, log
def f(**settings): return g(**settings)
x = a / b + math.sqrt(c) * exp(d)
now = int(a / b + 0.5)
until = now + floor(a / b) + c // d
time = after if x / y < 0.5 else before
self.now = now + DAY
share = now / DAY
records = np.zeros(5, dtype=np.int64)
x = np.maximum(a, b)
"""


def test_the_lint_sees_every_bad_line() -> None:
    allowed = {1, 2, 4}  # importing math or numpy is no sin by itself
    lines = set(range(1, len(BAD.splitlines()) + 1))
    assert {line for line, _ in forbidden(BAD)} == lines - allowed


def test_the_lint_leaves_good_lines_alone() -> None:
    assert forbidden(GOOD) == []
