"""Kitty's own protocol for pictures, as far as it is needed: sent once, then put where the cells are."""

from __future__ import annotations

import io
import random
from base64 import standard_b64encode
from itertools import count
from typing import Any, Final, NamedTuple

_CHUNK: Final = 4096
"""Bytes of a message's payload at most, by the protocol."""
_numbers: Final = count(random.randrange(1 << 20, 1 << 30))
"""Of pictures: other programs in the same window have theirs."""


class Sent(NamedTuple):
    """What to write for one picture. The terminal answers none of it."""

    transmit: str
    place: str
    """At the cursor, which stays where it is."""
    remove: str
    """Take it away, keep it for the next time."""
    free: str


def sent(image: Any, width: int, height: int) -> Sent:
    """A picture of Pillow's over so many cells."""
    packed = io.BytesIO()
    image.save(packed, format="png", compress_level=2)
    data = standard_b64encode(packed.getvalue()).decode()
    number = next(_numbers)
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    messages = [
        f"\x1b_Gi={number},f=100,q=2,m={int(index + 1 < len(chunks))};{chunk}\x1b\\"
        for index, chunk in enumerate(chunks)
    ]
    return Sent(
        "".join(messages),
        f"\x1b_Ga=p,i={number},p=1,c={width},r={height},C=1,q=2\x1b\\",
        f"\x1b_Ga=d,d=i,i={number},q=2\x1b\\",
        f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\",
    )
