"""The values that go in and out of PDF rendering; no WeasyPrint here, so that they cross processes."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

Avancement = Callable[[int, int, str], None]


class PdfRefuse(Exception):
    """A PDF that cannot be made; the message is a French sentence for the person who asked."""


@dataclass(frozen=True)
class Couverture:
    """The first page: one band, the title, what the meeting is, and what the data are."""

    service: str
    titre: tuple[str, ...]
    precisions: tuple[str, ...] = ()
    edition: str = ""
    mention: str = ""


@dataclass(frozen=True)
class Cadre:
    """What surrounds the sections: PDF title and date, running head and foot, cover, table of contents.

    `cree_le` is the only date written in the file: same date, same bytes.
    """

    titre: str
    entete: str = ""
    pied: str = ""
    cree_le: datetime.date | None = None
    auteur: str = ""
    couverture: Couverture | None = None
    sommaire: bool = True
    titre_sommaire: str = "Sommaire"


@dataclass(frozen=True)
class SectionHtml:
    """One section: a heading `titre` under the anchor `cle`, then an HTML fragment whose own headings start at h3.

    An h3 with an id appears in the table of contents. `html` is trusted markup, made by our templates.
    """

    cle: str
    titre: str
    html: str
    paysage: bool = False
    au_sommaire: bool = True


@dataclass(frozen=True)
class Entree:
    """A line of the table of contents; `page` counts from 1, the cover included."""

    niveau: int
    cle: str
    titre: str
    page: int


@dataclass(frozen=True)
class Assemblage:
    """A finished PDF, its number of pages, its contents and what the engine complained about."""

    octets: bytes
    pages: int
    entrees: tuple[Entree, ...] = ()
    avertissements: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes."""
        return hashlib.sha256(self.octets).hexdigest()
