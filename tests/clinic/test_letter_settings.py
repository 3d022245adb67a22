"""What a clinic decides about its letters: settings, logo, signature."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from clinic.letter_settings import actions
from clinic.letter_settings.pictures import PictureRefused, as_png
from clinic.models import Clinic, Logo, SignatureImage
from tests.hostile_files import enormous_png, jpeg, jpeg_that_says_it_is_enormous, png, png_with_a_text_bomb

pytestmark = pytest.mark.django_db
SETTINGS = reverse("clinic:edit_letter_settings")
LOGO = reverse("clinic:change_logo")
SIGNATURE = reverse("clinic:change_signature")


def filled(client, **changed):
    form = client.get(SETTINGS).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (data | changed).items() if value not in (None, False)}


def upload(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


def test_a_manager_changes_deadlines_copies_and_cosigning(as_mo, north, cast):
    data = filled(as_mo, urgent_days="10", cosign_letters="on", referral_coordinator=str(cast.dana.pk))
    del data["copy_to_gp"]

    as_mo.post(SETTINGS, data)

    north.refresh_from_db()
    assert (north.urgent_days, north.cosign_letters, north.copy_to_gp) == (10, True, False)
    assert north.referral_coordinator == cast.dana


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("urgent_days", "0"),
        ("urgent_days", "731"),
        ("urgent_days", ""),
        ("soon_days", "13"),
        ("routine_days", "41"),
        ("letterhead_line", "x" * 161),
        ("letterhead_line", "two\nlines"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_field(as_mo, north, field, value):
    response = as_mo.post(SETTINGS, filled(as_mo, **{field: value}))

    assert field in response.context["form"].errors
    before = north.urgent_days
    north.refresh_from_db()
    assert north.urgent_days == before


def test_only_somebody_who_can_follow_referrals_up_is_chosen(as_mo, cast):
    for other in (cast.charlie, cast.ada):
        response = as_mo.post(SETTINGS, filled(as_mo, referral_coordinator=str(other.pk)))
        assert "referral_coordinator" in response.context["form"].errors


def test_a_change_by_somebody_else_is_shown_and_not_overwritten(as_mo, north, cast):
    data = filled(as_mo, urgent_days="9")
    actions.update_letter_settings(clinic=north, by=cast.mo, urgent_days=12)

    said = as_mo.post(SETTINGS, data).content.decode()

    assert "Somebody else has changed these settings meanwhile" in said
    assert Clinic.objects.get(pk=north.pk).urgent_days == 12


@pytest.mark.parametrize("content", [png((300, 100)), jpeg((300, 100))], ids=["png", "jpeg"])
def test_a_logo_is_written_anew_as_a_png(as_mo, north, content):
    as_mo.post(LOGO, {"file": upload(content), "alt": "North Foot Clinic"})

    logo = Logo.objects.get()
    picture = Image.open(io.BytesIO(bytes(logo.png)))
    assert (picture.format, picture.size, logo.alt, logo.clinic) == (
        "PNG",
        (300, 100),
        "North Foot Clinic",
        north,
    )
    response = as_mo.get(reverse("clinic:show_logo"))
    assert (response["Content-Type"], response.content) == ("image/png", bytes(logo.png))


def test_nothing_but_pixels_is_kept():
    with_place = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "at home"
    Image.new("RGB", (40, 40)).save(with_place, "JPEG", exif=exif)

    kept = as_png(io.BytesIO(with_place.getvalue() + b"<script>alert(1)</script>"))

    assert b"at home" not in kept
    assert b"script" not in kept
    assert Image.open(io.BytesIO(kept)).info == {}


def test_what_is_seen_through_becomes_white():
    clear = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(clear, "PNG")

    picture = Image.open(io.BytesIO(as_png(io.BytesIO(clear.getvalue()))))

    assert (picture.mode, picture.getpixel((5, 5))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((1900, 1900), (200, 200)),
        ((1800, 300), (600, 100)),
        ((300, 900), (67, 200)),
        ((300, 100), (300, 100)),
    ],
    ids=["square", "wide", "high", "small enough"],
)
def test_a_picture_is_kept_no_larger_than_it_is_printed(sent, kept):
    picture = Image.open(io.BytesIO(as_png(io.BytesIO(png(sent)))))

    assert picture.size == kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"GIF89a" + b"x" * 50, "kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "kind"),
        (b"%PDF-1.7", "kind"),
        (png((300, 100))[:80], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "damaged"),
        (png((2100, 2100)), "pixels"),
        (enormous_png(), "pixels"),
        (jpeg_that_says_it_is_enormous(), "pixels"),
        (png_with_a_text_bomb(), "damaged"),
        (png((10, 300)), "small"),
        (b"\xff\xd8\xff" + b"x" * (5 * 1024 * 1024), "too_large"),
    ],
    ids=["nothing", "gif", "svg", "pdf", "cut off", "no picture", "too many points", "30,000 a side",
         "says it is enormous", "text bomb", "too small", "too large"],
)  # fmt: skip
def test_what_is_no_fit_picture_is_refused(content, code):
    with pytest.raises(PictureRefused) as refused:
        as_png(io.BytesIO(content))

    assert refused.value.code == code
    assert refused.value.sentence


def test_a_refused_picture_says_why_and_keeps_the_words(as_mo):
    said = as_mo.post(LOGO, {"file": upload(b"GIF89a"), "alt": "Our foot"}).content.decode()

    assert "not a PNG or a JPEG" in said
    assert "Our foot" in said
    assert not Logo.objects.exists()


def test_the_words_of_a_logo_change_without_a_new_picture(as_mo, north):
    as_mo.post(LOGO, {"file": upload(png((30, 30))), "alt": "First"})
    as_mo.post(LOGO, {"alt": "Second"})

    assert Logo.objects.get().alt == "Second"


def test_a_logo_needs_a_picture_and_words(as_mo):
    errors = as_mo.post(LOGO, {}).context["form"].errors

    assert set(errors) == {"file", "alt"}


def test_a_logo_is_removed_and_its_history_stays(as_mo, north):
    from django.apps import apps

    as_mo.post(LOGO, {"file": upload(png((30, 30))), "alt": "First"})
    as_mo.post(reverse("clinic:remove_logo"))

    assert not Logo.objects.exists()
    assert as_mo.get(reverse("clinic:show_logo")).status_code == 404
    events = apps.get_model("clinic", "LogoEvent").objects.order_by("pgh_id")
    assert [row.pgh_label for row in events] == ["insert", "delete"]


def test_a_podiatrist_has_a_signature_that_nobody_else_sees(as_alice, as_mo, client, cast):
    as_alice.post(SIGNATURE, {"file": upload(png((200, 60)))})

    assert SignatureImage.objects.get().user == cast.alice
    assert as_alice.get(reverse("clinic:show_signature"))["Content-Type"] == "image/png"
    client.force_login(cast.bob)
    assert client.get(reverse("clinic:show_signature")).status_code == 404
    assert as_mo.get(reverse("clinic:show_signature")).status_code == 403

    as_alice.post(reverse("clinic:remove_signature"))

    assert not SignatureImage.objects.exists()


def test_another_clinics_logo_is_not_shown(as_mo, south):
    Logo.objects.create(clinic=south, png=png(), alt="South")

    assert as_mo.get(reverse("clinic:show_logo")).status_code == 404
