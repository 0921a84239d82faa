"""Which hosts a transfer ends up at: redirects, names that change their mind, TLS, proxies."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from headswap_tui.domain.errors import DownloadCancelled, TransferFailed, UrlRefused
from headswap_tui.downloads import wire
from headswap_tui.downloads.control import Control
from headswap_tui.downloads.hosts import HostRules, Resolver
from tests.contract.downloads.file_server import FileServer, Handler, Hosted, answer, mp4, running, send
from tests.contract.downloads.support import Place, resolving

VIDEO = mp4(200_000)
PUBLIC = "93.184.216.34"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key of 127.0.0.1, in one file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:cdn.test"]
    try:
        subprocess.run([*command, "-keyout", str(path), "-out", f"{path}.crt"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl to make a certificate with")
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[FileServer]:
    """A file host that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(context) as one:
        yield one


@pytest.fixture
def trusting(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The user told us to trust that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    wire.tls_context.cache_clear()
    yield
    wire.tls_context.cache_clear()


def redirecting(server: FileServer, path: str, location: str, status: int = 302) -> None:
    server.host(path, b"", answer(status, Location=location, Set_Cookie="tracked=1"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_within_a_host(status: int, place: Place, server: FileServer) -> None:
    redirecting(server, "/a", "/b?x=1", status)
    redirecting(server, "/b", "v.mp4", status)
    server.host("/v.mp4", VIDEO)
    assert place.fetch(server.url("/a")).path.read_bytes() == VIDEO
    assert server.seen == ["/a", "/b?x=1", "/v.mp4"]


def test_a_redirect_to_another_host_carries_nothing_along(place: Place, server: FileServer) -> None:
    with running() as other:
        redirecting(server, "/a", other.url("/v.mp4"))
        hosted = other.host("/v.mp4", VIDEO)
        assert place.fetch(server.url("/a")).path.read_bytes() == VIDEO
    assert hosted.requests[0].keys() == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_five_redirects_are_followed_and_a_sixth_is_not(place: Place, server: FileServer) -> None:
    for hop in range(6):
        redirecting(server, f"/{hop}", f"/{hop + 1}")
    server.host("/6", VIDEO)
    assert place.fetch(server.url("/1")).path.read_bytes() == VIDEO
    with pytest.raises(UrlRefused, match="More than 5 redirects"):
        place.fetch(server.url("/0"), task_id="b" * 24)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://10.0.0.1/v.mp4?sig=s3cr3t", "not a public host"),
        ("http://169.254.169.254/latest/meta-data", "not a public host"),
        ("http://127.0.0.2/v.mp4", "not a public host"),
        ("http://[::1]/v.mp4", "not a public host"),
        ("http://[::ffff:10.0.0.1]/v.mp4", "not a public host"),
        ("file:///etc/passwd", "not file"),
        ("ftp://127.0.0.1/v.mp4", "not ftp"),
        ("http://user:s3cr3t@127.0.0.1/v.mp4", "user name or password"),
        ("http://127.0.0.1:99999/", "no usable host or port"),
        ("", "no video address"),
    ],
)
def test_each_hop_is_checked(location: str, words: str, place: Place, server: FileServer) -> None:
    redirecting(server, "/a", location)
    with pytest.raises(UrlRefused, match=words) as refused:
        place.fetch(server.url("/a"))
    assert "s3cr3t" not in str(refused.value)
    assert place.names() == []


def test_a_refused_address_touches_neither_network_nor_disk(place: Place, server: FileServer) -> None:
    with pytest.raises(UrlRefused):
        place.fetch("file:///etc/passwd")
    assert not place.directory.exists()
    assert server.seen == []


def test_the_checked_address_is_the_one_connected_to(place: Place, server: FileServer) -> None:
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    asked: list[str] = []

    def changing(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    hosted = server.host("/v.mp4", VIDEO)
    rules = HostRules("", ["cdn.test"], Resolver(changing))
    assert place.fetch(server.url("/v.mp4", "cdn.test"), rules=rules).path.read_bytes() == VIDEO
    assert asked == ["cdn.test"]
    assert hosted.requests[0]["host"] == f"cdn.test:{server.server_address[1]}"


def test_the_next_address_is_tried_when_one_does_not_answer(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO)
    rules = HostRules("", ["cdn.test"], resolving({"cdn.test": ["127.0.0.2", "::1", "127.0.0.1"]}))
    assert place.fetch(server.url("/v.mp4", "cdn.test"), rules=rules, retries=0).path.read_bytes() == VIDEO


def test_public_hosts_go_through_the_proxy_of_the_environment_and_near_ones_do_not(
    place: Place, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url("").replace("://", "://me:pw@"))
    far = server.host("http://cdn.example:80/v.mp4", VIDEO)
    near = server.host("/near.mp4", VIDEO)
    rules = HostRules("127.0.0.1", (), resolving({"cdn.example": [PUBLIC]}))
    assert place.fetch("http://cdn.example/v.mp4", rules=rules).path.read_bytes() == VIDEO
    assert place.fetch(server.url("/near.mp4"), task_id="b" * 24, rules=rules).path.read_bytes() == VIDEO
    assert (len(far.requests), len(near.requests)) == (1, 1)
    assert far.requests[0]["proxy-authorization"].startswith("Basic ")
    assert "proxy-authorization" not in near.requests[0]
    with pytest.raises(UrlRefused):
        place.fetch("http://10.0.0.1/v.mp4", task_id="c" * 24, rules=rules)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://127.0.0.1:1", "http://127.0.0.1:port"])
def test_a_proxy_that_cannot_be_used_is_an_error_in_words(
    proxy: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    rules = HostRules("", (), resolving({"cdn.example": [PUBLIC]}))
    with pytest.raises(TransferFailed, match="proxy"):
        place.fetch("http://cdn.example/v.mp4", rules=rules)


@pytest.mark.usefixtures("trusting")
def test_over_tls_it_is_the_same(place: Place, tls_server: FileServer) -> None:
    tls_server.host("/v.mp4", VIDEO)
    rules = HostRules("", ["cdn.test"], resolving({"cdn.test": ["127.0.0.1"]}))
    url = tls_server.url("/v.mp4", "cdn.test").replace("http:", "https:")
    assert place.fetch(url, rules=rules).path.read_bytes() == VIDEO


@pytest.mark.usefixtures("trusting")
def test_over_tls_too_a_hanging_read_ends_when_the_transfer_is_stopped(place: Place, tls_server: FileServer) -> None:
    def hang(handler: Handler, hosted: Hosted) -> None:
        send(handler, hosted, 1000)
        handler.wfile.flush()
        control.stop()
        handler.server.let_go.wait()

    control = Control()
    tls_server.host("/v.mp4", VIDEO, hang)
    with pytest.raises(DownloadCancelled):
        place.fetch(tls_server.url("/v.mp4").replace("http:", "https:"), control=control)
    assert not tls_server.let_go.is_set()


@pytest.mark.usefixtures("trusting")
def test_a_redirect_from_https_to_http_is_refused(place: Place, server: FileServer, tls_server: FileServer) -> None:
    redirecting(tls_server, "/a", server.url("/v.mp4"))
    server.host("/v.mp4", VIDEO)
    with pytest.raises(UrlRefused, match="from https to http"):
        place.fetch(tls_server.url("/a").replace("http:", "https:"))
    assert server.seen == []


def test_a_certificate_that_nobody_vouches_for_is_named_as_the_reason(place: Place, tls_server: FileServer) -> None:
    tls_server.host("/v.mp4", VIDEO)
    with pytest.raises(TransferFailed, match="certificate is not trusted"):
        place.fetch(tls_server.url("/v.mp4").replace("http:", "https:"), retries=0)
    assert tls_server.seen == []


@pytest.mark.usefixtures("trusting")
def test_certificates_that_cannot_be_loaded_are_an_error_in_words(
    place: Place, tls_server: FileServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bad.pem"))
    with pytest.raises(TransferFailed, match="certificates cannot be loaded"):
        place.fetch(tls_server.url("/v.mp4").replace("http:", "https:"))


def test_all_threads_of_look_ups_end(place: Place, server: FileServer) -> None:
    server.host("/v.mp4", VIDEO)
    place.fetch(server.url("/v.mp4"))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("look-up")]
