"""What is let in, what is refused and why, and what is left of what is let in."""

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops

from cases.attachments import checking, storage
from cases.attachments.checking import SENTENCES, FileRefused
from tests import hostile_files
from tests.hostile_files import HOSTILE, hostile, jpeg, pdf, png, tablet_photo, zipped

# Above what the process takes when it looks into a picture of one point.
MOST_MEGABYTES = 200
# A small process that starts the examining one, and says how much memory that one has taken: what a
# process says of its children counts what it had itself taken when it started them.
MEASURE = """
import os, sys
child = os.fork()
if not child:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.argv[1], [sys.argv[1], "-m", "cases.attachments.examine", *sys.argv[2:]])
print(os.wait4(child, 0)[2].ru_maxrss)
"""


def look_into(content: bytes, name: str = "file") -> tuple[object, bytes]:
    """Return what was found, and the bytes that would be kept."""
    with storage.received(SimpleUploadedFile(name, content)) as incoming:
        checked = storage.examined(incoming)
        kept = incoming.picture if checked.is_picture else incoming.sent
        return checked, kept.read_bytes()


def left_on_disk() -> list[Path]:
    return list(storage.directory().iterdir())


@pytest.mark.parametrize("what", HOSTILE)
def test_r21_a_hostile_file_is_refused_with_its_reason_and_leaves_nothing(what):
    name, reason, content = hostile(what)

    with pytest.raises(FileRefused) as refused:
        look_into(content, name)

    assert refused.value.code == reason
    assert refused.value.sentence.endswith(".")
    assert left_on_disk() == []


def memory_taken(content: bytes, tmp_path: Path) -> float:
    source = tmp_path / "source"
    source.write_bytes(content)
    paths = map(str, (source, tmp_path / "picture", tmp_path / "preview"))
    command = [sys.executable, "-S", "-c", MEASURE, sys.executable, *paths]
    done = subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=True)
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


# The others are refused by their first bytes, and nothing in them is unpacked.
UNPACKED = [what for what, row in HOSTILE.items() if row[1].startswith(("picture", "pdf", "office"))]


@pytest.mark.parametrize("what", UNPACKED)
def test_r21_a_hostile_file_takes_little_memory(what, tmp_path):
    least = memory_taken(png((1, 1)), tmp_path)

    assert memory_taken(hostile(what)[2], tmp_path) < least + MOST_MEGABYTES


def test_an_index_that_unpacks_to_gigabytes_ends_with_a_refusal():
    with pytest.raises(FileRefused) as refused:
        look_into(hostile_files.object_stream_bomb())

    assert refused.value.code in ("too_much_inside", "pdf_damaged", "broke")
    assert left_on_disk() == []


def test_every_reason_has_a_sentence_and_twenty_hostile_files_have_one_of_their_own():
    reasons = {reason for _name, reason, _make in HOSTILE.values()}

    assert reasons <= set(SENTENCES)
    assert len(reasons) >= 20
    assert len({str(sentence) for sentence in SENTENCES.values()}) == len(SENTENCES)


# What is let in


def test_a_pdf_is_kept_byte_for_byte():
    sent = pdf(pages=3)

    checked, kept = look_into(sent)

    assert checked.kind == "pdf"
    assert kept == sent


@pytest.mark.parametrize(
    "change",
    [
        lambda document: hostile_files._action(document, "/URI", URI="https://nhs.uk/page"),
        lambda document: hostile_files._action(document, "/URI", URI="mailto:a@example.org"),
        lambda document: hostile_files._action(document, "/GoTo", D="chapter"),
        lambda document: setattr(document.Root, "OpenAction", [document.pages[0].obj, "/Fit"]),
    ],
    ids=["a link", "an address", "a jump within it", "the page it opens at"],
)
def test_a_pdf_may_have_what_only_shows(change):
    def with_names(document):
        if document.Root.get("/OpenAction") is None:
            change(document)

    assert look_into(pdf(with_names))[0].kind == "pdf"


def test_a_pdf_that_was_saved_again_and_padded_is_let_in():
    sent = b"\xef\xbb\xbf\n" + pdf() + b"\r\n" + bytes(500)

    assert look_into(sent)[0].kind == "pdf"


