"""The point shown of an entry: the true one, or one moved once, after which the true one is known to nobody."""

import math

from django.utils.crypto import salted_hmac

METRES_IN_A_DEGREE = 111_320
_SALT = "alliage.directory.points"
_DECIMALS = 5  # about a metre
_SAME_PLACE = 3  # about a hundred metres: the same place, typed again


def moved(latitude: float, longitude: float, metres: int, entry_pk: int, *, since: int = 0) -> tuple[float, float]:
    """A point within `metres` of this one, anywhere in the disc alike; `since`: by how much it was moved already.

    The same place always moves the same way: were it drawn anew at each saving, the mean of what was shown would give
    the true point away. Another place, or another radius, moves another way: were it the same, two of the points shown
    would tell the way, and the way would lead back to the true point.
    """
    if not metres:
        return round(latitude, _DECIMALS), round(longitude, _DECIMALS)
    what = f"{entry_pk}|{since}|{metres}|{latitude:.{_SAME_PLACE}f}|{longitude:.{_SAME_PLACE}f}"
    drawn = salted_hmac(_SALT, what, algorithm="sha256").digest()
    turn = int.from_bytes(drawn[:8]) / 2**64 * math.tau
    distance = metres * math.sqrt(int.from_bytes(drawn[8:16]) / 2**64)
    north = latitude + distance * math.cos(turn) / METRES_IN_A_DEGREE
    shrunk = max(0.01, math.cos(math.radians(latitude)))
    east = longitude + distance * math.sin(turn) / METRES_IN_A_DEGREE / shrunk
    return round(max(-90.0, min(90.0, north)), _DECIMALS), round((east + 180) % 360 - 180, _DECIMALS)
