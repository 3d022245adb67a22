"""Names of files: what is shown of the sender's own, the title made of it, and the neutral one given out."""

import re
import unicodedata

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from cases.choices import AttachmentKind
from cases.models import Attachment

# What cameras, scanners and messengers call their files: IMG_2041, DSC00012, scan 3, a long number.
_SAYS_NOTHING = re.compile(
    "img|image|dsc|dscn|dscf|dcim|pxl|photo|foto|picture|scan|scanned|document|doc|file|mvi|wa|whatsapp|"
    "screenshot|untitled|unnamed|signal|at|from|download|camera|copy|of"
)
_RANDOM = re.compile(r"[0-9a-fA-F]{8}[0-9a-fA-F -]*")
_NEUTRAL = {
    AttachmentKind.PHOTO: "photo",
    AttachmentKind.IMAGING: "scan",
    AttachmentKind.LETTER: "letter",
    AttachmentKind.CONSENT: "consent",
    AttachmentKind.OTHER: "file",
}


def shown_name(name: str) -> str:
    """Return the last part of a file name without what cannot be seen, or turns the reading direction."""
    last = re.split(r"[/\\]", name)[-1]
    kept = (char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())[:200]


def title_of(name: str, kind: str) -> str:
    """Return a title made of a file's name, or of its kind when the name says nothing."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", shown_name(name))
    words = " ".join(re.split(r"[\s_.+]+|-(?!\d)", stem)).strip(" -")
    runs = re.findall(r"[^\W\d_]+", words.lower())
    if all(map(_SAYS_NOTHING.fullmatch, runs)) or _RANDOM.fullmatch(words):
        return str(AttachmentKind(kind).label)
    return (words[:1].upper() + words[1:])[:160]


def kind_guessed(file_kind: str) -> str:
    """Return what a pdf, jpeg or png most often is."""
    return AttachmentKind.LETTER if file_kind == "pdf" else AttachmentKind.PHOTO


def name_given_out(attachment: Attachment) -> str:
    """Return the name a file is saved under: its kind and date, nothing of the patient."""
    day = attachment.taken_on or localdate(attachment.uploaded_at)
    extension = attachment.stored_name.rpartition(".")[2]
    return f"{_NEUTRAL[AttachmentKind(attachment.kind)]}-{day.isoformat()}.{extension}"


def too_long(count: int, most: int) -> str:
    return _("Choose at most %(most)d files at once. These are %(count)d.") % {"most": most, "count": count}
