"""A zip is believed byte by byte, as it comes out, and not as it says of itself."""

import io
import re
import zipfile

import pytest

from data.errors import FileNotReadable
from data.model.unpacking import Unpacking, in_words


def zipped(**members: bytes) -> zipfile.ZipFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return zipfile.ZipFile(stream)


def copied(unpacking, member):
    to = io.BytesIO()
    unpacking.copy(member, to)
    return to.getvalue()


def refused(sentence):
    return pytest.raises(FileNotReadable, match=f"^{re.escape(sentence)}$")


def test_what_fits_comes_out_whole_to_the_last_byte():
    unpacking = Unpacking(zipped(a=b"x" * 600, b=b"y" * 424), most=1024, file="z.zip")

    assert copied(unpacking, "a") == b"x" * 600
    assert copied(unpacking, "b") == b"y" * 424


def test_members_are_counted_together():
    unpacking = Unpacking(zipped(a=b"x" * 600, b=b"y" * 425), most=1024, file="z.zip")
    copied(unpacking, "a")

    with refused(
        "z.zip: the zip unpacks to more than 1 KB; import its tables one by one"
    ):
        copied(unpacking, "b")


def test_no_more_is_unpacked_than_shows_that_it_is_too_much():
    unpacking = Unpacking(zipped(a=b"x" * (8 << 20)), most=3 << 20, file="z.zip")
    to = io.BytesIO()
    with refused(
        "z.zip: the zip unpacks to more than 3 MB; import its tables one by one"
    ):
        unpacking.copy("a", to)

    assert len(to.getvalue()) == 3 << 20


def test_a_thousand_files_are_an_export_and_one_more_is_none():
    names = {f"f{k}": b"" for k in range(1001)}
    Unpacking(zipped(**dict(list(names.items())[:1000])), most=1, file="z.zip")

    with refused(
        "z.zip: the zip holds more than 1,000 files; export again with the tables alone"
    ):
        Unpacking(zipped(**names), most=1, file="z.zip")


def test_an_encrypted_zip_says_what_to_do():
    archive = zipped(a=b"x")
    archive.getinfo("a").flag_bits |= 1

    with refused(
        "z.zip: the zip is encrypted or packed in an unknown way; pack it plainly"
    ):
        copied(Unpacking(archive, most=9, file="z.zip"), "a")


def test_a_member_that_is_not_there_is_the_callers_to_tell():
    with pytest.raises(KeyError):
        copied(Unpacking(zipped(a=b"x"), most=9, file="z.zip"), "b")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 KB"),
        (1023, "0 KB"),
        (1024, "1 KB"),
        (1_048_575, "1,023 KB"),
        (1_048_576, "1 MB"),
        (2_147_483_648, "2,048 MB"),
    ],
)
def test_bytes_are_said_in_megabytes_from_one_on(count, words):
    assert in_words(count) == words
