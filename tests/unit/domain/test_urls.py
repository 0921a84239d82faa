"""The credential is only ever sent to an address that was checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headswap_tui.domain.errors import ConfigError
from headswap_tui.domain.urls import check_base_url


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://openapi.akool.com", "https://openapi.akool.com"),
        (" https://openapi.akool.com// ", "https://openapi.akool.com"),
        ("https://host:8443/prefix/", "https://host:8443/prefix"),
        ("HTTPS://Host", "HTTPS://Host"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://localhost/", "http://localhost"),
        ("http://[::1]:99", "http://[::1]:99"),
        ("https://münchen.example", "https://münchen.example"),
    ],
)
def test_good_addresses(url: str, kept: str) -> None:
    assert check_base_url(url) == kept


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "expected an address"),
        ("openapi.akool.com", "expected an address"),
        ("ftp://host", "expected an address"),
        ("file:///etc/passwd", "expected an address"),
        ("https://", "expected an address"),
        ("https://:443", "expected an address"),
        ("https://[::1", "expected an address"),
        ("https://host:99999", "expected an address"),
        ("https://host:0", "expected an address"),
        ("https://ho st", "expected an address"),
        ("https://ho\nst", "expected an address"),
        ("https://host\\@evil.example", "expected an address"),
        ("https://host\x00", "expected an address"),
        ("http://openapi.akool.com", "in clear"),
        ("http://127.0.0.1.evil.example", "in clear"),
        ("http://10.0.0.1", "in clear"),
        ("https://user@host", "without user name"),
        ("https://user:hunter2@host", "without user name"),
        ("https://host?key=hunter2", "without `?`"),
        ("https://host/#hunter2", "without `?`"),
        ("https://host/?", "without `?`"),
    ],
)
def test_bad_addresses_are_refused_without_showing_secrets(url: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_base_url(url)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


@given(st.text(alphabet=st.characters()) | st.text(alphabet="htps:/@[].?#1a"))
def test_any_text_is_kept_or_refused(text: str) -> None:
    try:
        kept = check_base_url(text)
    except ConfigError as error:
        assert error.message
    else:
        assert check_base_url(kept) == kept
