"""What waits at « Réception du terrain » for a walk, or for a constat."""

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode

from gusp.enums import EtatEnvoi
from gusp.models import Constat, Diagnostic, EnvoiTerrain, Revue
from socle.formats import compte, typo


def attente_de(marche: Diagnostic) -> dict:
    """Return what concerns a walk: how many decisions, how many photos still on a telephone."""
    return EnvoiTerrain.objects.filter(diagnostic=marche).aggregate(
        decisions=Count("pk", filter=Q(etat__in=EtatEnvoi.A_DECIDER)), photos=Sum("manquantes", default=0)
    )


def attente_du_constat(constat: Constat) -> dict:
    """Return what concerns a constat: how many versions wait, whose telephone still has photos."""
    lignes = EnvoiTerrain.objects.filter(constat=constat).filter(Q(etat__in=EtatEnvoi.A_DECIDER) | Q(manquantes__gt=0))
    envois = list(lignes.select_related("par").order_by("recu_le"))
    return {
        "versions": sum(envoi.etat == EtatEnvoi.A_ARBITRER for envoi in envois),
        "photos": [{"phrase": dire_manquantes(e), "depuis": e.recu_le} for e in envois if e.manquantes],
        "url": f"{reverse('gusp:reception')}?{urlencode({'constat': constat.pk})}",
    }


def dire_manquantes(envoi: EnvoiTerrain) -> str:
    """« 2 photos sont encore sur le téléphone de Nadia Roche »."""
    sont = "sont encore" if envoi.manquantes > 1 else "est encore"
    return typo(f"{compte(envoi.manquantes, 'photo,photos')} {sont} sur le téléphone de {envoi.par}")


def revues_de(constat: Constat) -> list[Revue]:
    """Return the times when the constat was seen again, newest first."""
    lignes = Revue.objects.filter(constat=constat).select_related("par", "diagnostic__quartier")
    return list(lignes.defer("diagnostic__quartier__contour").order_by("-le", "-pk"))
