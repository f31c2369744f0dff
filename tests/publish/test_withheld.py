"""A draft of which too much could be told is made again with less in it."""

import json
import random
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import settings_in
from districts import WAVES, generate

from data.disclosure import decisions
from data.disclosure.verdicts import NONE, Verdicts
from data.ingest.warehouse import open_warehouse
from data.model.viewer import Audience
from data.publish import build, withheld
from data.publish.build import build_release


@pytest.fixture
def no_cover(monkeypatch):
    """Small groups are hidden, and nothing to cover them."""
    monkeypatch.setattr(decisions, "complete", lambda *_, **__: NONE)


def report_of(home, say=lambda _: None):
    settings = settings_in(home, CHORUS_SECRET="g" * 32)
    with open_warehouse(settings) as connection:
        generate(connection, random.Random(1), schools=5, waves=1)
        release_id = build_release(
            connection, settings, wave=WAVES[0], district="x", progress=say
        )
    folder = settings.releases / "drafts" / release_id
    return json.loads((folder / "audit.json").read_text(encoding="utf-8"))


@pytest.mark.long
def test_what_the_audit_finds_in_a_draft_is_gone_from_the_next(tmp_path, no_cover):
    said = []

    report = report_of(tmp_path, said.append)

    assert "withholding what draft 1 would tell" in said
    assert report["findings"] == []
    assert report["passed"] is True


@pytest.mark.long
def test_what_cannot_be_withheld_stays_a_finding(tmp_path, no_cover, monkeypatch):
    monkeypatch.setattr(build, "withhold", lambda *_: None)

    report = report_of(tmp_path)

    assert report["findings"]
    assert report["passed"] is False


def test_distributions_and_figures_are_decided_anew_where_more_is_hidden(monkeypatch):
    verdict = pd.DataFrame({"status": ["shown"], "reason": [""]}, index=[7])
    verdicts = Verdicts(verdict, verdict.copy(), verdict.copy(), NONE)
    decided = SimpleNamespace(
        estimates=None, answers=None, hidden_answers=None, verdicts=verdicts,
        held=SimpleNamespace(known={}),
    )  # fmt: skip
    scored = SimpleNamespace(
        waves=pd.DataFrame({"wave": ["w"], "wave_index": [0]}),
        units=pd.DataFrame({"school_id": [], "cohort_id": [], "launch_wave": []}),
    )
    rows = {Audience.PUBLIC: pd.Index([7])}
    monkeypatch.setattr(withheld, "more_to_hide", lambda *_: rows)
    monkeypatch.setattr(
        withheld, "settled", lambda _, d: d.verdicts.public["status"].tolist()
    )

    assert withheld.withhold(scored, decided, []) == ["protected"]
    assert verdict["status"].tolist() == ["shown"]
