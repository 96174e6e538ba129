"""The bound of each page: a bare WSGI handler that sends the same rows with psycopg and a format string."""

import json

import psycopg

_LIGNE = (
    '<tr><td><input type="checkbox" name="selection" value="{}"></td><td>{}</td><td><a href="/constats/{}/">{}</a></td>'
    "<td>{}</td><td>{}</td><td>U{}</td><td>{}</td><td>{}</td></tr>"
)
_LISTE = """
SELECT c.id, c.reference, c.id, c.description, t.libelle, o.nom, c.urgence, c.etat, current_date - c.releve_le
FROM gusp_constat c JOIN gusp_theme t ON t.id = c.theme_id JOIN quartiers_organisme o ON o.id = c.organisme_id
"""
_OUVERTS = _LISTE + "WHERE c.ouvert ORDER BY c.releve_le DESC, c.id DESC LIMIT 51"
_PROFONDE = _LISTE + "WHERE c.ouvert AND (c.releve_le, c.id) < (%s, %s) ORDER BY c.releve_le DESC, c.id DESC LIMIT 51"
_RECHERCHE = (
    _LISTE + "WHERE c.recherche @@ websearch_to_tsquery('francais', %s) ORDER BY c.releve_le DESC, c.id DESC LIMIT 51"
)
_FICHE = _LISTE + "WHERE c.id = %s"
_JOURNAL = "SELECT le, genre, vers, commentaire FROM gusp_mouvementconstat WHERE constat_id = %s ORDER BY le"
_ACCUEIL = """
SELECT q.nom, count(c.id), count(c.id) FILTER (WHERE c.echeance_le < current_date)
FROM quartiers_quartier q LEFT JOIN gusp_constat c ON c.quartier_id = q.id AND c.ouvert GROUP BY q.nom
"""
_CARRES = """
SELECT floor(lon * 1000), floor(lat * 1000), count(*) FROM gusp_constat WHERE ouvert AND lon IS NOT NULL GROUP BY 1, 2
"""
_POINTS = """
SELECT c.id, c.lon, c.lat, c.reference, left(c.description, 60), t.libelle, c.etat
FROM gusp_constat c JOIN gusp_theme t ON t.id = c.theme_id WHERE c.ouvert AND c.lon IS NOT NULL
"""


class Temoin:
    """One persistent connection, one statement a page."""

    def __init__(self, adresse: str):
        self.connexion = psycopg.connect(adresse, autocommit=True)

    def _lignes(self, sql, *parametres):
        return self.connexion.execute(sql, parametres).fetchall()

    def _page(self, lignes) -> bytes:
        corps = "".join(_LIGNE.format(*ligne) for ligne in lignes)
        return f"<!doctype html><title>x</title><table>{corps}</table>".encode()

    def liste(self) -> bytes:
        return self._page(self._lignes(_OUVERTS))

    def profonde(self, jour, pk) -> bytes:
        return self._page(self._lignes(_PROFONDE, jour, pk))

    def recherche(self, mots) -> bytes:
        return self._page(self._lignes(_RECHERCHE, mots))

    def fiche(self, pk) -> bytes:
        page = self._page(self._lignes(_FICHE, pk))
        return page + "".join(f"<li>{m}</li>" for m in self._lignes(_JOURNAL, pk)).encode()

    def accueil(self) -> bytes:
        return "".join(f"<li>{nom} {n} {retard}</li>" for nom, n, retard in self._lignes(_ACCUEIL)).encode()

    def carte(self, par_carres: bool) -> bytes:
        return json.dumps(
            [[str(v) for v in ligne] for ligne in self._lignes(_CARRES if par_carres else _POINTS)]
        ).encode()


def application(environ, start_response):
    """WSGI entry of the bound, served by the same gunicorn as the application."""
    global _temoin
    if _temoin is None:
        _temoin = Temoin(environ["bench.adresse"])
    corps = _temoin.liste()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(corps)))])
    return [corps]


_temoin: Temoin | None = None
