"""One cheap question that tells whether the service is reached and whether it takes the credential."""

from __future__ import annotations

import asyncio
from typing import Final

from headswap_tui.api.client import ApiClient
from headswap_tui.cli import exit_codes
from headswap_tui.cli.finding import Finding, Grade
from headswap_tui.config.credential import Credential
from headswap_tui.config.settings import Settings
from headswap_tui.domain.clock import SystemClock
from headswap_tui.domain.errors import ApiError, AuthRefused, ConfigError, Garbled, OutOfCredit, TaskRefused, Throttled
from headswap_tui.domain.task import TaskId

NO_TASK: Final = TaskId("0" * 24)
"""An id that no task has."""
SUBJECT: Final = "service"


class _Nobody:
    """Asks without a credential: the service must then answer that one is missing."""

    source = "nowhere"

    def header(self) -> tuple[str, str]:
        return "Accept-Language", "en"


def check_service(settings: Settings, credential: Credential | None) -> Finding:
    """Ask once and judge the answer."""
    try:
        error = asyncio.run(_ask(settings, credential or _Nobody()))
    except ConfigError as wrong:
        return Finding(SUBJECT, Grade.FAIL, wrong.message, wrong.hint, exit_codes.USAGE)
    if credential is None and (error is None or isinstance(error, AuthRefused | TaskRefused)):
        return Finding(SUBJECT, Grade.WARN, f"{settings.base_url} is reached; whether it takes a key is not known")
    return _judged(error, settings)


def _judged(error: ApiError | None, settings: Settings) -> Finding:
    if error is None or isinstance(error, TaskRefused):
        return Finding(SUBJECT, Grade.OK, f"{settings.base_url} is reached and takes the credential")
    if isinstance(error, AuthRefused):
        return Finding(SUBJECT, Grade.FAIL, error.message, error.hint, exit_codes.CREDENTIAL)
    if isinstance(error, Throttled | OutOfCredit):
        return Finding(SUBJECT, Grade.WARN, error.message, error.hint)
    advice = "Is base_url right? A proxy or login page may stand in between." if isinstance(error, Garbled) else ""
    return Finding(SUBJECT, Grade.FAIL, error.message, advice, exit_codes.UNREACHABLE)


async def _ask(settings: Settings, credential: Credential | _Nobody) -> ApiError | None:
    client = ApiClient(settings.base_url, settings.detail_path, credential, clock=SystemClock())
    try:
        await client.detail(NO_TASK)
    except ApiError as error:
        return error
    finally:
        await client.aclose()
    return None
