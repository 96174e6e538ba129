"""Forms of a walk: facts with optimistic lock, stops, people invited, presence, gestures on its state."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db.models import Q

from comptes.models import Utilisateur
from gusp.enums import GroupeParticipant
from gusp.forms.champs import ChampJour, texte
from gusp.forms.rangees import FormulaireEnRangee, Rangees
from gusp.metier.preparation import ETAPES_MAX, lire_trajet
from gusp.models import Diagnostic
from quartiers.models import Organisme, Quartier, Secteur
from socle.verrou import FormulaireVersionne


def champ_heure() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class FormulaireDiagnostic(FormulaireVersionne):
    """Facts of a walk. A new one chooses its quartier; an existing one keeps it, as its number does."""

    prevu_le = ChampJour(label="Date")
    restitution_prevue_le = ChampJour(label="Restitution prévue le", required=False)

    class Meta:
        model = Diagnostic
        fields = (
            "quartier",
            "genre",
            "intitule",
            "secteur",
            "prevu_le",
            "heure_debut",
            "heure_fin",
            "lieu_rendez_vous",
            "organisateur",
            "referent",
            "precedent",
            "raisons",
            "restitution_prevue_le",
            "restitution_lieu",
            "notes",
        )
        widgets = {
            "heure_debut": champ_heure(),
            "heure_fin": champ_heure(),
            "raisons": texte(3),
            "notes": texte(3),
        }
        help_texts = {
            "intitule": "Ce qui distingue cette marche\u00a0: «\u00a0Saint-Paul et la Rotonde\u00a0».",
            "precedent": "Ses constats encore ouverts seront à revoir sur place.",
            "raisons": "Ce que les services, les partenaires et les habitants ont signalé.",
        }

    def __init__(self, *args, utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        ids = utilisateur.perimetre.quartier_ids_service
        siens = Quartier.objects.all() if ids is None else Quartier.objects.filter(pk__in=ids)
        for nom, vide in (
            ("organisateur", "Non renseigné"),
            ("referent", "Non renseigné"),
            ("secteur", "Tout le quartier"),
        ):
            self.fields[nom].empty_label = vide
        self.fields["organisateur"].queryset = Organisme.objects.filter(
            Q(actif=True) | Q(pk=self.instance.organisateur_id)
        )
        self.fields["referent"].queryset = Utilisateur.objects.filter(
            Q(is_active=True, organisme=None) | Q(pk=self.instance.referent_id)
        )
        marches = Diagnostic.objects.select_related("quartier")
        if self.instance.pk is None:
            self.fields["quartier"].queryset = siens
            self.fields["precedent"].queryset = marches.filter(quartier__in=siens).tenus()
            self.fields["precedent"].empty_label = "La dernière marche tenue dans le quartier"
            self.fields["secteur"].queryset = Secteur.objects.filter(quartier__in=siens).select_related("quartier")
        else:
            del self.fields["quartier"]
            autres = marches.filter(quartier=self.instance.quartier_id).exclude(pk=self.instance.pk)
            self.fields["precedent"].queryset = autres.filter(Q(pk=self.instance.precedent_id) | ~Q(etat="annule"))
            self.fields["precedent"].empty_label = "Aucun"
            self.fields["secteur"].queryset = Secteur.objects.filter(quartier=self.instance.quartier_id)
        self.helper = _mise_en_page(self.fields)

    def _post_clean(self):
        """Leave the checks of the model to the write itself, which numbers the walk first."""

    @property
    def champs(self) -> dict[str, Any]:
        """Return what `creer_diagnostic` and `modifier_diagnostic` take."""
        champs = {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "version"}
        if self.instance.pk is None and champs["precedent"] is None:
            del champs["precedent"]
        return champs


def _mise_en_page(champs) -> FormHelper:
    aide = FormHelper()
    aide.form_tag = False
    aide.disable_csrf = True
    quoi = [nom for nom in ("quartier", "intitule", "genre", "secteur") if nom in champs]
    caches = [nom for nom in ("version",) if nom in champs]
    aide.layout = Layout(
        Fieldset("La marche", *quoi, "raisons"),
        Fieldset("Quand et où", Div("prevu_le", "heure_debut", "heure_fin", css_class="rangee"), "lieu_rendez_vous"),
        Fieldset("Qui et quoi revoir", Div("organisateur", "referent", css_class="rangee"), "precedent"),
        Fieldset("Restitution", Div("restitution_prevue_le", "restitution_lieu", css_class="rangee"), "notes"),
        *caches,
    )
    return aide


class FormulaireEtape(FormulaireEnRangee):
    """A stop; its place is optional."""

    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    ordre = forms.IntegerField(label="Ordre", required=False, min_value=1, max_value=99)
    libelle = forms.CharField(label="Étape", max_length=120, required=False)
    heure = forms.TimeField(label="Heure prévue", required=False, widget=champ_heure())
    attention = forms.CharField(label="À regarder", max_length=160, required=False)
    lon = forms.DecimalField(
        label="Longitude", required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6
    )
    lat = forms.DecimalField(
        label="Latitude", required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6
    )
    retirer = forms.BooleanField(label="Retirer", required=False)

    def clean(self):
        donnees = super().clean()
        dit = any(donnees.get(nom) not in (None, "") for nom in ("pk", "heure", "attention", "lon", "lat"))
        if dit and not donnees.get("retirer") and not donnees.get("libelle") and "libelle" not in self.errors:
            self.add_error("libelle", "Nommez cette étape, ou cochez «\u00a0Retirer\u00a0».")
        if (donnees.get("lon") is None) != (donnees.get("lat") is None) and not {"lon", "lat"} & set(self.errors):
            self.add_error("lat", "Une position a une longitude et une latitude.")
        return donnees

    @property
    def gardee(self) -> bool:
        return bool(self.cleaned_data.get("libelle")) and not self.cleaned_data.get("retirer")


FormulairesEtapes = forms.formset_factory(FormulaireEtape, formset=Rangees, extra=3, max_num=ETAPES_MAX + 5)


def etapes_de(formulaires) -> list[dict[str, Any]]:
    """Return the stops to keep, in the order asked; a stop without order comes after those that have one."""
    gardees = [f.cleaned_data for f in formulaires if f.gardee]
    rangs = {id(donnees): rang for rang, donnees in enumerate(gardees)}
    return sorted(gardees, key=lambda donnees: (donnees.get("ordre") or 100, rangs[id(donnees)]))


class FormulaireTrajet(forms.Form):
    """The line walked, one position a line; empty, the stops are joined in order."""

    vu = forms.CharField(widget=forms.HiddenInput, max_length=64)
    trajet = forms.CharField(
        label="Trajet entre les étapes",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text="Facultatif. Une position par ligne, longitude puis latitude\u00a0: 0.6912 47.3821. Vide, le trait "
        "relie les étapes dans l’ordre.",
    )

    def clean_trajet(self) -> list[list[float]]:
        return lire_trajet(self.cleaned_data["trajet"])


class FormulaireParticipant(FormulaireEnRangee):
    """Somebody invited: residents are counted, never named."""

    pk = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    groupe = forms.ChoiceField(label="Groupe", required=False, choices=[("", "—"), *GroupeParticipant.choices])
    organisme = forms.TypedChoiceField(label="Organisme", required=False, empty_value=None)
    nom = forms.CharField(label="Nom (professionnels)", max_length=120, required=False)
    fonction = forms.CharField(label="Fonction", max_length=120, required=False)
    retirer = forms.BooleanField(label="Retirer", required=False)

    def __init__(self, *args, organismes: dict[str, Organisme], **kwargs):
        super().__init__(*args, **kwargs)
        self.organismes = organismes
        choix = [("", "—"), *((pk, str(organisme)) for pk, organisme in organismes.items())]
        self.fields["organisme"].choices = choix
        self.fields["organisme"].coerce = organismes.get

    def clean(self):
        donnees = super().clean()
        dit = any(donnees.get(nom) for nom in ("organisme", "nom", "fonction"))
        if dit and not donnees.get("groupe") and not donnees.get("retirer"):
            self.add_error("groupe", "Choisissez le groupe.")
        if donnees.get("groupe") == GroupeParticipant.HABITANTS and donnees.get("nom"):
            self.add_error("nom", "On ne garde pas le nom des habitants\u00a0: comptez-les seulement.")
        return donnees

    @property
    def garde(self) -> bool:
        return bool(self.cleaned_data.get("groupe")) and not self.cleaned_data.get("retirer")


FormulairesParticipants = forms.formset_factory(FormulaireParticipant, formset=Rangees, extra=4, max_num=80)


class FormulairePresence(forms.ModelForm):
    """Counts of residents and weather, with one choice a participant."""

    class Meta:
        model = Diagnostic
        fields = ("habitants_femmes", "habitants_hommes", "habitants_jeunes", "habitants_seniors", "meteo")

    def __init__(self, *args, participants, **kwargs):
        super().__init__(*args, **kwargs)
        self.participants = participants
        for participant in participants:
            self.fields[f"present_{participant.pk}"] = forms.TypedChoiceField(
                label=str(participant),
                required=False,
                choices=[("oui", "présent"), ("non", "absent"), ("", "non noté")],
                coerce={"oui": True, "non": False}.get,
                empty_value=None,
                initial={True: "oui", False: "non"}.get(participant.present, ""),
                widget=forms.RadioSelect,
            )

    def clean(self):
        donnees = super().clean()
        comptes = [donnees.get("habitants_femmes"), donnees.get("habitants_hommes")]
        total = sum(compte or 0 for compte in comptes)
        for nom in ("habitants_jeunes", "habitants_seniors"):
            if any(compte is not None for compte in comptes) and (donnees.get(nom) or 0) > total:
                self.add_error(nom, f"Ils ne peuvent pas être plus de {total}, le nombre d’habitants.")
        return donnees

    @property
    def habitants(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in self._meta.fields}

    @property
    def presents(self) -> dict[int, bool | None]:
        return {p.pk: self.cleaned_data[f"present_{p.pk}"] for p in self.participants}

    def lignes(self):
        """Yield each participant with its choice, for the table."""
        for participant in self.participants:
            yield participant, self[f"present_{participant.pk}"]
