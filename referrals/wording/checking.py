"""What a wording may be made of, and what is wrong with one that is made of something else.

Only text, `{{ field }}`, and `{% if %}`, `elif`, `else`, `endif` over fields with `and`, `or`, `not`, and
`==` or `!=` against a text in quotes. Everything else is refused when it is saved: each piece is looked
at by itself, so that the message can quote it, and then the whole once more against the same list.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .fields import FIELDS

MOST_CHARACTERS = 4_000
MOST_PIECES = 80
DEEPEST = 6
_QUOTED = 60  # characters of a piece that a message repeats

# Nothing to call, test with or filter by is left in it: what is not there cannot be reached.
SANDBOX = ImmutableSandboxedEnvironment(autoescape=False, cache_size=0)
for _offered in (SANDBOX.globals, SANDBOX.filters, SANDBOX.tests):
    _offered.clear()

_TAGS = {
    "for": "loop",
    "set": "set",
    "do": "set",
    "with": "set",
    "include": "include",
    "import": "include",
    "from": "include",
    "extends": "include",
    "block": "include",
    "macro": "macro",
    "call": "macro",
    "filter": "filter",
    "raw": "raw",
}
_EXPRESSIONS: dict[type[nodes.Node], str] = {
    nodes.Getattr: "attribute",
    nodes.Getitem: "attribute",
    nodes.Call: "call",
    nodes.Filter: "filter",
    nodes.Test: "test",
    nodes.CondExpr: "choice",
    nodes.BinExpr: "calculation",
    nodes.UnaryExpr: "calculation",
    nodes.Concat: "calculation",
    nodes.Const: "constant",
    nodes.Compare: "comparison",
    nodes.List: "list",
    nodes.Tuple: "list",
    nodes.Dict: "list",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its `code`, the `piece` as typed, its `line`, what may have been meant."""

    code: str
    line: int = 1
    piece: str = ""
    suggestion: str = ""


class _Refused(Exception):
    def __init__(self, code: str, *, suggestion: str = "") -> None:
        super().__init__(code)
        self.code, self.suggestion = code, suggestion


