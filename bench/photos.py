"""Photos made by code for the measures: noise, so that a JPEG weighs what the photo of a busy street weighs."""

import io
import random

from PIL import Image


def photo(taille: tuple[int, int], poids: tuple[int, int], *, grain: int = 1) -> bytes:
    """Return a JPEG of this size in pixels and in bytes; specks of `grain` pixels survive a reduction."""
    petite = (taille[0] // grain, taille[1] // grain)
    fond = Image.linear_gradient("L").resize(petite).convert("RGB")
    hasard = random.Random(1)  # noqa: S311 - specks, not secrets
    bruit = Image.frombytes("RGB", petite, hasard.randbytes(petite[0] * petite[1] * 3))
    mini, maxi = 0.0, 1.0
    for _ in range(12):
        part = (mini + maxi) / 2
        octets = _jpeg(Image.blend(fond, bruit, part).resize(taille))
        if poids[0] <= len(octets) <= poids[1]:
            return octets
        mini, maxi = (part, maxi) if len(octets) < poids[0] else (mini, part)
    raise RuntimeError(f"Aucune photo entre {poids[0]} et {poids[1]} octets.")


def _jpeg(image: Image.Image) -> bytes:
    sortie = io.BytesIO()
    image.save(sortie, "JPEG", quality=82)
    return sortie.getvalue()


def marquer(octets: bytes, marque: int) -> bytes:
    """Return the same picture in other bytes: a comment behind the first marker."""
    texte = f"mesure {marque}".encode()
    return octets[:2] + b"\xff\xfe" + (len(texte) + 2).to_bytes(2, "big") + texte + octets[2:]
