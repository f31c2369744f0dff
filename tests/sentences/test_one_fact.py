"""One fact, one number: what several pages say in different words is one value (7.3)."""

from __future__ import annotations

import pytest

# Fact → pages that say it, at least.
FACTS = {
    "schools": {"/", "/board", "/adoption", "/chorus", "/methods", "/releases"},
    "schools started": {"/", "/board", "/adoption", "/chorus"},
    "cohorts started": {"/", "/board"},
    "next start": {"/", "/adoption"},
    "wave": {"/", "/board", "/adoption", "/promise", "/chorus"},
    "version": {"/", "/board", "/adoption", "/promise", "/chorus"},
    "published on": {"/", "/board", "/adoption"},
    "voice": {"/", "/board", "/student-voice"},
    "voices": {"/", "/board", "/chorus"},
    "occasions of a year": {"/chorus"},
    "news opened": {"/", "/communication"},
    "half closed, days": {"/pulse"},
    "requests open": {"/pulse"},
    "requests opened": {"/pulse"},
    "share of the loudest": {"/chorus"},
    "hours a month": {"/load"},
    "students who answered": {"/", "/board", "/student-voice"},
    "tries of half a year": {"/risk-taking"},
    "outcomes held": {"/", "/board"},
    "outcomes unclear": {"/", "/board"},
    "outcomes no_comparison": {"/", "/board"},
}


@pytest.mark.parametrize("fact", FACTS)
def test_one_fact_is_one_number_wherever_it_is_said(reading, fact):
    readers = {reader for reader, name in reading.facts if name == fact}
    assert "public" in readers

    for reader in readers:
        said = reading.facts[reader, fact]
        assert len(said) == 1, f"{fact}, for {reader}: {dict(said)}"
    pages = set().union(*reading.facts["public", fact].values())
    assert pages >= FACTS[fact]


def test_one_day_is_today_for_everything_that_waits(reading):
    """The longest wait is told above its list, and each wait of the list to that day."""
    said = reading.facts["superintendent", "longest wait, days"]
    today = reading.facts["superintendent", "today"]

    assert len(said) == len(today) == 1
    assert set().union(*said.values()) == {"/my"}


def test_no_fact_at_all_is_said_with_two_values(reading):
    twice = {key: dict(said) for key, said in reading.facts.items() if len(said) > 1}
    assert twice == {}
