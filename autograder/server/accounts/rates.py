"""Counts wrong tokens by the address that they come from, and what one person asks for.

Counted in memory: one process answers all requests, and to forget the counts with it does no harm. A right token is
never refused, however many wrong ones came from the same address: a lecture hall is one address, and whoever guesses in
it must not keep the others from handing in. No guess of 256 random bits succeeds; the database and the log are spared.
There is nothing to count by login: a token names none.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Hashable
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)
# Addresses that are remembered at the same time; the one that was silent for longest is forgotten first.
MOST_ADDRESSES = 10_000


class Counts:
    """How often something came within the last `WINDOW`, by whoever it came from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def note(self, key: str, now: datetime, most: int) -> float | None:
        """Note that it came.

        Args:
            key: Where it came from.
            now: The time.
            most: How many may come within the window.

        Returns:
            How many seconds to wait when there were more; None when not.
        """
        with self._lock:
            times = self._times.setdefault(key, deque(maxlen=most + 1))
            self._times.move_to_end(key)
            while len(self._times) > MOST_ADDRESSES:
                self._times.popitem(last=False)
            # Also those that are in the future: the clock was put back.
            while times and not now - WINDOW < times[0] <= now:
                times.popleft()
            times.append(now)
            return (times[0] + WINDOW - now).total_seconds() if len(times) > most else None


class Guesses(Counts):
    """Wrong tokens of the last `WINDOW`, by address."""

    def wrong(self, address: str, now: datetime, most: int) -> float | None:
        """Note a wrong token that came from an address; return how many seconds to wait when there were too many."""
        return self.note(network(address), now, most)


class Busy:
    """What is under way, by whoever has asked for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: Counter[tuple[str, Hashable]] = Counter()

    def begin(self, what: str, person: Hashable, most: int) -> bool:
        """Begin something of a person's; return whether they may, of which no more than so many are under way then."""
        with self._lock:
            if self._under_way[what, person] >= most:
                return False
            self._under_way[what, person] += 1
            return True

    def end(self, what: str, person: Hashable) -> None:
        """End what was begun."""
        with self._lock:
            self._under_way[what, person] -= 1
            if not self._under_way[what, person]:
                del self._under_way[what, person]


def network(address: str) -> str:
    """Return what one machine can choose its address from: the address, or the first half of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
