"""Processes copied from one that has imported everything and opened nothing."""

import multiprocessing
import os
import sys
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

TESTS = Path(__file__).resolve().parent


@cache
def forks() -> ForkServerContext:
    """Return where such processes come from, one source for all who ask here.

    It looks for its modules where Python itself does, and says nothing where it does
    not find them: every process would then import them again, for two seconds.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["forks_preload"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    try:
        forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before
    return context


def is_a_copy() -> bool:
    """Tell, within such a process, whether it came with everything imported."""
    return "forks_preload" in sys.modules
