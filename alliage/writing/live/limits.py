"""What one connection may send, and how many there may be."""

import time

MOST_CONNECTIONS = 2_000
MOST_OF_ONE_DOCUMENT = 700
MOST_WAITING = 3_000  # messages that a slow reader has not taken: it comes back, and asks for what it lacks
LONGEST_MESSAGE = 600 * 1024
LONGEST_AWARENESS = 2_048


class Pace:
    """Messages and bytes by second, with a reserve for those who come back with much to say."""

    MESSAGES, BYTES = 60.0, 512 * 1024.0
    RESERVE = 10

    def __init__(self) -> None:
        self._messages = self.MESSAGES * self.RESERVE
        self._bytes = self.BYTES * self.RESERVE
        self._at = time.monotonic()

    def allows(self, size: int) -> bool:
        now = time.monotonic()
        spent, self._at = now - self._at, now
        self._messages = min(self.MESSAGES * self.RESERVE, self._messages + spent * self.MESSAGES) - 1
        self._bytes = min(self.BYTES * self.RESERVE, self._bytes + spent * self.BYTES) - size
        return self._messages >= 0 and self._bytes >= 0
