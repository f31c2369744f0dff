"""Pages built a moment ago: the first answer and the browser ask for the same one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

MOST_PAGES = 32


class Recent:
    """The latest pages of one worker, by whole question; thread-safe.

    A page kept is never changed: whoever reads it only writes it out.
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """Return what was put under *key*, None where it is no longer kept."""
        with self._lock:
            return self._pages.get(key)

    def put(self, key: Hashable, page: Any) -> None:
        """Keep *page*, and let the oldest go."""
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
