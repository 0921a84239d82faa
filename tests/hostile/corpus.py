"""Strings that somebody might send to harm whoever shows, stores, exports or pastes them.

What a terminal would obey is chosen so that it is told from what the dashboard itself sends: it blinks (SGR 5), moves
beyond the window, or uses a sequence that nothing of ours ever uses.
"""

from __future__ import annotations

from typing import Final

MARKUP: Final = (
    "[/]", "[/b]", "[b]", "[red]x", "[/data/in/x.mp4] not found", "[@click=app.quit]click[/]", "[@click=app.bell()]",
    "[@click=\"app.copy_to_clipboard('PWNED')\"]x[/]", "[link=https://evil.example]x[/link]", "[ERROR] failed",
    "[code=503 msg='x] y']", "[$error]", "[bold", "]", "\\[b]", "\\", "[[", ":smile:", "[blink]x[/blink]",
    "<b>x</b>", "&amp;", "**x** `y` [z](https://evil.example)", "# x", "{0} {id.__class__} {x!r}", "%s %(x)d %n",
)  # fmt: skip
SEQUENCES: Final = (
    "\x1b[2J\x1b[3J", "\x1b[5mblinks", "\x1b[31;5mred", "\x1b[999;999HPWNED", "\x1b[1;1;1H", "\x1b[99A\x1b[99B",
    "\x1b[?1049l", "\x1b[?1049h", "\x1b[?47h", "\x1b[?5h", "\x1b[20h", "\x1b[4h", "\x1b[21t", "\x1b[8;1;1t", "\x1b[c",
    "\x1b[>c", "\x1b[5n", "\x1b[>0q", "\x1b[?15n", "\x1b[2;3r", "\x1b[1;5y", "\x1b[!p", "\x1b[5i", "\x1b[0 q",
    "\x1bc", "\x1b#8", "\x1b(0", "\x1b7\x1b8", "\x1bM\x1bD\x1bE", "\x1bZ", "\x1b=\x1b>", "\x1b[", "\x1b", "x\x1b",
    "\x1b]0;PWNED\x07", "\x1b]2;PWNED\x1b\\", "\x1b]2;PWNED", "\x1b]52;c;UFdORUQ=\x07", "\x1b]52;c;?\x07",
    "\x1b]9;PWNED\x07", "\x1b]777;notify;PWNED;x\x07", "\x1b]99;;PWNED\x1b\\", "\x1b]8;;https://evil.example\x1b\\x",
    "\x1b]4;1;red\x07", "\x1b]10;?\x07", "\x1b]1337;File=name=eA==:AAAA\x07", "\x1b]50;x\x07", "\x1b]133;A\x07",
    "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1bPtmux;\x1b\x1b]0;PWNED\x07\x1b\\", "\x1bPq#0~\x1b\\",
    "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x1b^PWNED\x1b\\", "\x1bXPWNED\x1b\\", "\x1bkPWNED\x1b\\",
    "\x9b2J", "\x9b5mblinks", "\x9d0;PWNED\x9c", "\x9d52;c;UFdORUQ=\x9c", "\x90$qm\x9c", "\x9f\x9c",
    "\x98x\x9c", "\x9e",
    "\x85", "\x8e\x8f", "\x07" * 20, "\x0e\x0f", "\x05", "\x08" * 40 + "PWNED", "\x7f" * 5, "a\x00b", "\x00",
)  # fmt: skip
LINES: Final = (
    "one\ntwo\nthree", "\n" * 200, "one\rPWNED", "one\r\ntwo", "a\tb\tc", "\t" * 99, "a\v\fb", "a\x85b",
    "a\u2028b\u2029c",
    "x\n\x1b[5mheadswap-tui: all is well\n", " " * 300 + "x", "",
)  # fmt: skip
UNICODE: Final = (
    "gpj.\u202eexe", "\u202a\u202b\u202d\u202e", "a\u2066b\u2067c\u2068d", "\u200e\u200f\u061c",
    "\u05d0\u05d1 abc \u05d2",
    "zero\u200bwidth\u200c\u200d\u2060\ufeff", "soft\u00adhyphen", "\u034f\u17b4\u180e", "\u115f\u1160\u3164\uffa0",
    "e" + "\u0301" * 500, "Z" + "\u0336\u0337\u0338" * 60, "\u0301\u0302", "a\u20dd\u20e3", "\u1100\u1161\u11a8",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f44d\U0001f3ff",
    "\U0001f1e9\U0001f1ea", "1\ufe0f\u20e3",
    "\u2764\ufe0f\u2764\ufe0e", "\U000e0041\U000e007f", "\ufdfd\u0bf5", "\ue000\uf8ff", "\ufffe\uffff", "\U0010ffff",
    "half \ud83d", "\ude00 half", "\udcff\udc80", "\u6771\u4eac\u30bf\u30ef\u30fc", "\uff21\uff22",
    "\u2800\u00a0\u3000",
    "\ufff9a\ufffab\ufffb", "\u206a\u206f", "\U0001d173", "\ufb50\u0600\u06dd",
)  # fmt: skip
ELSEWHERE: Final = (
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", '=HYPERLINK("https://evil.example")', "\t=1", "'=1",
    ",;\"\n=1",
    "../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "CON", "nul.mp4", ".ssh", "~/.bashrc", "-rf", "--help",
    "$(touch PWNED)", "`touch PWNED`", "; touch PWNED", "| touch PWNED", "a/b", "x" * 300 + ".mp4", ".", "..", "...",
    "https://evil.example/?Signature=x", "javascript:alert(1)", "file:///etc/passwd", "null", "true", "NaN", "0",
    "'; DROP TABLE tasks; --", "</script><script>", "\ufeff{}", "\\u001b[5m", "\\x1b[5m",
)  # fmt: skip
ALL: Final = (*MARKUP, *SEQUENCES, *LINES, *UNICODE, *ELSEWHERE)
HUGE: Final = (
    "x" * 900_000, "\x1b[5m" * 100_000, "[b]" * 200_000, "a" + "\u0301" * 300_000, "\u6771" * 200_000, "\n" * 300_000,
    "\u202e" * 100_000, "\x00" * 100_000, "[" * 300_000, "\\" * 400_000,
)  # fmt: skip
"""Each alone nearly fills the largest answer that is taken."""
