"""Sections laid out apart, then written together: an unchanged section is never laid out twice by a warm process.

A section's pages hold nothing that depends on their place. Running heads, feet and page numbers come from a companion
document of blank pages, painted over them as PDF artifacts; the contents page is laid out last, with literal numbers.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence

from weasyprint import Document
from weasyprint.document import Page
from weasyprint.pdf.stream import Stream

from socle import pdf_gabarits, pdf_moteur
from socle.pdf_types import Assemblage, Avancement, Cadre, Entree, PdfRefuse, SectionHtml

PAGES_GARDEES = 160  # about 1.5 MB each


class _Garde:
    """Laid out sections by hash of their content, the least recently used leaving first."""

    def __init__(self) -> None:
        self.documents: OrderedDict[str, Document] = OrderedDict()

    def prendre(self, html: str, images: Mapping[str, bytes]) -> Document:
        cle = hashlib.sha256((pdf_moteur.empreinte_du_moteur() + html).encode()).hexdigest()
        if cle not in self.documents:
            self.documents[cle] = pdf_moteur.mettre_en_page(html, images, marges=False)
        self.documents.move_to_end(cle)
        while len(self.documents) > 1 and sum(len(d.pages) for d in self.documents.values()) > PAGES_GARDEES:
            self.documents.popitem(last=False)
        return self.documents[cle]

    def vider(self) -> None:
        self.documents.clear()


garde = _Garde()


class PageComposee:
    """A laid out page painted with the margins of its companion; quacks as weasyprint.document.Page."""

    def __init__(self, page: Page, courante: Page):
        self._page, self._courante = page, courante

    def __getattr__(self, nom: str) -> object:
        return getattr(self._page, nom)

    def paint(self, stream: Stream, scale: float = 1) -> None:
        """Paint the content, then the margins as one artifact outside of the structure."""
        self._page.paint(stream, scale)
        with stream.artifact():
            marques, stream._tags = stream._tags, None
            try:
                self._courante.paint(stream, scale)
            finally:
                stream._tags = marques


def assembler(
    sections: Sequence[SectionHtml], cadre: Cadre, images: Mapping[str, bytes], avancement: Avancement | None = None
) -> Assemblage:
    """See socle.pdf.assembler."""
    _verifier_les_cles(sections)
    dire = avancement or (lambda fait, total, libelle: None)
    total = len(sections) + 2
    with pdf_moteur.tranquille(), pdf_moteur.plaintes() as avertissements:
        documents = []
        for rang, section in enumerate(sections):
            dire(rang, total, section.titre)
            html, retenues = pdf_moteur.par_contenu(pdf_gabarits.page_section(section), images)
            documents.append(garde.prendre(html, retenues))
        dire(len(sections), total, cadre.titre_sommaire)
        devant, entrees = _liminaires(sections, documents, cadre)
        dire(len(sections) + 1, total, "Écriture du PDF")
        pages = _composer(devant, sections, documents, cadre)
        octets = _ecrire(devant.copy(pages), documents)
    dire(total, total, "Terminé")
    return Assemblage(octets, len(pages), tuple(entrees), tuple(avertissements))


def _ecrire(ensemble: Document, documents: Sequence[Document]) -> bytes:
    try:
        return pdf_moteur.ecrire(ensemble, documents)
    except PdfRefuse:
        garde.vider()  # pages with a hole are not worth keeping
        raise


def _verifier_les_cles(sections: Sequence[SectionHtml]) -> None:
    if not sections:
        raise PdfRefuse("Le document n’a aucune section.")
    doubles = [cle for cle, nombre in Counter(s.cle for s in sections).items() if nombre > 1]
    if doubles:
        raise PdfRefuse(f"Deux sections portent la même clé\u00a0: {', '.join(doubles)}.")


def _verifier_les_ancres(entrees: Sequence[Entree]) -> None:
    doubles = [cle for cle, nombre in Counter(e.cle for e in entrees).items() if nombre > 1]
    if doubles:
        raise PdfRefuse(f"Deux titres portent la même ancre\u00a0: {', '.join(doubles)}.")


def _liminaires(
    sections: Sequence[SectionHtml], documents: Sequence[Document], cadre: Cadre
) -> tuple[Document, list[Entree]]:
    """Lay out cover and contents until the numbers that they announce are those of the pages."""
    nombre = 0
    for _ in range(4):
        entrees = _entrees(sections, documents, nombre)
        devant = pdf_moteur.mettre_en_page(pdf_gabarits.pages_liminaires(cadre, entrees), {}, marges=False)
        # Without cover nor contents there still is one blank page, which is dropped.
        pages = list(devant.pages) if cadre.couverture or cadre.sommaire else []
        _verifier_les_ancres(entrees)
        if len(pages) == nombre:
            return devant.copy(pages), entrees
        nombre = len(pages)
    raise PdfRefuse("Le sommaire ne se stabilise pas\u00a0: raccourcissez les titres des sections.")


def _entrees(sections: Sequence[SectionHtml], documents: Sequence[Document], debut: int) -> list[Entree]:
    entrees, page = [], debut + 1
    for section, document in zip(sections, documents, strict=True):
        if section.au_sommaire:
            entrees.append(Entree(1, section.cle, section.titre, page))
            entrees += _sous_entrees(document, section, page)
        page += len(document.pages)
    return entrees


def _sous_entrees(document: Document, section: SectionHtml, debut: int) -> list[Entree]:
    """Return the h3 that carry an id, in order."""
    ancres = {ancre: rang for rang, page in reversed(list(enumerate(document.pages))) for ancre in page.anchors}
    return [
        Entree(2, titre.get("id"), " ".join("".join(titre.itertext()).split()), debut + ancres[titre.get("id")])
        for titre in document._html.etree_element.iter("h3")
        if titre.get("id") in ancres
    ]


def _composer(
    devant: Document, sections: Sequence[SectionHtml], documents: Sequence[Document], cadre: Cadre
) -> list[Page | PageComposee]:
    """Number every page and give it its head and foot; the cover keeps none."""
    couverture = 1 if cadre.couverture else 0
    titres = [("" if rang < couverture else cadre.titre_sommaire, False) for rang in range(len(devant.pages))]
    pages = list(devant.pages)
    for section, document in zip(sections, documents, strict=True):
        titres += [(section.titre, section.paysage)] * len(document.pages)
        pages += document.pages
    courantes = pdf_moteur.mettre_en_page(pdf_gabarits.pages_courantes(cadre, titres), {}).pages
    if len(courantes) != len(pages):
        raise PdfRefuse("La numérotation des pages a échoué.")
    composees = [PageComposee(page, courante) for page, courante in zip(pages, courantes, strict=True)]
    return [*pages[:couverture], *composees[couverture:]]
