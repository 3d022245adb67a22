"""From a path to patients: what is no file of patients is said in one sentence."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.import_export import reading
from cases.import_export.incoming import Unusable
from cases.import_export.reading import HowToRead, decode, read_file

TODAY = datetime.date(2026, 11, 21)
LIST = "Surname;First name\nNovák;Zoë\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_read_file_finds_the_encoding(tmp_path, encoding, name):
    path = tmp_path / "list.csv"
    path.write_bytes(LIST.encode(encoding))

    found = read_file(path, TODAY)

    assert found.described.endswith(name)
    assert found.patients[0].values["family_name"] == "Novák"
    assert bool(found.warnings) == (encoding == "cp1252")


def test_read_file_takes_the_encoding_it_is_told(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(LIST.encode("iso-8859-2"))

    found = read_file(path, TODAY, HowToRead(encoding="iso-8859-2"))

    assert found.patients[0].values["family_name"] == "Novák"
    assert found.warnings == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\x1f\x8b\x08rest", "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"Surname,Notes\nNovak,a\x00b\n", "NUL character in line 2"),
        (b"\xff\xfeA\xd8", "not text in UTF-16"),
        (b"Surname\n\x81\x8d\xff\n", "not text in Windows-1252"),
        (b'{"resourceType": ', "not valid JSON"),
    ],
)
def test_read_file_says_in_a_sentence_why_a_file_is_unusable(tmp_path, content, reason):
    path = tmp_path / "list.csv"
    path.write_bytes(content)

    with pytest.raises(Unusable, match=reason):
        read_file(path, TODAY)


def test_read_file_names_what_is_no_file(tmp_path, monkeypatch):
    with pytest.raises(Unusable, match="There is no file"):
        read_file(tmp_path / "none.csv", TODAY)
    with pytest.raises(Unusable, match="is a folder"):
        read_file(tmp_path, TODAY)
    with pytest.raises(Unusable, match="not a path"):
        read_file(tmp_path / "a\x00b", TODAY)

    monkeypatch.setattr(reading, "LARGEST_FILE", 3)
    (tmp_path / "big.csv").write_text(LIST)
    with pytest.raises(Unusable, match="split it"):
        read_file(tmp_path / "big.csv", TODAY)


@given(st.binary(max_size=300))
def test_decode_gives_text_or_says_why_not(raw):
    try:
        text, _name, _warning = decode(raw, "list.csv")
    except Unusable as error:
        text = str(error)
    assert text.strip()
    assert "\x00" not in text


@pytest.mark.parametrize("encoding", ["no-such", "rot13", "utf-32", "idna", "base64"])
def test_decode_refuses_an_encoding_that_does_not_fit(encoding):
    with pytest.raises(Unusable):
        decode(b"Surname\nNov\xe1k\n", "list.csv", encoding)