def check(text: str, kind: str) -> list[Problem]:
    """Return what is wrong with a wording of this kind, in the order of the text; nothing if it is fit.

    Never raises for a text, whatever is in it.
    """
    if len(text) > MOST_CHARACTERS:
        return [Problem("too_long")]
    pieces, problems = _pieces_of(text)
    problems += [found for piece in pieces if (found := _problem_of(piece, kind))]
    if not problems and len(pieces) > MOST_PIECES:
        problems = [Problem("too_many")]
    problems = problems or list(_problems_of_the_whole(text, kind))
    return sorted(problems, key=lambda one: one.line)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between one pair of marks, with the marks; `opening` is the kind of mark."""

    line: int
    opening: str
    source: str


def _pieces_of(text: str) -> tuple[list[_Piece], list[Problem]]:
    """Cut a text into its pieces, and say what stands astray between them."""
    pieces: list[_Piece] = []
    problems: list[Problem] = []
    begun, line, opening = "", 1, ""
    try:
        for at, sort, source in SANDBOX.lex(text):
            if sort == "data" and not begun:
                problems += _astray(at, source)
            elif sort.endswith("_begin"):
                begun, line, opening = source, at, sort.removesuffix("_begin")
            elif sort.endswith("_end"):
                pieces.append(_Piece(line, opening, (begun + source).strip()))
                begun = ""
            else:
                begun += source
    except TemplateSyntaxError as error:
        problems.append(Problem("unreadable", error.lineno, _line_of(text, error.lineno)))
        return pieces, problems
    if begun:
        problems.append(Problem("unclosed", line, _short(begun)))
    return pieces, problems


def _astray(line: int, text: str) -> Iterator[Problem]:
    for mark in ("}}", "%}", "#}"):
        if mark in text:
            yield Problem("astray", line + text[: text.index(mark)].count("\n"), mark)


def _line_of(text: str, number: int) -> str:
    lines = text.splitlines()
    return _short(lines[number - 1]) if 0 < number <= len(lines) else ""


def _short(piece: str) -> str:
    piece = " ".join(piece.split())
    return piece if len(piece) <= _QUOTED else piece[: _QUOTED - 1] + "…"


def _problem_of(piece: _Piece, kind: str) -> Problem | None:
    try:
        _refuse(piece, kind)
    except _Refused as refused:
        return Problem(refused.code, piece.line, _short(piece.source), refused.suggestion)
    except TemplateSyntaxError:
        return Problem("unreadable", piece.line, _short(piece.source))
    except RecursionError:
        return Problem("too_deep", piece.line, _short(piece.source))
    return None


def _refuse(piece: _Piece, kind: str) -> None:
    """Raise _Refused or TemplateSyntaxError unless the piece is one that a wording may have."""
    if piece.opening in ("comment", "raw"):
        raise _Refused(piece.opening)
    if piece.opening == "variable":
        inside = piece.source.strip("{}-+ \n\t")
        if not inside:
            raise _Refused("empty")
        _check_tree(SANDBOX.parse(piece.source), kind)
        return
    words = piece.source.strip("{}%-+ \n\t").split(None, 1)
    if not words:
        raise _Refused("empty")
    tag, rest = words[0], words[1] if len(words) > 1 else ""
    if tag in ("else", "endif") and not rest:
        return
    if tag not in ("if", "elif"):
        raise _Refused(_TAGS.get(tag, "tag"))
    if not rest:
        raise _Refused("empty")
    _check_tree(SANDBOX.parse(f"{{% if {rest} %}}{{% endif %}}"), kind)


def _problems_of_the_whole(text: str, kind: str) -> Iterator[Problem]:
    """Judge how the pieces stand together, and all of it once more as the engine reads it."""
    try:
        tree = SANDBOX.parse(text)
        _check_tree(tree, kind)
    except TemplateSyntaxError as error:
        code = "never_ends" if "nexpected end of template" in (error.message or "") else "no_if"
        yield Problem(code, error.lineno, _line_of(text, error.lineno))
    except RecursionError:
        yield Problem("too_deep")
    except _Refused as refused:
        yield Problem(refused.code, 1, "", refused.suggestion)


def _check_tree(tree: nodes.Template, kind: str) -> None:
    """Raise _Refused at the first node that is not on the list."""
    for node in tree.body:
        _check_statement(node, kind, 0)


def _check_statement(node: nodes.Node, kind: str, depth: int) -> None:
    if depth > DEEPEST:
        raise _Refused("too_deep")
    if type(node) is nodes.Output:
        for child in node.nodes:
            if type(child) is not nodes.TemplateData:
                _check_field(child, kind)
    elif type(node) is nodes.If:
        _check_condition(node.test, kind)
        for inner in (*node.body, *node.else_):
            _check_statement(inner, kind, depth + 1)
        for branch in node.elif_:
            _check_statement(branch, kind, depth)
    else:
        raise _Refused("tag")


def _check_condition(node: nodes.Node, kind: str) -> None:
    if type(node) in (nodes.And, nodes.Or):
        _check_condition(node.left, kind)  # type: ignore[attr-defined]
        _check_condition(node.right, kind)  # type: ignore[attr-defined]
    elif type(node) is nodes.Not:
        _check_condition(node.node, kind)
    elif type(node) is nodes.Compare:
        _check_comparison(node, kind)
    else:
        _check_field(node, kind)


def _check_comparison(node: nodes.Compare, kind: str) -> None:
    """A field beside a text in quotes, `==` or `!=`, one time."""
    if len(node.ops) != 1 or node.ops[0].op not in ("eq", "ne"):
        raise _Refused("comparison")
    sides = [node.expr, node.ops[0].expr]
    texts = [one.value for one in sides if type(one) is nodes.Const]
    fields = [one for one in sides if type(one) is not nodes.Const]
    if len(fields) != 1 or not isinstance(texts[0], str):
        raise _Refused("comparison")
    _check_field(fields[0], kind)
    known = FIELDS[fields[0].name].one_of  # type: ignore[attr-defined]
    if known and texts[0] not in known:
        raise _Refused("never_equal", suggestion=", ".join(known))


def _check_field(node: nodes.Node, kind: str) -> None:
    if type(node) is not nodes.Name:
        codes = [code for made, code in _EXPRESSIONS.items() if isinstance(node, made)]
        raise _Refused(codes[0] if codes else "expression")
    field = FIELDS.get(node.name)
    if field is None:
        near = difflib.get_close_matches(node.name.casefold(), FIELDS, n=1, cutoff=0.5)
        raise _Refused("unknown", suggestion=near[0] if near else "")
    if not field.is_for(kind):
        raise _Refused("private" if field.private and kind == "email" else "not_here")
