"""Money and papers of the demonstration: every amount says that it is fictitious."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from npnru.enums import SOURCE_DEMONSTRATION, GenreFinancement, Taxe
from npnru.lectures import cout_connu
from npnru.metier import ajouter_montant, deposer_document, ouvrir_cout, ouvrir_financement
from npnru.models import Operation
from quartiers.models import Organisme
from socle.formats import jour

from .calendriers import instant
from .scenarios import Scenario


def poser(operation: Operation, scenario: Scenario, *, par, aujourd_hui: date) -> None:
    """Add the cost items, then the financing lines whose base is the cost."""
    commun = {"taxe": Taxe.HT, "source": SOURCE_DEMONSTRATION, "demonstration": True, "par": par}
    for poste, precision, versions in scenario.couts:
        cout = ouvrir_cout(operation, poste, precision=precision)
        publie = cout.montants.exists()
        for il_y_a, valeur, motif in versions:
            ajouter_montant(
                cout,
                statut="annonce" if publie else "prevu",
                valeur=Decimal(valeur),
                valeur_le=timezone.localdate(instant(aujourd_hui, il_y_a)),
                motif=motif,
                **commun,
            )
    base = cout_connu(operation.couts.prefetch_related("montants"), au=aujourd_hui).valeur
    for ligne in scenario.lignes:
        financement = ouvrir_financement(
            operation,
            financeur=Organisme.objects.get(nom=ligne.financeur),
            genre=ligne.genre,
            dispositif=ligne.dispositif,
            base_subventionnable=base if ligne.genre == GenreFinancement.SUBVENTION else None,
        )
        for il_y_a, statut, part in ligne.vie:
            precedents = financement.montants.filter(statut=statut).exists()
            ajouter_montant(
                financement,
                statut=statut,
                valeur=(Decimal(ligne.montant) * part / 100).quantize(Decimal(1)),
                valeur_le=timezone.localdate(instant(aujourd_hui, il_y_a)),
                motif="Montant revu avec le financeur." if precedents else "",
                **commun,
            )


def deposer(operation: Operation, scenario: Scenario, *, par, aujourd_hui: date) -> None:
    """Store small PDF made here, one version a line."""
    for il_y_a, genre, titre in scenario.documents:
        le = timezone.localdate(instant(aujourd_hui, il_y_a))
        lignes = [operation.titre, f"Document du {jour(le)}", "Document de démonstration, fictif."]
        deposer_document(
            operation,
            petit_pdf(titre, lignes),
            titre=titre,
            genre=genre,
            par=par,
            date_document=le,
            nom=f"{titre}.pdf",
        )


def petit_pdf(titre: str, lignes: list[str]) -> bytes:
    """Return a one-page PDF with a title and lines of text, always the same bytes for the same words."""
    mots = [_phrase(titre, 20, 760), *(_phrase(ligne, 12, 720 - 22 * rang) for rang, ligne in enumerate(lignes))]
    flux = b"\n".join(mots)
    objets = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(flux), flux),
    ]
    sortie, places = b"%PDF-1.4\n", []
    for rang, objet in enumerate(objets, start=1):
        places.append(len(sortie))
        sortie += b"%d 0 obj\n%s\nendobj\n" % (rang, objet)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    fin = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return sortie + fin % (len(objets) + 1, table, len(objets) + 1, len(sortie))


def _phrase(texte: str, corps: int, y: int) -> bytes:
    propre = texte.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\u202f", " ")
    return b"BT /F1 %d Tf 60 %d Td (%s) Tj ET" % (corps, y, propre.encode("cp1252", "replace"))
