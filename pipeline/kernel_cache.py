"""The compiled kernels of an image, read where nothing may be written.

numba does not look into a cache that it cannot write to, so under a read-only root or another uid it would look for
another place, and find none.  With NUMBA_CACHE_LOCATOR_CLASSES=pipeline.kernel_cache.ReadOnly it reads the kernels
in NUMBA_CACHE_DIR.  A kernel that is not there cannot be stored, which ends the process with the system's error:
for another NUMBA_CPU_NAME, NUMBA_CACHE_DIR has to be a folder that can be written, without this class.
"""

from __future__ import annotations

from numba.core.caching import UserProvidedCacheLocator


class ReadOnly(UserProvidedCacheLocator):  # type: ignore[misc]  # numba has no types
    """A cache that somebody else has filled."""

    def ensure_cache_path(self) -> None:
        """numba makes the folder here, and tries to write to it."""
