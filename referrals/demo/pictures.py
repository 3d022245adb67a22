"""A photograph for the demo, drawn here: the soles of a pair of shoes, the right heel worn on the outside."""

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from cases import actions
from cases.models import Case
from clinic.models import User

SIZE = (1200, 1000)
TABLE, SOLE, TREAD, WORN = "#d9cfc0", "#3b3a38", "#57544f", "#9a948a"


def attach_picture(case: Case, by: User) -> None:
    """Attach the photograph to a case, as somebody would from a tablet."""
    picture = io.BytesIO()
    _soles().save(picture, "JPEG", quality=85)
    file = ContentFile(picture.getvalue(), name="soles.jpg")
    actions.attach_file(
        patient=case.patient,
        by=by,
        file=file,
        title="Soles of her work shoes, right heel worn",
        kind="photo",
        case=case,
    )


def _soles() -> Image.Image:
    picture = Image.new("RGB", SIZE, TABLE)
    draw = ImageDraw.Draw(picture)
    for left in (200, 680):
        draw.ellipse((left, 60, left + 320, 560), fill=SOLE)
        draw.rectangle((left + 50, 400, left + 270, 760), fill=SOLE)
        draw.ellipse((left + 30, 620, left + 290, 940), fill=SOLE)
        for line in range(120, 500, 40):
            draw.line((left + 60, line, left + 260, line), fill=TREAD, width=10)
        for line in range(700, 900, 40):
            draw.line((left + 80, line, left + 240, line), fill=TREAD, width=10)
    draw.pieslice((680 + 150, 700, 680 + 292, 942), 300, 80, fill=WORN)
    return picture
