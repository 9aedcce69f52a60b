"""Reads events as the benchmark writes them: grouped by user, ordered by time."""
import numpy as np


def read(folder):
    """Returns the offsets of the users, the items, and the milliseconds since the previous event (-1: none)."""
    offsets = np.fromfile(folder + "/offsets", np.int32)
    items = np.fromfile(folder + "/items", np.int32).astype(np.int64)
    times = np.fromfile(folder + "/times", np.int64)
    gaps = np.diff(times, prepend=times[:1])
    gaps[offsets[:-1]] = -1
    return offsets, items, gaps


def rate(first, epoch, epochs):
    """Returns the learning rate of an epoch, which decreases linearly to a tenth of the first one."""
    return first * (1 - .9 * epoch / max(epochs - 1, 1))
