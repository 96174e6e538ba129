"""Accounts and roles for the tests."""

import factory

from comptes.enums import Role
from comptes.models import Affectation, Utilisateur
from quartiers.enums import TypeOrganisme
from quartiers.models import Organisme

MOT_DE_PASSE = "correct cheval agrafe"


class FabriqueOrganisme(factory.django.DjangoModelFactory):
    """A landlord, unless told otherwise."""

    class Meta:
        model = Organisme
        django_get_or_create = ("nom",)

    nom = factory.Sequence(lambda n: f"Organisme {n}")
    type = TypeOrganisme.BAILLEUR


class FabriqueUtilisateur(factory.django.DjangoModelFactory):
    """An account; `role` gives one Affectation, in `quartier`, or in the 8 quartiers when none is given.

    FabriqueUtilisateur(role=Role.LECTEUR), FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas),
    FabriqueUtilisateur(role=Role.PARTENAIRE) (makes its organisme when none is given).
    """

    class Meta:
        model = Utilisateur
        skip_postgeneration_save = True

    class Params:
        avec_mot_de_passe = factory.Trait(password=factory.django.Password(MOT_DE_PASSE))

    courriel = factory.Sequence(lambda n: f"agent{n}@exemple.test")
    prenom = "Agent"
    nom = factory.Sequence(lambda n: f"Numéro {n}")

    @classmethod
    def _create(cls, model_class, *args, role=None, quartier=None, **champs):
        if role == Role.PARTENAIRE:
            champs.setdefault("organisme", None)
            champs["organisme"] = champs["organisme"] or FabriqueOrganisme()
        utilisateur = super()._create(model_class, *args, **champs)
        if role is not None:
            FabriqueAffectation(utilisateur=utilisateur, role=role, quartier=quartier)
        return utilisateur


class FabriqueAffectation(factory.django.DjangoModelFactory):
    """A role of somebody; everywhere unless a quartier is given."""

    class Meta:
        model = Affectation

    utilisateur = factory.SubFactory(FabriqueUtilisateur)
    role = Role.LECTEUR
    quartier = None
