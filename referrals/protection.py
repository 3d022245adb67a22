"""A password on a letter's PDF, told by telephone: AES-256, and the password kept nowhere."""

import io
import secrets

import pikepdf

# Neither look nor sound alike: no I, L, O, 0, 1; of B, D, P, T and of M, N only one.
_LETTERS = "abcefghjkmqrsuwxyz"
_DIGITS = "23456789"
_GROUPS, _IN_A_GROUP = 4, 3
_SPOKEN = {
    "a": "Alfa",
    "b": "Bravo",
    "c": "Charlie",
    "e": "Echo",
    "f": "Foxtrot",
    "g": "Golf",
    "h": "Hotel",
    "j": "Juliett",
    "k": "Kilo",
    "m": "Mike",
    "q": "Quebec",
    "r": "Romeo",
    "s": "Sierra",
    "u": "Uniform",
    "w": "Whiskey",
    "x": "X-ray",
    "y": "Yankee",
    "z": "Zulu",
}


def new_password() -> str:
    """Return a password of 12 letters and digits in groups of three, of more than 56 bits."""
    groups = ("".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def spoken(password: str) -> list[str]:
    """Return a password's groups as one says them on the telephone: "Kilo 7 Mike"."""
    return [" ".join(_SPOKEN.get(letter, letter) for letter in group) for group in password.split("-")]


def with_password(pdf: bytes, password: str) -> bytes:
    """Return the PDF encrypted with AES-256, to be opened with the password and read aloud without it.

    Programs that read a page to a blind person keep their access. The owner's password is random and
    forgotten, so that nobody can take the protection off but by knowing the password.
    """
    protected = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        allow = pikepdf.Permissions(accessibility=True)
        encryption = pikepdf.Encryption(
            owner=secrets.token_urlsafe(32), user=password, R=6, aes=True, metadata=True, allow=allow
        )
        document.save(protected, encryption=encryption)
    return protected.getvalue()
