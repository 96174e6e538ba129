"""French typography of numbers, amounts, dates and delays: the same words on screen, on paper and in exports."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

FINE = "\u202f"  # narrow no-break space: thousands, and before ; ! ?
INSECABLE = "\u00a0"  # no-break space: before : % € and units, inside « »
MOINS = "\u2212"
ABSENT = "non renseigné"

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MOIS_COURTS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")

Nombre = int | float | Decimal | str


def _absent(valeur) -> bool:
    return valeur is None or valeur == ""


def _decimal(valeur: Nombre) -> Decimal:
    return valeur if isinstance(valeur, Decimal) else Decimal(str(valeur))


def _ecrire(valeur: Decimal, decimales: int) -> str:
    """Write a number with that many decimals, thousands apart, a real minus sign and a comma."""
    arrondi = valeur.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    signe = MOINS if arrondi < 0 else ""
    return signe + f"{abs(arrondi):,f}".replace(",", FINE).replace(".", ",")


def nombre(valeur: Nombre | None, decimales: int | None = None) -> str:
    """Write a number; without `decimales`, two at most and only those that say something."""
    if _absent(valeur):
        return ABSENT
    lu = _decimal(valeur)
    if decimales is not None:
        return _ecrire(lu, int(decimales))
    texte = _ecrire(lu, 2)
    return texte.rstrip("0").rstrip(",")


def euros(montant: Nombre | None, decimales: int | None = None) -> str:
    """Write an amount in euros, with cents when there are some (or as many decimals as asked)."""
    if _absent(montant):
        return ABSENT
    lu = _decimal(montant).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if decimales is None:
        decimales = 0 if lu == lu.to_integral_value() else 2
    return f"{_ecrire(_decimal(montant), int(decimales))}{INSECABLE}€"


def k_euros(montant: Nombre | None) -> str:
    """Write an amount given in euros as thousands of euros, one decimal under 10 k€."""
    if _absent(montant):
        return ABSENT
    milliers = _decimal(montant) / 1000
    texte = _ecrire(milliers, 1 if abs(milliers) < 10 else 0)
    return f"{texte.removesuffix(',0')}{INSECABLE}k€"


def m_euros(montant: Nombre | None) -> str:
    """Write an amount given in euros as millions of euros, one decimal."""
    if _absent(montant):
        return ABSENT
    return f"{_ecrire(_decimal(montant) / 1_000_000, 1).removesuffix(',0')}{INSECABLE}M€"


def pourcent(valeur: Nombre | None, decimales: int | None = 0) -> str:
    """Write a percentage (62 gives 62 %)."""
    return ABSENT if _absent(valeur) else f"{nombre(valeur, decimales)}{INSECABLE}%"


def poids(octets: int | None) -> str:
    """Write a file size in octets, ko or Mo."""
    if _absent(octets):
        return ABSENT
    if octets < 1000:
        return f"{octets}{INSECABLE}{'octet' if octets < 2 else 'octets'}"
    if octets < 999_500:
        return f"{_ecrire(Decimal(octets) / 1000, 0)}{INSECABLE}ko"
    return f"{_ecrire(Decimal(octets) / 1_000_000, 1).removesuffix(',0')}{INSECABLE}Mo"


def _date(valeur: datetime.date | datetime.datetime) -> datetime.date:
    """Return the day in Tours of a date or of an instant."""
    if isinstance(valeur, datetime.datetime):
        return timezone.localdate(valeur) if timezone.is_aware(valeur) else valeur.date()
    return valeur


def _quantieme(jour: int) -> str:
    return "1er" if jour == 1 else str(jour)


def jour(valeur: datetime.date | None) -> str:
    """Write a day as JJ/MM/AAAA."""
    return ABSENT if _absent(valeur) else f"{_date(valeur):%d/%m/}{_date(valeur).year:04d}"


def jour_long(valeur: datetime.date | None) -> str:
    """Write a day in full: lundi 23 novembre 2026."""
    if _absent(valeur):
        return ABSENT
    d = _date(valeur)
    return f"{JOURS[d.weekday()]} {_quantieme(d.day)}{INSECABLE}{MOIS[d.month - 1]} {d.year}"


def jour_court(valeur: datetime.date | None) -> str:
    """Write a day without its year: 26 nov."""
    if _absent(valeur):
        return ABSENT
    d = _date(valeur)
    return f"{_quantieme(d.day)}{INSECABLE}{MOIS_COURTS[d.month - 1]}"


def heure(valeur: datetime.time | datetime.datetime | None) -> str:
    """Write an hour in Tours: 14 h, 9 h 30."""
    if _absent(valeur):
        return ABSENT
    if isinstance(valeur, datetime.datetime) and timezone.is_aware(valeur):
        valeur = timezone.localtime(valeur)
    minutes = f"{INSECABLE}{valeur.minute:02d}" if valeur.minute else ""
    return f"{valeur.hour}{INSECABLE}h{minutes}"


def instant(valeur: datetime.datetime | None) -> str:
    """Write a day and an hour: 23/11/2026 à 9 h 30."""
    return ABSENT if _absent(valeur) else f"{jour(valeur)} à {heure(valeur)}"


def jours(valeur: int | None) -> str:
    """Write a number of days: 51 j."""
    return ABSENT if _absent(valeur) else f"{nombre(valeur)}{INSECABLE}j"


def delai(valeur: datetime.date | int | None, au: datetime.date | None = None) -> str:
    """Tell how late something is: from a due day read at the day `au`, or from a number of days late.

    Raises ValueError when a day comes without `au`: a delay has no meaning without the day of its reading.
    """
    if _absent(valeur):
        return ABSENT
    if isinstance(valeur, int):
        retard = valeur
    elif au is None:
        raise ValueError("delai needs the day of reading: {{ echeance|delai:au }}")
    else:
        retard = (_date(au) - _date(valeur)).days
    if retard > 0:
        return f"en retard de {jours(retard)}"
    return f"dans {jours(-retard)}" if retard else "aujourd’hui"


def pluriel(compte: Nombre | None, formes: str = "s") -> str:
    """Return the ending or the form that agrees with a count: `s`, `x`, or `cheval,chevaux` (singular under 2)."""
    singulier, _, plusieurs = formes.rpartition(",") if "," in formes else ("", "", formes)
    return plusieurs if abs(_decimal(compte or 0)) >= 2 else singulier


def compte(valeur: Nombre | None, formes: str) -> str:
    """Return a count and its noun: 12 constats."""
    return ABSENT if _absent(valeur) else f"{nombre(valeur)}{INSECABLE}{pluriel(valeur, formes)}"


_TYPO = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"\.\.\.(?!\.)"), "…"),
    (re.compile(r"«\s*"), "«" + INSECABLE),
    (re.compile(r"\s*»"), INSECABLE + "»"),
    (re.compile(r"[ \u00a0\u202f]*([;!?]+)(?=\s|$|[»)])"), FINE + r"\1"),
    (re.compile(r"[ \u00a0\u202f]*:(?=\s|$)"), INSECABLE + ":"),
    (re.compile(r"(?<=\d)[ \u202f](?=[%€])"), INSECABLE),
)


def typo(texte: str | None) -> str:
    """Set the apostrophes and the spaces of French typography in a plain text; addresses and hours are left alone."""
    if _absent(texte):
        return ""
    texte = str(texte)
    for motif, remplacement in _TYPO:
        texte = motif.sub(remplacement, texte)
    return texte
