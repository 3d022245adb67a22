"""The pictures of a letter: the clinic's logo, and the signatures of those who sign."""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from clinic.models import Clinic, Logo, SignatureImage, User

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Pictures:
    """PNG files; None where the clinic or the person has none."""

    logo: bytes | None = None
    signature: bytes | None = None
    cosignature: bytes | None = None


NO_PICTURES = Pictures()


def pictures_of(clinic: Clinic, signer: User | None = None, cosigner: User | None = None) -> Pictures:
    """Return the pictures of a letter of this clinic that these people sign. Two queries at most."""
    logo = Logo.objects.filter(clinic=clinic).first()
    signers = [one.pk for one in (signer, cosigner) if one]
    images = SignatureImage.objects.filter(user__in=signers) if signers else ()
    of_user = {one.user_id: bytes(one.png) for one in images}
    return Pictures(
        logo=bytes(logo.png) if logo else None,
        signature=of_user.get(signer.pk) if signer else None,
        cosignature=of_user.get(cosigner.pk) if cosigner else None,
    )


def as_svg(pictures: Pictures) -> Mapping[str, str]:
    """Return the pictures by name as the typesetter takes them: each PNG in an SVG of its size."""
    named = {
        "logo": pictures.logo,
        "signature": pictures.signature,
        "cosignature": pictures.cosignature,
    }
    return {name: _svg(png) for name, png in named.items() if png}


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height in pixels. Raises ValueError for what is no PNG."""
    if not png.startswith(PNG) or len(png) < 24:
        raise ValueError("not a PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _svg(png: bytes) -> str:
    width, height = size_of(png)
    data = base64.b64encode(png).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/></svg>'
    )
