"""What a callback says, as far as it can be read. Whatever it says, it is only a hint.

The service signs with values that hold no secret (so anybody may), and calls the format of head swap callbacks "per
platform". So nothing here can prove who called: what is read names a task, and that is all it is used for.
Source: Akool, Webhook: `{"signature", "dataEncrypt", "timestamp", "nonce"}`; `signature` is sha1 over the sorted and
joined client id, timestamp, nonce and `dataEncrypt`; `dataEncrypt` is AES-CBC, key: client secret, IV: client id.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import re
from typing import Any, Final, NamedTuple

import msgspec

from headswap_tui.config.client_keys import ClientKeys
from headswap_tui.domain.task import TaskId

_ID: Final = re.compile(r"[A-Za-z0-9_-]{6,64}")
_AES_KEYS: Final = frozenset({16, 24, 32})
_BLOCK: Final = 16


class Callback(NamedTuple):
    """One call."""

    task_id: TaskId | None
    """The task that it names; `None` if it names none that we can read."""
    is_verified: bool
    """Whether it was signed and encrypted with our client id and secret."""


class NotACallback(ValueError):
    """The body is nothing that the service would send."""


def can_decrypt() -> bool:
    """Whether the optional package that decrypts is installed."""
    from importlib.util import find_spec

    return find_spec("cryptography") is not None


def load_decryption() -> None:
    """Load the package now, off the event loop: the first callback would wait for it, and with it the whole screen."""
    with contextlib.suppress(ImportError):
        import cryptography.hazmat.primitives.ciphers  # noqa: F401  # for the side effect of being loaded


def read_callback(body: bytes, keys: ClientKeys | None) -> Callback:
    """What the body says. Raises `NotACallback` if it is no JSON object."""
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotACallback from None
    if not isinstance(document, dict):
        raise NotACallback
    if keys is not None:
        sealed = _unsealed(document, keys)
        if sealed is not None:
            return Callback(sealed, is_verified=True)
    data = document.get("data")
    return Callback(_id_in(document) or (_id_in(data) if isinstance(data, dict) else None), is_verified=False)


def signature_of(client_id: str, timestamp: str, nonce: str, data: str) -> str:
    """The signature that belongs to these, in hex."""
    joined = "".join(sorted((client_id, timestamp, nonce, data)))
    return hashlib.sha1(joined.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def _unsealed(document: dict[str, Any], keys: ClientKeys) -> TaskId | None:
    data, signature = document.get("dataEncrypt"), document.get("signature")
    if not isinstance(data, str) or not isinstance(signature, str):
        return None
    timestamp, nonce = (str(document.get(name, "")) for name in ("timestamp", "nonce"))
    expected = signature_of(keys.client_id, timestamp, nonce, data)
    if not hmac.compare_digest(expected.encode(), signature.lower().encode("utf-8", "replace")):
        return None
    plain = _decrypted(data, keys)
    try:
        content = msgspec.json.decode(plain) if plain else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _id_in(content) if isinstance(content, dict) else None


def _decrypted(data: str, keys: ClientKeys) -> bytes | None:
    """The JSON object in it; `None` if it cannot be had."""
    key, vector = keys.secret.reveal().encode(), keys.client_id.encode()[:_BLOCK]
    try:
        sealed = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(key) not in _AES_KEYS or len(vector) != _BLOCK or not sealed or len(sealed) % _BLOCK:
        return None
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError:
        return None
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    # The page pads to a multiple of 24, the standard to one of 16: what follows the object is padding in either case.
    return plain[: plain.rfind(b"}") + 1]


def _id_in(document: dict[str, Any]) -> TaskId | None:
    value = document.get("_id")
    return TaskId(value) if isinstance(value, str) and _ID.fullmatch(value) else None
