"""A constat in words: what the model and the light rows of the long lists say alike."""

from gusp.enums import EtatConstat, Nature

TITRE_MAX = 90
SANS_TITRE = "Constat à compléter"


def titre_de(description: str, repli: str = SANS_TITRE) -> str:
    """Return the first line of a description, cut; `repli` when there is none."""
    lignes = description.strip().splitlines()
    if not lignes:
        return repli
    premiere = lignes[0]
    return premiere if len(premiere) <= TITRE_MAX else premiere[: TITRE_MAX - 1].rstrip() + "…"


class ConstatDit:
    """Label, look and delays of what carries etat, nature, ouvert, releve_le, echeance_le and traite_le."""

    @property
    def libelle_etat(self) -> str:
        """Label of the state; a qualified positive point is « valorisé »."""
        if self.etat == EtatConstat.QUALIFIE and self.nature == Nature.POSITIF:
            return "Valorisé"
        return EtatConstat(self.etat).label

    @property
    def allure(self) -> str:
        """Semantic look: a-traiter, en-cours, fait or clos (lateness is added by `retard_jours`)."""
        if self.etat == EtatConstat.QUALIFIE and self.nature == Nature.POSITIF:
            return "fait"
        return EtatConstat(self.etat).allure

    def retard_jours(self, *, au) -> int:
        """Days past the due date on that day, 0 when not late."""
        if not self.ouvert or self.echeance_le is None:
            return 0
        return max(0, (au - self.echeance_le).days)

    def age_jours(self, *, au) -> int:
        """Days since it was seen; stops when done or closed."""
        fin = self.traite_le if not self.ouvert and self.traite_le else au
        return max(0, (fin - self.releve_le).days)
