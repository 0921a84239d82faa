"""Usual command lines are read without argparse, and never otherwise than argparse reads them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headswap_tui.__main__ import Doors
from headswap_tui.cli.commands import COMMANDS, CommandEntry
from headswap_tui.cli.parser import parse
from headswap_tui.cli.quick import parse_quickly

ID = "6a066dc58570ecbf64f761a5"
OPTIONS = "--json --state --tag --label --profile --config --timeout --all --force --tag=x --stat -v -h --help -- -1"
WORDS = (*OPTIONS.split(), "-", "", "queued", "failed", "no-state", "two words", ID, "show", "90")


def by_argparse(argv: Sequence[str]) -> dict[str, object] | None:
    try:
        return vars(parse(argv, Doors()))
    except SystemExit:
        return None


@pytest.mark.parametrize(
    "argv",
    [
        ["list"],
        ["list", "--json"],
        ["list", "--state", "queued", "--tag", "a b", "--state", "failed", "-v"],
        ["list", "--profile", "b", "--config", "/c.toml", "--data-dir", "d", "--base-url", "https://x.example"],
        ["show", ID],
        ["show", "--json", ID],
        ["show", ID, "--json", "--profile", "b"],
        ["label", ID, "a new name"],
        ["import", "--profile", "b", "a file"],
        ["config", "show"],
    ],
)
def test_a_usual_line_needs_no_argparse(argv: list[str]) -> None:
    args = parse_quickly(argv)
    assert args is not None
    assert vars(args) == by_argparse(argv)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["lst"],
        ["--profile", "b", "list"],
        ["list", "--help"],
        ["list", "-h"],
        ["list", "--stat", "queued"],
        ["list", "--state=queued"],
        ["list", "--state", "no-state"],
        ["list", "--state"],
        ["list", "--tag", "--json"],
        ["list", "more"],
        ["show"],
        ["show", ID, ID],
        ["show", "--", ID],
        ["wait", "--timeout", "90"],
        ["simulate", "--port", "0"],
        ["demo"],
    ],
)
def test_anything_else_is_left_to_argparse(argv: list[str]) -> None:
    assert parse_quickly(argv) is None


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(COMMANDS), st.lists(st.sampled_from(WORDS), max_size=5))
def test_both_read_the_same(entry: CommandEntry, words: list[str]) -> None:
    argv = [entry.name, *words]
    args = parse_quickly(argv)
    assert args is None or vars(args) == by_argparse(argv)
