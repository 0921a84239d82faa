"""The table of commands: sound in itself, and the user's keys on top of it."""

from __future__ import annotations

from headswap_tui.ui.commands import BY_ID, COMMANDS, GROUPS, bindings, display, in_footer, keymap, markdown_table

SPECIFIED = {
    "a": "add",
    "d": "download",
    "D": "cancel_download",
    "enter": "detail",
    "e": "edit",
    "x": "remove",
    "z": "archive",
    "u": "undo",
    "r": "refresh",
    "R": "refresh_all",
    "p": "pause",
    "+": "faster",
    "-": "slower",
    "/": "filter",
    "s": "sort",
    "S": "reverse",
    "1": "view_all",
    "2": "view_active",
    "3": "view_completed",
    "4": "view_failed",
    "[": "previous_view",
    "]": "next_view",
    "space": "mark",
    "v": "mark_range",
    "A": "mark_all",
    "y": "copy_id",
    "Y": "copy_url",
    "o": "open",
    "n": "notify",
    "f": "next_failure",
    "F": "previous_failure",
    "J": "raw",
    "!": "failures",
    "c": "columns",
    "$": "insight",
    "w": "wrap",
    "?": "help",
    "f1": "help",
    ":": "palette",
    "ctrl+p": "palette",
    "ctrl+z": "suspend",
    "q": "quit",
    "j": "down",
    "k": "up",
    "g": "first",
    "G": "last",
    "ctrl+d": "half_down",
    "ctrl+u": "half_up",
    "esc": "leave",
}
TMUX_AND_SCREEN = {"ctrl+a", "ctrl+b"}
DESTRUCTIVE = {"remove"}


def keys_of_all() -> dict[str, str]:
    keys = keymap({}).keys
    return {display(key): name for name in keys for key in keys[name]}


def test_the_defaults_are_those_of_the_specification() -> None:
    assert SPECIFIED.items() <= keys_of_all().items()
    assert not TMUX_AND_SCREEN & keys_of_all().keys()


def test_ids_and_keys_are_given_once() -> None:
    assert len(BY_ID) == len(COMMANDS)
    assert keymap({}).problems == ()
    assert keymap({}).overrides == {}


def test_nothing_destructive_is_on_a_motion_key() -> None:
    moving = {key for command in COMMANDS if command.group == "Moving" for key in command.keys.split(",")}
    assert not moving & {key for name in DESTRUCTIVE for key in BY_ID[name].keys.split(",")}


def test_every_command_stands_in_a_group_and_has_words() -> None:
    assert {command.group for command in COMMANDS} == set(GROUPS)
    assert all(command.label and command.help.endswith((".", "`")) for command in COMMANDS)


def test_every_binding_has_the_commands_id() -> None:
    assert [binding.id for binding in bindings()] == [command.id for command in COMMANDS]
    assert all(binding.action == f"command('{binding.id}')" for binding in bindings())


def test_the_footer_ends_with_help_and_quit() -> None:
    assert [command.id for command in in_footer()][-2:] == ["help", "quit"]


def test_the_users_key_wins_and_the_loser_is_named() -> None:
    keys = keymap({"refresh": "d"})
    assert keys.keys["refresh"] == ("d",)
    assert keys.keys["download"] == ()
    assert keys.problems == ("keys: d is set for `refresh`, so `download` does not have it",)
    assert keys.overrides == {"refresh": "d", "download": "unbound"}


def test_keys_can_change_places() -> None:
    keys = keymap({"refresh": "d", "download": "r"})
    assert (keys.shown("refresh"), keys.shown("download"), keys.problems) == ("d", "r", ())


def test_of_two_wishes_for_a_key_the_first_command_has_it() -> None:
    keys = keymap({"edit": "Z", "add": "Z"})
    assert (keys.keys["add"], keys.keys["edit"]) == (("Z",), ())
    assert keys.problems == ("keys: Z is set for `add`, so `edit` does not have it",)


def test_several_keys_and_signs() -> None:
    keys = keymap({"filter": ["ctrl+f", "?"], "theme": "T", "sort": ","})
    assert keys.all_shown("filter") == "ctrl+f ?"
    assert keys.all_shown("help") == "f1"
    assert keys.keys["theme"] == ("T",)
    assert keys.keys["sort"] == ("comma",)


def test_an_unknown_id_is_named_and_the_rest_holds() -> None:
    keys = keymap({"dance": "z", "edit": "E"})
    assert keys.problems == ("keys: there is no command `dance`",)
    assert keys.shown("edit") == "E"


def test_the_markdown_table_has_every_command() -> None:
    lines = markdown_table().splitlines()
    assert len(lines) == 2 + len(COMMANDS)
    assert all(any(f"| `{command.id}` |" in line for line in lines) for command in COMMANDS)
