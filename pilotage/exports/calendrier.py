"""One meeting as an iCalendar text (RFC 5545), for the calendar of each member."""

import datetime

from pilotage.enums import EtatSeance
from pilotage.models import Seance
from pilotage.ordre_du_jour import OrdreDuJour

TYPE = "text/calendar; charset=utf-8"
#: Rules of the clock in France since 1996, so that the hour is right in every calendar program.
_FUSEAU = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Paris",
    "BEGIN:DAYLIGHT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_STATUTS = {EtatSeance.ANNULEE: "CANCELLED"}


def ics(seance: Seance, ordre_du_jour: OrdreDuJour, *, adresse: str) -> bytes:
    """Return the calendar file of one meeting; `adresse` is the whole address of its page."""
    lignes = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Quartiers Tours//Seances//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_FUSEAU,
        "BEGIN:VEVENT",
        f"UID:seance-{seance.pk}@quartiers-tours",
        f"DTSTAMP:{seance.modifie_le.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{int(seance.modifie_le.timestamp() - seance.cree_le.timestamp())}",
        *_quand(seance),
        f"SUMMARY:{_echapper(seance.instance.nom)}",
        f"LOCATION:{_echapper(seance.lieu)}",
        f"DESCRIPTION:{_echapper(_description(ordre_du_jour, adresse))}",
        f"URL:{adresse}",
        f"STATUS:{_STATUTS.get(EtatSeance(seance.etat), 'CONFIRMED')}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_plier(ligne) for ligne in lignes).encode()


def _quand(seance: Seance) -> list[str]:
    """Return begin and end: a whole day when the hour is not known yet."""
    if seance.heure is None:
        lendemain = seance.tenue_le + datetime.timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{seance.tenue_le:%Y%m%d}", f"DTEND;VALUE=DATE:{lendemain:%Y%m%d}"]
    debut = datetime.datetime.combine(seance.tenue_le, seance.heure)
    fin = debut + datetime.timedelta(minutes=seance.duree_minutes)
    return [f"DTSTART;TZID=Europe/Paris:{debut:%Y%m%dT%H%M%S}", f"DTEND;TZID=Europe/Paris:{fin:%Y%m%dT%H%M%S}"]


def _description(ordre_du_jour: OrdreDuJour, adresse: str) -> str:
    points = [f"{ligne.numero}. {ligne.point.titre} ({ligne.duree})" for ligne in ordre_du_jour.lignes]
    return "\n".join([*points, adresse])


def _echapper(texte: str) -> str:
    for signe in ("\\", ";", ","):
        texte = texte.replace(signe, f"\\{signe}")
    return texte.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _plier(ligne: str) -> str:
    """Fold at 75 octets, never within a character."""
    morceaux, courant, taille = [], "", 0
    for signe in ligne:
        poids = len(signe.encode())
        if taille + poids > 75:
            morceaux.append(courant)
            courant, taille = " ", 1
        courant += signe
        taille += poids
    return "\r\n".join([*morceaux, courant]) + "\r\n"
