r"""Random numbers that anybody can draw again: SHA-256 in counter mode over a seed.

With `seed` the bytes that a result names and `purpose` a word without a line break,

    key      =  SHA-256( "participation/draws/1\n" + purpose + "\n" + seed )
    block c  =  SHA-256( key + c as 8 bytes, big-endian )        c = 0, 1, 2, ...

The blocks, one behind the other, are read as words of 16 bits, big-endian (of 32 bits where more than 2**16
different numbers are asked for). To draw a number from 0 to end - 1, let `width` be the words there are
divided by `end`, without remainder: a word w gives the number w // width, and is passed over if that is not
below `end`. So every number has exactly `width` words, and none is more likely than another (J. von Neumann,
Various techniques used in connection with random digits, 1951).

NumPy's own generators are not used: their streams may change between versions.
"""

from functools import cache
from hashlib import sha256
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

NORMAL_UNIT: Final = 2**16
"""Normal numbers are whole multiples of 1 / NORMAL_UNIT, so that sums of them are exact on every machine."""

LARGEST_NORMAL: Final = 2**19
"""No normal number has more units than this (the largest is 4.17)."""

_VERSION: Final = b"participation/draws/1"
_BLOCK: Final = 32


def stream_key(seed: bytes, purpose: str) -> bytes:
    """The key of a stream; raises ValueError for a purpose of several lines."""
    if "\n" in purpose:
        raise ValueError("numbers are drawn for a purpose of one line")
    return sha256(b"\n".join((_VERSION, purpose.encode(), seed))).digest()


def block(key: bytes, counter: int) -> bytes:
    """One block of a stream, 32 bytes."""
    return sha256(key + counter.to_bytes(8, "big")).digest()


class Numbers:
    """Uniform whole numbers from 0 to end - 1, in the order in which the seed gives them.

    >>> Numbers(b"seed", "example", 6).take(10).tolist()
    [5, 2, 0, 4, 5, 4, 3, 3, 0, 5]
    """

    def __init__(self, seed: bytes, purpose: str, end: int) -> None:
        if not 0 < end <= 2**32:
            raise ValueError("numbers are drawn below 1 to 2**32")
        self.end = end
        self._key = stream_key(seed, purpose)
        self._blocks = 0
        self._bytes = 2 if end <= 2**16 else 4
        self._width = 2 ** (8 * self._bytes) // end
        self._left: NDArray[np.uint32] = np.empty(0, np.uint32)

    def take(self, count: int) -> NDArray[np.uint32]:
        """The next numbers of the stream; in whichever portions they are taken, they are the same."""
        portions, ready = [self._left], len(self._left)
        while ready < count:
            portions.append(self._drawn(count - ready))
            ready += len(portions[-1])
        numbers = np.concatenate(portions)
        self._left = numbers[count:].copy()
        return numbers[:count]

    def _drawn(self, wanted: int) -> NDArray[np.uint32]:
        """Some numbers more, about as many as wanted."""
        blocks = -(-wanted * self._bytes // _BLOCK)
        first, key = self._blocks, self._key
        self._blocks += blocks
        data = b"".join([block(key, counter) for counter in range(first, first + blocks)])
        words = np.frombuffer(data, f">u{self._bytes}").astype(np.uint32)
        numbers: NDArray[np.uint32] = words // np.uint32(self._width)
        return numbers[numbers < self.end]


class Normals:
    """Standard normal numbers in units of 1 / NORMAL_UNIT.

    A uniform 16-bit number w becomes the normal quantile of (w + 1/2) / 2**16, rounded to a whole unit (its
    algorithm: Wichura, AS 241, 1988; a rounding error of the machine's logarithm is far below a unit). So
    there are 65,536 normal numbers, equally likely, from -4.17 to 4.17 with a variance of 0.99998: fine
    enough for bands, not for tails beyond one in ten thousand.
    """

    def __init__(self, seed: bytes, purpose: str) -> None:
        self._numbers = Numbers(seed, purpose, 2**16)

    def take(self, count: int) -> NDArray[np.int64]:
        """The next numbers of the stream, in units.

        >>> (Normals(b"seed", "example").take(3) / NORMAL_UNIT).round(3).tolist()
        [1.337, -0.203, -1.336]
        """
        return _quantiles()[self._numbers.take(count)]


@cache
def _quantiles() -> NDArray[np.int64]:
    normal, half = NormalDist(), 2**15
    lower = [round(NORMAL_UNIT * normal.inv_cdf((word + 0.5) / 2**16)) for word in range(half)]
    return np.array(lower + [-unit for unit in reversed(lower)], np.int64)
