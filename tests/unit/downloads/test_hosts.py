"""Which addresses are fetched from, however they are spelled."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable

import pytest

from headswap_tui.domain.errors import DownloadCancelled, UrlRefused
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules, Resolver, is_public, look_up, read_url
from headswap_tui.downloads.trouble import Again

PUBLIC = "93.184.216.34"


def rules(answers: dict[str, list[str]] | None = None, api_host: str = "openapi.example", *allowed: str) -> HostRules:
    """Names resolve as `answers` says, else literals to themselves by the system, which needs no network."""

    def resolve(host: str, port: int) -> Iterable[str]:
        if answers and host in answers:
            return answers[host]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [str(entry[4][0]) for entry in found]

    return HostRules(api_host, allowed, Resolver(resolve))


def check(url: str, given: HostRules) -> tuple[str, ...]:
    return given.addresses(read_url(url), 5.0, Control())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "no video address"),
        (42, "no video address"),
        ("", "no video address"),
        (" ", "no video address"),
        ("file:///etc/passwd", "not file"),
        ("ftp://host/v.mp4", "not ftp"),
        ("data:text/html,hello", "not data"),
        ("javascript:alert(1)", "not javascript"),
        ("//host/v.mp4", "has neither"),
        ("/v.mp4", "has neither"),
        ("v.mp4", "has neither"),
        ("http:///v.mp4", "no usable host"),
        ("http://", "no usable host"),
        ("http://host:99999/v.mp4", "no usable host or port"),
        ("http://host:0/v.mp4", "no usable host or port"),
        ("http://host:port/v.mp4", "cannot be read"),
        ("http://[::1/v.mp4", "cannot be read"),
        ("http://0177.0.0.1/v.mp4", "cannot be read"),
        ("http://①②⑦.⓪.⓪.①/v.mp4", "cannot be read"),
        ("http://%31%32%37.0.0.1/", "no usable host"),
        ("http://a b/v.mp4", "no usable host"),
        ("http://[fe80::1%25eth0]/", "no usable host"),
        ("https://user:pass@host/v.mp4", "user name or password"),
        ("https://user@host/v.mp4", "user name or password"),
        ("http://good.example\\@evil.example/", "user name or password"),
        ("http://host/v\n.mp4", "control or invisible"),
        ("http://host/v\r\nX-Injected: 1", "control or invisible"),
        ("http://host/\0", "control or invisible"),
        ("http://host/\x1b[2J", "control or invisible"),
        ("http://host/\u202egpj", "control or invisible"),
        ("http://ho\ud800st/", "control or invisible"),
        ("http://host/" + "a" * 70_000, "longer than 16,384 characters"),
    ],
)
def test_addresses_that_are_none_are_refused_in_words(url: object, words: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        read_url(url)
    assert words in refused.value.message
    assert len(refused.value.message) < 400


@pytest.mark.parametrize("url", ["https://user:hunter2@host/v.mp4?sig=s3cr3t", "http://host:99999/v.mp4?sig=s3cr3t#x"])
def test_a_refusal_shows_neither_query_nor_password(url: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        read_url(url)
    assert "s3cr3t" not in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_signed_address_is_read_without_touching_its_signature() -> None:
    target = read_url("https://CDN.example:8443/a%2Fb/v 1.mp4?X-Sig=a%2Bb%3D&e=1#top")
    assert (target.scheme, target.host, target.port) == ("https", "cdn.example", 8443)
    assert target.path == b"/a%2Fb/v%201.mp4?X-Sig=a%2Bb%3D&e=1"
    assert target.shown == "https://cdn.example:8443/a%2Fb/v%201.mp4"


def test_blanks_around_an_address_do_not_count() -> None:
    assert read_url("  https://host/v.mp4 ").url == "https://host/v.mp4"


def test_a_redirect_is_read_relative_to_where_it_came_from() -> None:
    assert read_url("/b?x=1", base="https://host/a").url == "https://host/b?x=1"
    with pytest.raises(UrlRefused):
        read_url("file:///etc/passwd", base="https://host/a")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "127.255.255.254",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[2002:7f00:1::]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a00:1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ],
)
def test_no_spelling_of_a_private_address_gets_through(host: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        check(f"http://{host}/v.mp4?sig=s3cr3t", rules())
    assert "not a public host" in refused.value.message
    assert "s3cr3t" not in str(refused.value)
    assert "allow_hosts" in refused.value.hint


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "::ffff:8.8.8.8", "64:ff9b::808:808", "2606:2800:220:1::1", "2002:808:808::1"],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_text_that_is_no_address_is_not_public() -> None:
    assert not is_public("cdn.example")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "fe80::1%2"],
)
def test_a_name_of_the_outside_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        check("https://cdn.example/v.mp4?sig=s3cr3t", rules({"cdn.example": [address]}))
    assert "cdn.example is not a public host" in refused.value.message
    assert "s3cr3t" not in str(refused.value)


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    given = rules({"cdn.example": [PUBLIC, "10.0.0.7"]})
    with pytest.raises(UrlRefused):
        check("https://cdn.example/v.mp4", given)


def test_a_public_name_gives_the_addresses_to_connect_to() -> None:
    assert check("https://cdn.example/v.mp4", rules({"cdn.example": [PUBLIC]})) == (PUBLIC,)


@pytest.mark.parametrize(
    "api_host", ["127.0.0.1", "127.0.0.1:8765", "http://127.0.0.1:8765", "localhost:1", "sim.test"]
)
def test_files_beside_a_private_api_are_allowed(api_host: str) -> None:
    answers = {"localhost": ["127.0.0.1"], "sim.test": ["127.0.0.1"], "api6.test": ["::1"]}
    assert check("http://127.0.0.1:9/v.mp4", rules(answers, api_host)) == ("127.0.0.1",)
    with pytest.raises(UrlRefused):
        check("http://10.0.0.1/v.mp4", rules(answers, api_host))
    with pytest.raises(UrlRefused):
        check("http://127.0.0.2/v.mp4", rules(answers, api_host))


@pytest.mark.parametrize("api_host", ["::1", "[::1]:8765"])
def test_a_private_api_may_have_an_ipv6_address(api_host: str) -> None:
    assert check("http://[::1]:9/v.mp4", rules(None, api_host)) == ("::1",)


@pytest.mark.parametrize("api_host", ["", "openapi.example", "not a host", "http://["])
def test_a_public_or_unknown_api_allows_nothing_private(api_host: str) -> None:
    with pytest.raises(UrlRefused):
        check("http://127.0.0.1/v.mp4", rules({"openapi.example": [PUBLIC]}, api_host))


def test_hosts_are_allowed_by_name_with_or_without_a_port() -> None:
    answers = {"nas.lan": ["192.168.1.5"]}
    assert check("http://NAS.lan./v.mp4", rules({"nas.lan.": ["192.168.1.5"]}, "x", "nas.lan")) == ("192.168.1.5",)
    assert check("http://nas.lan:81/v.mp4", rules(answers, "x", "nas.lan:81")) == ("192.168.1.5",)
    with pytest.raises(UrlRefused):
        check("http://nas.lan:82/v.mp4", rules(answers, "x", "nas.lan:81"))


def test_an_unknown_name_is_worth_another_try() -> None:
    def nowhere(_host: str, _port: int) -> Iterable[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(Again, match="was not found"):
        Resolver(nowhere).addresses("gone.example", 80, 5.0, Control())


def test_a_hanging_resolver_costs_its_time_limit_and_no_more_threads_than_allowed() -> None:
    let_go = threading.Event()

    def hang(_host: str, _port: int) -> Iterable[str]:
        let_go.wait()
        return [PUBLIC]

    resolver = Resolver(hang, at_once=2)
    try:
        for _ in range(2):
            with pytest.raises(Again, match="took longer"):
                resolver.addresses("slow.example", 80, 0.01, Control())
        with pytest.raises(Again, match="hang"):
            resolver.addresses("slow.example", 80, 0.01, Control())
    finally:
        let_go.set()


def test_stopping_ends_the_wait_for_a_hanging_resolver() -> None:
    asked, let_go, control = threading.Event(), threading.Event(), Control()

    def hang(_host: str, _port: int) -> Iterable[str]:
        asked.set()
        let_go.wait()
        return [PUBLIC]

    def stop() -> None:
        asked.wait(10)
        control.stop()

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        with pytest.raises(DownloadCancelled):
            Resolver(hang).addresses("slow.example", 80, 60.0, control)
    finally:
        let_go.set()
        stopper.join()


def test_the_system_resolver_is_asked_for_addresses() -> None:
    assert look_up("127.0.0.1", 80) == ["127.0.0.1"]
