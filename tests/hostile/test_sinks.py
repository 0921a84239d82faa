"""Textual reads plain strings as markup in many places; none may be given one that is not written right there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import headswap_tui

UI: Final = Path(headswap_tui.__file__).parent / "ui"
WIDGETS: Final = frozenset(
    ["Static", "Label", "Button", "Checkbox", "RadioButton", "Option", "ListItem", "Tab", "TabPane", "Collapsible"]
)
CALLS: Final = frozenset(["update", "notify", "add_row", "add_column", "set_options", "add_option", "from_markup"])
TITLES: Final = frozenset(["border_title", "border_subtitle", "tooltip"])
LITERAL: Final = frozenset(["Content", "Text", "content", "block", "join", "assemble", "_prompt"])
"""What makes text that is never markup; `_prompt` is a method that returns a `Content`."""


def is_plain(node: ast.expr | None) -> bool:
    """Whether this can be no foreign string that is parsed: a constant without brackets, or text made literal."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and "[" not in node.value
    if isinstance(node, ast.GeneratorExp):
        return isinstance(node.elt, ast.Call) and called(node.elt) == "Option"
    return node is None or (isinstance(node, ast.Call) and called(node) in LITERAL)


def called(node: ast.Call) -> str:
    """The bare name of what is called."""
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def forbidden(source: str) -> Iterator[int]:
    """Lines on which a string that is not literal goes where markup is parsed."""
    sinks = WIDGETS | CALLS - (set() if "textual.widgets import" in source else {"update"})
    nodes = list(ast.walk(ast.parse(source)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    told_not_to = {inner for call in calls if is_without_markup(call) for inner in ast.walk(call)}
    for node in nodes:
        if isinstance(node, ast.Assign):
            attributes = {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
            if attributes & TITLES and not is_plain(node.value):
                yield node.lineno
        elif (
            isinstance(node, ast.Call)
            and called(node) in sinks
            and node not in told_not_to
            and not all(is_plain(argument) for argument in node.args[:1])
        ):
            yield node.lineno


def is_without_markup(call: ast.Call) -> bool:
    """Whether it says `markup=False`, to itself or to a list about its options."""
    return any(word.arg == "markup" and ast.unparse(word.value) == "False" for word in call.keywords)


def test_no_string_is_parsed_as_markup() -> None:
    found = {
        f"{path.relative_to(UI)}:{line}"
        for path in UI.rglob("*.py")
        for line in forbidden(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_the_check_finds_what_it_is_for() -> None:
    bad = (
        "from textual.widgets import Static\nStatic(reason)\nbox.update(f'{name} failed')\napp.notify(text)\n"
        "box.border_title = name\nOption(prompt)\nStatic('[b]x')\n"
    )
    good = (
        "from textual.widgets import Static\nStatic('')\nbox.update(Content(name))\napp.notify(text, markup=False)\n"
        "box.border_title = Content(name)\nOption(content(row), id='x')\n"
    )
    assert sorted(forbidden(bad)) == [2, 3, 4, 5, 6, 7]
    assert list(forbidden(good)) == []
