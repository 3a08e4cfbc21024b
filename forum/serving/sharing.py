"""Before processes part: what keeps them sharing memory."""

from __future__ import annotations

import ctypes
import gc
import sys


def keep_memory_shared() -> None:
    """Let the collector leave alone what children will share, and threads share their heaps."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        trim_threshold, mmap_threshold, arena_max = -1, -3, -8  # mallopt(3)
        libc.mallopt(arena_max, 1)  # each thread's own arena would keep what it once needed
        # what one sign-in needs for a moment (19 MB) goes back; left alone, libc learns to keep that much
        libc.mallopt(mmap_threshold, 2**20)
        libc.mallopt(
            trim_threshold, 2**20
        )  # less would be given back and asked for again by each page that is compressed
