"""Two editors of one page: the second is told what changed, keeps what they typed, and may confirm."""

import pytest

from gusp.models import Axe, ConventionGusp
from socle.verrou import FormulaireVersionne, VersionPerimee, changements_depuis, verifier, version_de

pytestmark = pytest.mark.django_db


class FormulaireConvention(FormulaireVersionne):
    class Meta:
        model = ConventionGusp
        fields = ["titre", "signee_le", "signataires", "demonstration"]


@pytest.fixture
def convention():
    return ConventionGusp.objects.create(titre="Convention 2024", signee_le="2024-05-02")


def saisie(convention, **changements):
    """Return what a browser sends back from the page shown now."""
    formulaire = FormulaireConvention(instance=ConventionGusp.objects.get(pk=convention.pk))
    return {
        "titre": "Convention 2024",
        "signee_le": "02/05/2024",
        "version": formulaire["version"].value(),
    } | changements


def formulaire(convention, donnees):
    return FormulaireConvention(donnees, instance=ConventionGusp.objects.get(pk=convention.pk))


def test_un_seul_redacteur_enregistre(convention):
    rempli = formulaire(convention, saisie(convention, titre="Convention GUSP"))
    assert rempli.is_valid(), rempli.errors
    rempli.save()
    convention.refresh_from_db()
    assert convention.titre == "Convention GUSP"


def test_le_second_redacteur_apprend_ce_qui_a_change_et_garde_sa_saisie(convention):
    donnees = saisie(convention, titre="Ma version")
    ConventionGusp.objects.filter(pk=convention.pk).update(titre="Version d’une collègue", signee_le="2024-06-03")
    rempli = formulaire(convention, donnees)
    assert not rempli.is_valid()
    assert rempli.non_field_errors() == [
        "Cette fiche a été modifiée pendant votre saisie\u00a0: "
        "titre (désormais «\u00a0Version d’une collègue\u00a0»), signée le (désormais «\u00a003/06/2024\u00a0»). "
        "Votre saisie est conservée\u202f; vérifiez-la, puis enregistrez de nouveau pour la garder."
    ]
    assert rempli["titre"].value() == "Ma version"


def test_enregistrer_de_nouveau_confirme(convention):
    donnees = saisie(convention, titre="Ma version")
    ConventionGusp.objects.filter(pk=convention.pk).update(titre="Version d’une collègue")
    refuse = formulaire(convention, donnees)
    assert not refuse.is_valid()
    confirme = formulaire(convention, donnees | {"version": refuse["version"].value()})
    assert confirme.is_valid(), confirme.errors
    assert confirme.save().titre == "Ma version"


def test_un_troisieme_passage_entre_temps_est_dit_aussi(convention):
    donnees = saisie(convention)
    ConventionGusp.objects.update(titre="Deuxième")
    refuse = formulaire(convention, donnees)
    assert not refuse.is_valid()
    ConventionGusp.objects.update(titre="Troisième")
    encore = formulaire(convention, donnees | {"version": refuse["version"].value()})
    assert not encore.is_valid()
    assert "Troisième" in encore.non_field_errors()[0]


@pytest.mark.parametrize("version", ["", "n’importe quoi", "[1, 2]", '{"inconnu": "x"}', "3"])
def test_une_version_absente_ou_falsifiee_est_refusee_par_une_phrase(convention, version):
    rempli = formulaire(convention, saisie(convention) | {"version": version})
    assert not rempli.is_valid()
    assert rempli.non_field_errors()[0].endswith("rechargez la page.")


def test_une_creation_n_a_pas_de_version():
    assert "version" not in FormulaireConvention().fields


def test_un_champ_hors_du_formulaire_ne_gene_pas(convention):
    donnees = saisie(convention)
    ConventionGusp.objects.update(debut_le="2024-01-01")
    assert formulaire(convention, donnees).is_valid()


def test_un_lien_multiple_change_est_vu(convention):
    from quartiers.models import Organisme

    donnees = saisie(convention)
    organisme = Organisme.objects.first()
    convention.signataires.add(organisme)
    rempli = formulaire(convention, donnees)
    assert not rempli.is_valid()
    assert f"signataires (désormais «\u00a0{organisme}\u00a0»)" in rempli.non_field_errors()[0]


def test_verifier_sert_aussi_sans_formulaire(convention):
    axe = Axe.objects.create(convention=convention, ordre=1, libelle="Cadre de vie")
    version = version_de(axe, ["ordre", "libelle"])
    verifier(axe, version)
    axe.ordre = 2
    assert [c.champ for c in changements_depuis(axe, version)] == ["ordre"]
    with pytest.raises(VersionPerimee) as perimee:
        verifier(axe, version)
    assert [(c.libelle, c.maintenant) for c in perimee.value.changements] == [("ordre", "2")]


def test_une_version_ne_nomme_que_les_champs_suivis(convention):
    """Else the sentence of the conflict would read any column aloud."""
    rempli = formulaire(convention, saisie(convention, version='{"fin_le":"0"}'))
    assert not rempli.is_valid()
    assert [e.code for e in rempli.non_field_errors().as_data()] == ["version_illisible"]


def test_une_version_profonde_est_illisible_et_non_une_panne(convention):
    rempli = formulaire(convention, saisie(convention, version="[" * 7000))
    assert not rempli.is_valid()
    assert [e.code for e in rempli.non_field_errors().as_data()] == ["version_illisible"]
