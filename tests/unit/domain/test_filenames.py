"""Names from hostile text: always a plain, short, harmless base name with a video's extension."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.filenames import check_template, numbered, safe_file_name
from headswap_tui.domain.task import Detail, TaskId, TrackedTask

ID = TaskId("6a066dc58570ecbf64f761a5")


def named(file_name: str | None, template: str = "{file_name}", label: str | None = None) -> str:
    detail = Detail(
        status=3, created_ms=1_778_806_213_962, resolution="720p", model_name="akool-premium", file_name=file_name
    )
    return safe_file_name(template, TrackedTask(id=ID, added_ms=1, detail=detail, label=label))


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("swap.mp4", "swap.mp4"),
        ("Swap.MOV", "Swap.MOV"),
        ("clip.webm", "clip.webm"),
        ("noextension", "noextension.mp4"),
        ("run.exe", "run.exe.mp4"),
        ("archive.mp4.html", "archive.mp4.html.mp4"),
        ("../../etc/passwd", "passwd.mp4"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe.mp4"),
        ("/absolute/v.mp4", "v.mp4"),
        ("a/b", "b.mp4"),
        ("a/b/", "b.mp4"),
        ("CON", "_CON.mp4"),
        ("con.mp4", "_con.mp4"),
        ("Nul.tar.mp4", "_Nul.tar.mp4"),
        ("LPT9", "_LPT9.mp4"),
        ("COM¹.mp4", "_COM¹.mp4"),
        ("console.mp4", "console.mp4"),
        ("nul\0byte.mp4", "nulbyte.mp4"),
        ("new\nline\r.mp4", "new line.mp4"),
        ("tab\there.mp4", "tab here.mp4"),
        ("esc\x1b[31mred\x9b.mp4", "esc[31mred.mp4"),
        ("photo\u202e4pm.exe", "photo4pm.exe.mp4"),
        ("zero\u200bwidth\ufeff.mp4", "zerowidth.mp4"),
        ("lone\ud800surrogate.mp4", "lonesurrogate.mp4"),
        ("line\u2028separator.mp4", "line separator.mp4"),
        ("", f"{ID}.mp4"),
        (None, f"{ID}.mp4"),
        (".", f"{ID}.mp4"),
        ("..", f"{ID}.mp4"),
        ("...mp4", f"{ID}.mp4"),
        (".mp4", f"{ID}.mp4"),
        (" ", f"{ID}.mp4"),
        ("/", f"{ID}.mp4"),
        ("\u202e\u200b", f"{ID}.mp4"),
        ("___", f"{ID}.mp4"),
        (".hidden.mp4", "hidden.mp4"),
        ("-rf.mp4", "rf.mp4"),
        ("~root.mp4", "root.mp4"),
        ("trailing dots...", "trailing dots.mp4"),
        ("trailing spaces   ", "trailing spaces.mp4"),
        ("dots before. . .mp4", "dots before.mp4"),
        ('<>:"|?*.mp4', f"{ID}.mp4"),
        ('what?"now".mp4', "what__now_.mp4"),
        ("cafe\u0301.mp4", "caf\u00e9.mp4"),
        ("видео 1.mp4", "видео 1.mp4"),
        ("🎬 take.mp4", "🎬 take.mp4"),
    ],
)
def test_hostile_names_become_plain_ones(file_name: str | None, expected: str) -> None:
    assert named(file_name) == expected


def test_three_hundred_wide_characters_are_cut_at_a_character() -> None:
    name = named("字" * 300 + ".mkv")
    assert name == "字" * 65 + ".mkv"
    assert len(name.encode()) <= 200


@given(
    st.text(max_size=400), st.text(max_size=40), st.sampled_from(["{file_name}", "{label}", "{id} {label}{file_name}"])
)
def test_no_text_leads_out_of_the_directory_or_past_the_limit(file_name: str, label: str, template: str) -> None:
    name = named(file_name, template, label=label)
    assert 0 < len(name.encode()) <= 200
    assert Path(name).name == name
    assert not set('/\\<>:"|?*') & set(name)
    assert not name.startswith((".", "-", "~", " "))
    assert name.lower().endswith((".mp4", ".mov", ".webm", ".mkv", ".m4v"))
    assert not any(unicodedata.category(character)[0] == "C" for character in name)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{id}", f"{ID}.mov"),
        ("{label}-{id}", f"for Ann-{ID}.mov"),
        ("{file_name}-{resolution}", "swap-720p.mov"),
        ("{created:%Y-%m-%d} {file_name}", "2026-05-15 swap.mov"),
        ("{created}", "2026-05-15.mov"),
        ("{model_name}.mkv", "akool-premium.mkv"),
        ("{{{id}}}", "{" + ID + "}.mov"),
    ],
)
def test_templates_are_filled(template: str, expected: str) -> None:
    assert named("swap.mov", template, label="for Ann") == expected


@pytest.mark.parametrize("template", ["{created:%H/%M}", "{id.__class__}", "{file_name", "{nope}", ""])
def test_a_wrong_template_gives_the_id(template: str) -> None:
    assert named("swap.mov", template) == f"{ID}.mp4"


def test_separators_in_a_label_do_not_cut_it_off() -> None:
    assert named("x.mp4", "{label}", label="client/scene 1") == "client_scene 1.mp4"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", "found nothing"),
        ("  ", "found nothing"),
        ("{nope}", "found {nope}"),
        ("{}", "found {}"),
        ("{0}", "found {0}"),
        ("{id.__class__.__mro__}", "with any of {id}"),
        ("{id[0]}", "with any of {id}"),
        ("{id!r}", "no conversions"),
        ("{id:>40}", "format only for {created:...}"),
        ("{created:%Y/%m}", "found a path"),
        ("{created:{id}}", "no field within"),
        ("sub/{id}", "found a path"),
        ("sub\\{id}", "found a path"),
        ("{id", "'{id'"),
        ("id}", "'id}'"),
    ],
)
def test_wrong_templates_are_refused_in_words(template: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_template(template)
    assert words in str(refused.value)


def test_numbers_stay_within_the_limit() -> None:
    names = numbered("字" * 65 + ".mp4")
    first, second = next(names), next(names)
    assert first == "字" * 65 + ".mp4"
    assert second.endswith(" (1).mp4")
    assert len(second.encode()) <= 200
