"""Pictures in the terminal: what is chosen where, what is drawn, and what is sent beside the frames."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping

import pytest
from textual._compositor import ChopsUpdate
from textual.geometry import Region

from headswap_tui.preview.frames import Frame, Strip
from headswap_tui.ui.pictures.drawing import LEAST_ROWS, MOST_ROWS, Drawing, draw
from headswap_tui.ui.pictures.kind import Choice, Kind, Setting, choose
from headswap_tui.ui.pictures.library import Cell, cell_size
from headswap_tui.ui.pictures.overlaying import RESTORE, SAVE, Overlaying, Placed
from headswap_tui.ui.presentation.pieces import is_picture, line_width, plain

KITTY = {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}
CELL = Cell(10, 20, is_known=True)


def chosen(setting: Setting, environ: Mapping[str, str], *, colors: str = "truecolor") -> Choice:
    return choose(setting, environ, colors=colors, has_colors=True, is_ascii=False, installed=lambda: True)


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        ({}, "halfblock"),
        ({"TERM": "xterm-256color"}, "halfblock"),
        ({"TERM": "linux"}, "halfblock"),
        (KITTY, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1", "XTERM_VERSION": "XTerm(379)"}, "halfblock"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230804"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "210400"}, "halfblock"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "²"}, "halfblock"),
        (KITTY | {"SSH_CONNECTION": "::1 2 ::1 22"}, "halfblock"),
        ({"TERM": "foot", "SSH_TTY": "/dev/pts/1"}, "halfblock"),
        (KITTY | {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, "halfblock"),
        (KITTY | {"TERM": "screen-256color"}, "halfblock"),
        (KITTY | {"TERM": "screen", "STY": "1.pts"}, "halfblock"),
    ],
)
def test_what_auto_takes(environ: dict[str, str], kind: Kind) -> None:
    assert chosen("auto", environ) == Choice(kind)


@pytest.mark.parametrize("setting", ["halfblock", "sixel", "kitty"])
def test_the_setting_wins(setting: Kind) -> None:
    assert chosen(setting, {"TERM": "foot", "SSH_CONNECTION": "::1 2 ::1 22"}) == Choice(setting)
    assert chosen(setting, {"TERM": "xterm-256color"}, colors="256") == Choice(setting)


def test_kitty_s_pictures_do_not_go_through_tmux() -> None:
    assert chosen("kitty", KITTY | {"TMUX": "x"}) == Choice("halfblock")


def test_reasons_against_pictures() -> None:
    def why(setting: Setting = "auto", **but: object) -> str:
        usual = {"colors": "truecolor", "has_colors": True, "is_ascii": False, "installed": lambda: True}
        choice = choose(setting, KITTY, **(usual | but))  # type: ignore[arg-type]  # by name
        assert choice.kind is None
        return choice.why

    assert "ui.images" in why("off")
    assert "ASCII" in why("kitty", is_ascii=True)
    assert "NO_COLOR" in why(has_colors=False)
    assert "16 colours" in why(colors="standard")
    assert "16 colours" in why(colors=None)
    assert why(installed=lambda: False).endswith("pip install 'headswap-tui[preview]'")


def test_no_terminal_no_size_of_a_cell() -> None:
    with open("/dev/null", "rb") as nothing:
        assert cell_size(nothing.fileno()) == Cell(10, 20, is_known=False)


# -- drawing


def strip(width: int = 160, height: int = 90, count: int = 6) -> Strip:
    """Frames that are red above and blue below, a little more red in each."""
    half = height // 2
    return tuple(
        Frame(
            10.0 * number + 1,
            width,
            height,
            bytes((150 + number, 0, 0)) * width * half + bytes((0, 0, 200)) * width * (height - half),
        )
        for number in range(count)
    )


def drawn(made: Strip, kind: Kind = "halfblock", width: int = 48, rows: int = 30, cell: Cell = CELL) -> Drawing:
    pytest.importorskip("textual_image", reason="the extra `preview` is not installed")
    return draw(made, kind, width, rows, cell)


def pictures(drawing: Drawing) -> list[int]:
    """Heights of the rows of pictures."""
    shape = "".join("#" if is_picture(line) else " " for line in drawing.lines)
    return [len(part) for part in shape.split()]


def test_half_blocks_in_the_frame_s_colours() -> None:
    drawing = drawn(strip())
    top, bottom = drawing.lines[0], drawing.lines[5]
    assert top[0] == ("▀", "#960000#960000")
    assert bottom[0] == ("▀", "#0000c8#0000c8")
    assert (drawing.before, drawing.after, drawing.overlays) == ("", "", ())


@pytest.mark.parametrize("kind", ["halfblock", "sixel", "kitty"])
@pytest.mark.parametrize(
    ("width", "rows", "shape", "across"),
    [
        (48, 30, [6, 6], 2),
        (76, 9, [5], 4),
        (70, 30, [6, 6], 3),
        (40, 30, [5, 5], 2),
        (30, 30, [8, 8], 1),
        (20, 10, [6], 1),
        (3, 2, [1], 1),
    ],
)
def test_as_many_frames_as_there_is_room_for(kind: Kind, width: int, rows: int, shape: list[int], across: int) -> None:
    drawing = drawn(strip(), kind, width, rows)
    assert pictures(drawing) == shape
    assert all(line_width(line) <= width for line in drawing.lines)
    moments = [plain(line).split() for line in drawing.lines if not is_picture(line)]
    assert {len(row) for row in moments} == {across}
    if width > 10:
        assert moments[0][0] == "0:01"
        assert across == 1 or moments[-1][-1] == "0:51"


def test_upright_and_extreme_shapes_stay_in_bounds() -> None:
    for width, height in ((90, 160), (384, 1), (1, 384), (1, 1)):
        drawing = drawn(strip(width, height))
        assert all(1 <= rows <= MOST_ROWS for rows in pictures(drawing))
        assert all(line_width(line) <= 48 for line in drawing.lines)
    assert pictures(drawn(strip(90, 160), rows=5)) == [LEAST_ROWS]


def test_fewer_frames_than_room() -> None:
    assert pictures(drawn(strip(count=1))) == [9]


def test_sixels_stand_exactly_over_their_cells() -> None:
    drawing = drawn(strip(), "sixel")
    assert [(one.row, one.column) for one in drawing.overlays] == [(0, 0), (0, 24), (7, 0), (7, 24)]
    for one in drawing.overlays:
        assert one.data.startswith("\x1bP")
        assert one.data.endswith("\x1b\\")
        assert f'"1;1;{one.width * 10};{one.height * 20}' in one.data
        assert one.erase == ""
    assert drawing.lines == drawn(strip()).lines


def test_no_sixels_where_nobody_knows_how_many_cells_they_cover() -> None:
    assert drawn(strip(), "sixel", cell=Cell(10, 20, is_known=False)).overlays == ()


MESSAGE = re.compile(r"\x1b_G(?P<keys>[^;\x1b]*)(?:;(?P<payload>[^\x1b]*))?\x1b\\")


def test_kitty_gets_each_picture_once_and_is_asked_for_no_answer() -> None:
    from PIL import Image

    drawing = drawn(strip(), "kitty")
    messages = list(MESSAGE.finditer(drawing.before))
    assert "".join(match[0] for match in messages) == drawing.before
    sent: dict[str, str] = {}
    for match in messages:
        keys = dict(key.split("=") for key in match["keys"].split(","))
        assert (keys["f"], keys["q"]) == ("100", "2")
        assert len(match["payload"]) <= 4096
        sent[keys["i"]] = sent.get(keys["i"], "") + match["payload"]
    assert len(sent) == len(drawing.overlays) == 4
    for (number, data), one in zip(sent.items(), drawing.overlays, strict=True):
        assert Image.open(io.BytesIO(base64.b64decode(data))).size == (160, 90)
        assert one.data == f"\x1b_Ga=p,i={number},p=1,c={one.width},r={one.height},C=1,q=2\x1b\\"
        assert one.erase == f"\x1b_Ga=d,d=i,i={number},q=2\x1b\\"
        assert f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\" in drawing.after


# -- beside the frames

ONE = Placed(Region(50, 5, 20, 6), "ONE", "")
TWO = Placed(Region(71, 5, 20, 6), "TWO", "-TWO-")


def chops(*spans: tuple[int, int, int]) -> ChopsUpdate:
    """A frame of Textual's that paints these parts of lines."""
    return ChopsUpdate([], list(spans), [])


