"""Answers worth keeping: a release never changes, so neither does what it answers.

Kept per worker, in memory, under the edition of the shelf, the viewer and the
whole question; another viewer, a new pointer or another word is another key. What
was read from the ledger may be otherwise a second later, and is not kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from flask import Response, g, request

from data.model.viewer import Viewer
from queries.desk import Desk

MOST_ANSWERS = 256
LARGEST_ANSWER = 1_000_000
CALLBACKS = "/_dash-update-component"
OK = 200
Key = tuple[object, Viewer, int | None, bytes]


class Memory:
    """The latest answers of one worker; thread-safe."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, desk: Desk) -> Response | None:
        """Return the answer given before to the same question, if kept."""
        if request.path != CALLBACKS:
            return None
        # Two people with one role see the same numbers and not the same name.
        who = None if g.person is None else g.person.id
        g.memory_key = (desk.edition(), g.viewer, who, request.get_data())
        with self._lock:
            found = self._answers.get(g.memory_key)
            if found is not None:
                self._answers.move_to_end(g.memory_key)
        return None if found is None else Response(found, mimetype="application/json")

    def keep(self, response: Response) -> None:
        """Keep a whole, plain answer; an error or an odd one is not kept."""
        key = g.get("memory_key")
        if g.get("is_of_the_moment"):
            return
        if key is None or response.status_code != OK or response.direct_passthrough:
            return
        data = response.get_data()
        if len(data) > LARGEST_ANSWER or response.headers.get("Content-Encoding"):
            return
        with self._lock:
            self._answers[key] = data
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
