"""Counts wrong tokens by the address that they come from.

Counted in memory: one process answers all requests, and to forget the counts with it does no harm. A right token is
never refused, however many wrong ones came from the same address: a lecture hall is one address, and whoever guesses in
it must not keep the others from handing in. No guess of 256 random bits succeeds; the database and the log are spared.
There is nothing to count by login: a token names none.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
# Addresses that are remembered at the same time; the one that was silent for longest is forgotten first.
MOST_ADDRESSES = 10_000


class Guesses:
    """Wrong tokens of the last `WINDOW`, by address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wrong(self, address: str, now: datetime, most: int) -> float | None:
        """Note a wrong token.

        Args:
            address: Where it came from.
            now: The time.
            most: How many may come within the window.

        Returns:
            How many seconds to wait when there were more; None when not.
        """
        key = network(address)
        with self._lock:
            times = self._wrong.setdefault(key, deque(maxlen=most + 1))
            self._wrong.move_to_end(key)
            while len(self._wrong) > MOST_ADDRESSES:
                self._wrong.popitem(last=False)
            # Also those that are in the future: the clock was put back.
            while times and not now - WINDOW < times[0] <= now:
                times.popleft()
            times.append(now)
            return (times[0] + WINDOW - now).total_seconds() if len(times) > most else None


def network(address: str) -> str:
    """Return what one machine can choose its address from: the address, or the first half of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