def test_a_picture_is_sent_when_its_cells_were_painted() -> None:
    over = Overlaying()
    assert over.after(object(), [ONE, TWO], []) == f"{SAVE}\x1b[6;51HONE\x1b[6;72HTWO{RESTORE}"
    for elsewhere in ((4, 0, 100), (11, 0, 100), (7, 0, 50), (7, 91, 99)):
        assert over.after(chops(elsewhere), [ONE, TWO], []) == ""
    assert over.after(chops((10, 40, 51)), [ONE, TWO], []) == f"{SAVE}\x1b[6;51HONE{RESTORE}"
    assert over.after(chops((0, 0, 9), (5, 90, 99)), [ONE, TWO], []) == f"{SAVE}\x1b[6;72HTWO{RESTORE}"


def test_what_lies_over_a_picture_stays_on_top() -> None:
    over, toast = Overlaying(), Region(60, 9, 40, 2)
    over.after(object(), [ONE, TWO], [])
    assert over.after(chops((9, 60, 99)), [ONE, TWO], [toast]) == "-TWO-"
    assert over.after(chops((9, 60, 99)), [ONE, TWO], [toast]) == ""
    assert over.after(chops((9, 60, 99)), [ONE, TWO], []) == f"{SAVE}\x1b[6;51HONE\x1b[6;72HTWO{RESTORE}"


def test_a_picture_that_moved_is_taken_from_where_it_was() -> None:
    over = Overlaying()
    over.after(object(), [TWO], [])
    moved = TWO._replace(region=TWO.region.translate((0, -1)))
    assert over.after(chops((4, 71, 91)), [moved], []) == f"-TWO-{SAVE}\x1b[5;72HTWO{RESTORE}"
    assert over.after(object(), [], []) == "-TWO-"
    assert over.after(object(), [], []) == ""
