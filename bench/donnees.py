"""Rows for the measures, written by SQL: as many constats as asked, two journal lines each."""

import contextlib

from django.db import connection

from comptes.enums import Role
from comptes.models import Affectation, Utilisateur
from gusp.models import Constat
from pilotage.demonstration import textes

COURRIEL = "mesures@demo.example"

_CONSTATS = """
INSERT INTO gusp_constat (
    client_uuid, reference, numero, quartier_id, origine, releve_le, nature, theme_id, sous_theme_id, description,
    proposition, ampleur, recurrence, urgence, priorite_motif, lon, lat, position_source, repere, domanialite,
    organisme_id, reference_externe, etat, transmis_le, echeance_le, traite_le, verifie_le, relances, reponse_publique,
    motif, note_interne, confidentiel, porter_au_copil, photos_nombre, cree_par_id, cree_le, modifie_le
)
SELECT gen_random_uuid(), 'MES-' || i, i, q.ids[1 + (i / 8) %% q.n], 'signalement', jour, 'negatif',
       s.themes[1 + i %% s.n], s.ids[1 + i %% s.n], t.phrases[1 + (i * 7) %% t.n] || ', repère ' || (i %% 977),
       '', 1 + i %% 3, i %% 3, 1 + i %% 4, '', 0.64 + (i %% 1009) * 0.0001, 47.36 + (i %% 613) * 0.0001, 'gps',
       'entrée ' || (i %% 40), 'public', o.ids[1 + (i * 11) %% o.n], '', etat,
       CASE WHEN etat <> 'brouillon' THEN jour + 3 END, CASE WHEN etat <> 'brouillon' THEN jour + 33 END,
       CASE WHEN etat IN ('traite', 'verifie') THEN jour + 20 END, CASE WHEN etat = 'verifie' THEN jour + 30 END,
       0, CASE WHEN etat IN ('traite', 'verifie') THEN 'Fait.' ELSE '' END, '', '', false, false, 0, %(auteur)s,
       now(), now()
FROM (
    SELECT i, current_date - 40 - ((i::bigint * 7919) %% 1500)::int AS jour,
           (ARRAY['brouillon', 'transmis', 'pris_en_charge', 'traite', 'verifie', 'verifie', 'verifie', 'verifie']
           )[1 + i %% 8] AS etat
    FROM generate_series(1, %(taille)s) AS i
) AS base,
(SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS n FROM quartiers_quartier) AS q,
(SELECT array_agg(id ORDER BY id) AS ids, array_agg(theme_id ORDER BY id) AS themes, count(*)::int AS n
 FROM gusp_soustheme) AS s,
(SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS n FROM quartiers_organisme) AS o,
(SELECT %(phrases)s::text[] AS phrases, %(nombre)s AS n) AS t
"""

_MOUVEMENTS = """
INSERT INTO gusp_mouvementconstat (constat_id, genre, de, vers, commentaire, public, par_id, le)
SELECT c.id, CASE g WHEN 1 THEN 'creation' ELSE 'etat' END, CASE g WHEN 1 THEN '' ELSE 'brouillon' END,
       CASE g WHEN 1 THEN 'brouillon' ELSE c.etat END, '', false, %(auteur)s, c.releve_le + make_interval(days => g)
FROM gusp_constat AS c, generate_series(1, 2) AS g
WHERE g = 1 OR c.etat <> 'brouillon'
"""


def remplir(taille: int) -> None:
    """Make the table hold exactly `taille` constats (nothing is done when it already does)."""
    if Constat.objects.count() == taille:
        return
    personne = personne_des_mesures()
    phrases = [texte for observations in textes.OBSERVATIONS.values() for _, texte, _ in observations]
    with connection.cursor() as curseur:
        curseur.execute("TRUNCATE gusp_constat CASCADE")
        curseur.execute(
            _CONSTATS, {"taille": taille, "auteur": personne.pk, "phrases": phrases, "nombre": len(phrases)}
        )
        curseur.execute(_MOUVEMENTS, {"auteur": personne.pk})
        curseur.execute("VACUUM ANALYZE gusp_constat")
        curseur.execute("VACUUM ANALYZE gusp_mouvementconstat")


def personne_des_mesures() -> Utilisateur:
    """Return the person of the measures, made at the first call."""
    with contextlib.suppress(Utilisateur.DoesNotExist):
        return Utilisateur.objects.get(courriel=COURRIEL)
    auteur = Utilisateur.objects.create_user(COURRIEL, None, nom="Mesures", is_superuser=True)
    for role in (Role.RESPONSABLE, Role.ADMINISTRATEUR):
        Affectation.objects.create(utilisateur=auteur, quartier=None, role=role)
    return auteur
