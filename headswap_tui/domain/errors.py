"""Everything that can go wrong, one class per thing the reader can act on.

    HeadswapError
    |- ApiError                  about asking the service; each has the `kind` that the screen and the JSON show
    |  |- AuthRefused            auth: the credential, so all tasks of the profile
    |  |- TaskRefused            refused: this task only
    |  |- OutOfCredit            refused: quota, payment or credit of the profile; does not count against a task
    |  |- Throttled              throttled: the whole profile slows down
    |  |- ServerFailed           server: 5xx
    |  |- Unreachable            unreachable: name look-up, connection, TLS, timeout, reset
    |  `- Garbled                garbled: an answer that cannot be read
    |- StoreError                about the file of tracked tasks
    |  |- StoreDamaged           not readable any more; left untouched
    |  |- StoreForeign           never was ours; left untouched
    |  |- StoreTooNew            written by a newer version; left untouched
    |  |- StoreUnsafe            a directory or file that others own or a symlink; refused
    |  |- StoreBusy              another process holds the lock for too long
    |  `- StoreWriteFailed       the disk is full, read-only or broken; nothing was acknowledged
    |- ConfigError               a setting that is unknown or wrong
    |- CredentialError           no credential, or one that cannot be read or sent
    |- DownloadError             about fetching a video
    |  |- UrlRefused             an address we do not fetch from
    |  |- FileGone               403, 404 or 410: the hosted file is gone or its address expired
    |  |- DiskFull               no room; says how much is missing
    |  |- NotAVideo              what came is no playable video
    |  |- TransferFailed         anything else, worth another try
    |  `- DownloadCancelled      by the user
    |- PreviewFailed             no frames can be had of a video file
    `- NotAnId                   text that holds no task id

`message` says what happened and where; `hint` says what to do next (may be empty). Both may quote foreign text:
they go through `safe()` before they reach a screen. Neither ever holds a credential.
"""

from __future__ import annotations

from typing import ClassVar


class HeadswapError(Exception):
    """Base of all; `str()` is the message and the hint in one line."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ApiError(HeadswapError):
    """A request about a task brought no detail."""

    kind: ClassVar[str]

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: int | None = None,
        http_status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.code = code
        """The service's business code; `None` if there was none."""
        self.http_status = http_status
        """`None` if no HTTP answer came."""
        self.retry_after_s = retry_after_s
        """Seconds that the server asked us to wait, already clamped; `None` if it did not say."""


class AuthRefused(ApiError):
    """The credential was refused: codes 1101, 1102, 1109, 1200, HTTP 401 and 403."""

    kind = "auth"


class TaskRefused(ApiError):
    """The service refuses this task; five in a row make it missing."""

    kind = "refused"


class OutOfCredit(ApiError):
    """Codes 1006, 1103, 1104: quota, payment or credit. Running tasks are still asked, slowly."""

    kind = "refused"


class Throttled(ApiError):
    """HTTP 429 or code 1005: asked too often."""

    kind = "throttled"


class ServerFailed(ApiError):
    """HTTP 5xx."""

    kind = "server"


class Unreachable(ApiError):
    """No answer: name look-up, connection, TLS, timeout, reset."""

    kind = "unreachable"


class Garbled(ApiError):
    """An answer that is no JSON of the expected shape, is too big, or is about another task."""

    kind = "garbled"


class StoreError(HeadswapError):
    """The file of tracked tasks cannot be used as asked."""


class StoreDamaged(StoreError):
    """The file was ours but cannot be read; it is left untouched."""


class StoreForeign(StoreError):
    """The file is not ours; it is left untouched."""


class StoreTooNew(StoreError):
    """The file comes from a newer version; it is left untouched."""


class StoreUnsafe(StoreError):
    """The file or its directory is a symlink or belongs to somebody else."""


class StoreBusy(StoreError):
    """Another process held the lock for too long."""


class StoreWriteFailed(StoreError):
    """The change is not on disk: full, read-only or broken. Memory and disk are as before."""


class ConfigError(HeadswapError):
    """A setting is unknown or wrong; the message names file, line or key, what was expected and what was found."""


class CredentialError(HeadswapError):
    """No credential is set, or it cannot be read or sent."""


class DownloadError(HeadswapError):
    """A video was not fetched."""


class UrlRefused(DownloadError):
    """An address that we do not fetch from; the message shows it without its query."""


class FileGone(DownloadError):
    """HTTP 401, 403, 404 or 410 from the file host: expired or deleted."""


class DiskFull(DownloadError):
    """No room for the file; the part is kept."""


class NotAVideo(DownloadError):
    """What arrived is complete but no video."""


class TransferFailed(DownloadError):
    """The transfer broke; trying again may help."""


class DownloadCancelled(DownloadError):
    """The user stopped it; the part is kept."""


class PreviewFailed(HeadswapError):
    """No frames can be had of a video on this machine."""


class NotAnId(HeadswapError):
    """Text in which no task id was found."""
