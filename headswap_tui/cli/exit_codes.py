"""What the exit status says; scripts rely on these numbers."""

from __future__ import annotations

from typing import Final

from headswap_tui.domain.errors import (
    ApiError,
    AuthRefused,
    ConfigError,
    CredentialError,
    HeadswapError,
    OutOfCredit,
    StoreError,
    TaskRefused,
)

DONE: Final = 0
SOME_FAILED: Final = 1
"""A task failed, or some ids could not be done; also an error of our own making."""
USAGE: Final = 2
"""Usage or configuration."""
CREDENTIAL: Final = 3
UNREACHABLE: Final = 4
STORE: Final = 5
TIMED_OUT: Final = 124
INTERRUPTED: Final = 130


def code_of(error: HeadswapError) -> int:
    """The status for an error that ended the command."""
    if isinstance(error, ConfigError):
        return USAGE
    if isinstance(error, CredentialError | AuthRefused):
        return CREDENTIAL
    if isinstance(error, StoreError):
        return STORE
    if isinstance(error, ApiError) and not isinstance(error, TaskRefused | OutOfCredit):
        return UNREACHABLE
    return SOME_FAILED