def test_a_photograph_loses_place_camera_and_comment_and_stands_upright():
    checked, kept = look_into(tablet_photo((400, 300)))
    picture = Image.open(io.BytesIO(kept))

    assert checked.kind == "jpeg"
    assert str(checked.taken_on) == "2026-03-02"
    assert picture.size == (300, 400)
    assert dict(picture.getexif()) == {}
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Secret" not in kept


def test_a_photograph_of_the_future_has_no_day():
    said = Image.Exif()
    said.get_ifd(0x8769)[0x9003] = "2099:03:02 10:00:00"

    assert look_into(jpeg(exif=said))[0].taken_on is None


def test_what_hangs_on_behind_a_picture_is_gone():
    archive = zipped({"evil.class": b"evil" * 99})

    for sent in (png() + archive, jpeg() + archive):
        _checked, kept = look_into(sent)
        assert b"evil.class" not in kept
        assert b"PK\x05\x06" not in kept


@pytest.mark.parametrize(
    ("mode", "form"),
    [(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [(mode, "JPEG") for mode in ("L", "RGB", "CMYK")],
)
def test_every_usual_kind_of_picture_is_written_anew(mode, form):
    sent = hostile_files._picture(Image.new(mode, (700, 500), 1 if mode == "1" else 0), form)

    _checked, kept = look_into(sent)
    picture = Image.open(io.BytesIO(kept))

    assert (picture.size, picture.format) == ((700, 500), form)
    assert picture.mode in ("1", "L", "P", "RGB")


def test_a_progressive_photograph_is_let_in():
    assert look_into(jpeg(progressive=True))[0].kind == "jpeg"


def test_a_moving_png_is_kept_as_its_first_picture():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    sent = hostile_files._picture(frames[0], "PNG", save_all=True, append_images=frames[1:])

    _checked, kept = look_into(sent)

    assert getattr(Image.open(io.BytesIO(kept)), "n_frames", 1) == 1


def test_an_x_ray_of_16_bits_keeps_its_contrast():
    """Twelve bits in a file of sixteen are nearly black when the lower half is thrown away."""
    deep = Image.linear_gradient("L").convert("I").point(lambda grey: grey * 16).convert("I;16")

    _checked, kept = look_into(hostile_files._picture(deep, "PNG"))

    assert Image.open(io.BytesIO(kept)).convert("L").getextrema() == (0, 255)


def test_what_is_see_through_lies_on_white():
    sent = hostile_files._picture(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG")

    _checked, kept = look_into(sent)

    assert Image.open(io.BytesIO(kept)).convert("RGB").getpixel((4, 4)) == (255, 255, 255)


def test_a_picture_is_at_most_5000_points_long_and_looks_as_it_did():
    wide = Image.linear_gradient("L").resize((6000, 300)).convert("RGB")

    _checked, kept = look_into(hostile_files._picture(wide, "JPEG", quality=95))
    picture = Image.open(io.BytesIO(kept))

    assert picture.size == (5000, 250)
    difference = ImageChops.difference(picture.resize((600, 30)), wide.resize((600, 30)))
    assert max(most for _least, most in difference.getextrema()) < 12


def test_a_photograph_of_12_megapixels_takes_less_than_3_seconds():
    sent = tablet_photo()
    began = time.monotonic()
    look_into(sent)

    assert time.monotonic() - began < 3


def test_a_photograph_of_50_megapixels_is_let_in():
    sent = hostile_files._picture(Image.linear_gradient("L").resize((8160, 6120)).convert("RGB"), "JPEG")

    _checked, kept = look_into(sent)

    assert max(Image.open(io.BytesIO(kept)).size) == 4080


def test_the_examining_process_gets_none_of_the_environment(monkeypatch):
    """What a hostile file might make it do, it does without our key and our database."""
    seen = {}
    run = subprocess.run

    def watched(*args, **options):
        seen.update(options)
        return run(*args, **options)

    monkeypatch.setattr(checking.subprocess, "run", watched)
    look_into(png())

    assert seen["env"] == {"LC_ALL": "C.UTF-8"}
