"""Events as the benchmark writes them: user by user, in the order of time."""
import numpy as np


def read(folder):
    """Offsets of the users, items, milliseconds since the event before (-1: none)."""
    offsets = np.fromfile(folder + "/offsets", np.int32)
    items = np.fromfile(folder + "/items", np.int32).astype(np.int64)
    times = np.fromfile(folder + "/times", np.int64)
    gaps = np.diff(times, prepend=times[:1])
    gaps[offsets[:-1]] = -1
    return offsets, items, gaps


def rate(first, epoch, epochs):
    """Falls in a straight line to a tenth of the first one."""
    return first * (1 - .9 * epoch / max(epochs - 1, 1))
