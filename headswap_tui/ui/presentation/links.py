"""What an address says about itself."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit


def expires_ms(url: str) -> int | None:
    """When a signed address stops working, milliseconds since the epoch; `None` if it does not say.

    Knows `Expires` (seconds since the epoch) and `X-Amz-Date` with `X-Amz-Expires`, as file hosts write them.
    """
    try:
        fields = {name.lower(): values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if "expires" in fields:
            return int(fields["expires"]) * 1000
        signed = datetime.strptime(fields["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return int((signed.timestamp() + int(fields["x-amz-expires"])) * 1000)
    except (KeyError, ValueError, OverflowError):
        return None
