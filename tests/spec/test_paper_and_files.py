"""What leaves the house: the board packet, open data, the feed – for everyone alike."""

import csv
import hashlib
import io
import xml.etree.ElementTree as ET

import pyarrow.parquet as pq
import pytest
from callbacks import said
from conftest import LATEST
from flask import g

from components.figure_block import Block
from components.svg import figure_svg
from data.errors import AccessDenied
from data.ledger.entries import Author
from data.model.viewer import PUBLIC, Role, Viewer
from pages._request import BUILDERS, ask, release_asked
from queries.open_data import DATASETS

RELEASE = f"{LATEST}.1"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "viewer", [PUBLIC, Viewer(Role.DISTRICT)], ids=["public", "district"]
)
def test_every_picture_of_every_page_can_be_put_on_paper(client, language, viewer):
    drawn = 0
    with client.application.test_request_context("/"):
        g.viewer, g.person = viewer, None
        g.author = Author("somebody", viewer) if viewer.is_staff else None
        for name, build in BUILDERS.items():
            if name.startswith("steward") or name in {
                "school",
                "number",
                "release",
                "embed",
            }:
                continue
            path = "/" if name == "home" else f"/{name}"
            try:
                with ask(release_asked(""), path, f"lang={language}") as asked:
                    found = build(asked)
            except AccessDenied:  # a page that is not this viewer's
                continue
            for block in (b for b in found.body if isinstance(b, Block)):
                for figures in (block.picture, block.phone):
                    for figure in figures if isinstance(figures, list) else ():
                        assert figure_svg(figure, width=820).startswith("<svg")
                        drawn += 1
    assert drawn > 60


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Board packet"), ("es", "Carpeta para la junta")]
)
def test_the_packet_is_a_tagged_pdf_in_its_language(client, language, word):
    reply = client.get(f"/packet.pdf?lang={language}")

    assert reply.status_code == 200
    assert reply.data.startswith(b"%PDF-")
    # PDF/UA-1: marked, a structure tree, a language, said in its metadata.
    for mark in (
        b"/StructTreeRoot",
        b"/Marked true",
        b"pdfuaid:part",
        f"/Lang({language})".encode(),
    ):
        assert mark.replace(b" ", b"") in reply.data.replace(b" ", b""), mark
    assert f"-{language}.pdf" in reply.headers["Content-Disposition"]


def test_a_packet_holds_what_the_public_reads_whoever_asks(client):
    public = client.get("/packet.pdf").data
    client.get("/view-as?role=district")
    district = client.get("/packet.pdf").data
    client.get("/view-as?role=public")

    assert hashlib.sha256(public).digest() == hashlib.sha256(district).digest()


def test_a_packet_of_no_release_or_paper_is_not_found(client):
    assert client.get("/packet.pdf?release=2099-00F.1").status_code == 404
    assert client.get("/packet.pdf?paper=napkin").status_code == 404


def address(dataset, ending):
    return f"/open-data/{RELEASE}/chorus_{dataset}_{RELEASE}.{ending}"


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_table_its_codebook_and_its_digest_belong_together(client, dataset):
    table = client.get(address(dataset, "csv"))
    meta = client.get(address(dataset, "meta.csv"))
    digest = client.get(address(dataset, "sha256"))
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))
    told = list(csv.DictReader(io.StringIO(meta.data.decode("utf-8-sig"))))

    assert [c["column"] for c in told] == rows[0]
    assert all(c["means"] for c in told)
    assert digest.data.decode().split()[0] == hashlib.sha256(table.data).hexdigest()
    assert client.get(address(dataset, "csv")).data == table.data
    parquet = pq.read_table(io.BytesIO(client.get(address(dataset, "parquet")).data))
    assert (parquet.num_rows, parquet.column_names) == (len(rows) - 1, rows[0])


def test_open_data_is_the_publics_whoever_asks(client):
    public = client.get(address("estimates", "csv")).data
    client.get("/view-as?role=district")
    district = client.get(address("estimates", "csv")).data
    client.get("/view-as?role=public")

    assert public == district


@pytest.mark.parametrize(
    "name",
    [
        f"chorus_hidden_{RELEASE}.csv",
        f"chorus_estimates_{RELEASE}.exe",
        f"chorus_requests_{RELEASE}.csv",
    ],
)
def test_what_is_no_open_table_is_not_found(client, name):
    assert client.get(f"/open-data/{RELEASE}/{name}").status_code == 404


def test_the_feed_tells_of_every_release(client):
    feed = ET.fromstring(client.get("/feed.xml?lang=es").data)
    titles = [e.findtext(f"{ATOM}title") for e in feed.iter(f"{ATOM}entry")]

    assert f"Se publicó {RELEASE}" in titles
    assert feed.findtext(f"{ATOM}updated")


def test_a_server_says_whether_it_is_ready_and_counts_nobody(client):
    assert client.get("/readyz").data == b"ready\n"
    assert client.get("/healthz").data == b"ok\n"
    text = client.get("/metrics").data.decode()
    assert "chorus_requests_total" in text
    assert "SCH-" not in text
    away = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert away.status_code == 404


def test_an_embedded_picture_is_one_block_with_a_way_to_the_whole(client):
    text = said(client, "/embed/promise/held")

    assert "held-title" in text
    assert "learning-title" not in text
    assert '"/promise"' in text
