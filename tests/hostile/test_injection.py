"""Hostile texts in every field and through every screen: the terminal gets nothing but what the dashboard means."""

from __future__ import annotations

import json
import re
import time
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from headswap_tui.domain.task import Detail, TaskId, TrackedTask
from headswap_tui.domain.text import safe
from headswap_tui.store.tasks import TaskStore
from tests.hostile import corpus
from tests.hostile.conftest import STORE
from tests.hostile.service import Service, task_id
from tests.hostile.wire import strange, strange_text, text_of
from tests.terminal import Terminal
from tests.ui.terminal.conftest import PROGRAM

COLUMNS: Final = 112
ROWS: Final = 40
COPY: Final = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
NOTIFY: Final = re.compile(r"\x1b\]9;([^\x07\x1b]*)\x1b\\")
ESC: Final = "\x1b[27u"
WORST: Final = "\x1b]0;PWNED\x07\x1b[5m[/b][@click=app.quit]\u202e\x9b5m{}"

PASTES: Final = (WORST, "\x9b5m\u202e\x00 6a066dc58570ecbf64f79999 \x1b[5m", "[/b]\n[@click=app.quit]x[/]")


class Walk(Terminal):
    """Presses one key after the other, each when the frame after the last one is out; what is sent is only kept."""

    def _feed(self) -> None:
        """No screen is built of it."""

    def press(self, *keys: str) -> None:
        """By the names of `KEYS` or as text."""
        for key in keys:
            self.send(key)
            waits = 1.0  # a key that changes nothing brings no frame
            while self.read(waits):
                waits = 0.02

    def until(self, words: str, *keys: str) -> None:
        """Press them; go on when these words were written in one go."""
        seen, end = len(self.output), time.monotonic() + 20
        self.press(*keys)
        while words not in text_of(bytes(self.output[seen:])):
            assert time.monotonic() < end, f"never written: {words}"
            self.read(0.1)

    def leave(self, key: str = ESC) -> None:
        """Leave a dialog or the filter: the main screen names its keys again."""
        self.until("a add", key)


@pytest.fixture
def settings(tmp_path: Path) -> None:
    """A configuration and themes that are as bad as the service."""
    place = tmp_path / "config" / "headswap-tui"
    (place / "themes").mkdir(parents=True)
    bad = json.dumps(WORST, ensure_ascii=False).replace("\x9b", "\\u009b")
    views = "".join(f"{json.dumps(name)} = 'tag:x'\n" for name in ("[/b]", "[@click=app.quit]", "a\x1b[5m\u202eb"))
    (place / "config.toml").write_text(
        f"[views]\n{views}[billing]\nprice_per_unit = 1\ncurrency = '[/b]'\n", encoding="utf-8"
    )
    (place / "themes" / "a\x1b[5m[b].toml").write_text("primary = 1", encoding="utf-8")
    (place / "themes" / "b.toml").write_text(f"name = {bad}\n[colors]\nprimary = 'red'\n", encoding="utf-8")
    (place / "themes" / "c.toml").write_text(f"[colors]\nprimary = {bad}\n", encoding="utf-8")


@pytest.fixture
def huge(home: Mapping[str, str], tmp_path: Path) -> None:
    """Some more in the list, each of which nearly fills a megabyte."""
    store = TaskStore.open(tmp_path / STORE)
    for number, text in enumerate(corpus.HUGE):
        detail = Detail(status=4, error_reason=text)
        store.add([TrackedTask(TaskId(task_id(9000 + number)), 1_700_000_000_000, text, detail=detail)])
    store.close()


def walk_everywhere(walk: Walk, service: Service) -> None:
    """Every row with its detail, and every dialog."""
    walk.until("theme a")
    walk.press("p", "g")
    for number in range(3, len(service.texts), 3):
        walk.press("jjj")
        if number % 30 == 3:
            walk.until("added_ms", "J")
            walk.leave()
            walk.until("Tags are words", "e")
            walk.leave()
            walk.press("y", "Y")
        elif number % 60 == 30:  # one of those with a file
            walk.until("It is on this machine", "o")
            walk.leave()
    walk.press("G", *"k" * 2 * len(corpus.HUGE))  # huge ones, and some that were refused
    walk.until("Failure desk", "!")
    walk.until("Sent a support note", *"jjjjjjjjjj", "y")
    walk.leave()
    walk.until("Saved as CSV", "$", "\t", "\t", "\t", "m", "c")
    walk.leave()
    for start in ("label:[", "tag:", "[/b]"):
        walk.press("/", start, "\t")
        walk.leave()
    for keys, words in ((":[r", "Go to"), ("c", "show or hide"), ("s", "Sort by")):
        walk.until(words, *keys)
        walk.leave()
    walk.until("Remove 2 tasks", *"g  x")
    walk.leave("n")
    for text in PASTES:
        pasted = f"\x1b[200~{text}\x1b[201~"
        walk.until("Add tasks", pasted)
        walk.press(pasted)
        walk.leave()
    service.ended = True
    walk.until(" more", "p")  # many ended: one message
    service.trouble = {"code": 1101, "msg": WORST + "\ud83d"}
    walk.until("R tries again", "R")
    walk.press("q")


def test_nothing_of_it_is_obeyed(home: Mapping[str, str], settings: None, huge: None, service: Service) -> None:
    environ = {
        **home,
        "ESCDELAY": "10",
        "HEADSWAP_UI_NOTIFY": "osc9",
        "HEADSWAP_UI_REFRESH_HZ": "2",
        "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22",
        "HEADSWAP_UI_FENCE": "false",
        "TEXTUAL_COLOR_SYSTEM": "\x1b[5m[/b]",
    }
    with Walk([PROGRAM], environ, columns=COLUMNS, rows=ROWS) as walk:
        walk_everywhere(walk, service)
        assert walk.wait_end(10) == 0
        output = bytes(walk.output)
    told = output.decode("utf-8", "surrogateescape")
    copied, notified = COPY.findall(told), NOTIFY.findall(told)
    expected = frozenset(
        [*(f"\x1b]9;{text}\x1b\\" for text in notified), *(f"\x1b]52;c;{text}\x07" for text in copied)]
    )
    assert strange(output, rows=ROWS, columns=COLUMNS, expected=expected) == []
    assert copied and notified
    for text in (*notified, *(b64decode(one).decode().replace("\n", "") for one in copied)):
        assert strange_text(text) == []
    text = text_of(output)
    unseen = [one for one in corpus.ALL if one.strip() and safe(one)[:12].strip() not in text]
    assert len(unseen) <= 5, unseen  # a changed part of a line may be written without its beginning
