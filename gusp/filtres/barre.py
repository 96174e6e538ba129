"""What the filter bars of the long lists share: the defaults of the address, the words searched, what is asked."""

import django_filters


class BarreDeListe(django_filters.FilterSet):
    """A filter bar whose state lives in the address; « etat » and « tri » are read by the list itself."""

    def chercher(self, lignes, nom, valeur):
        return lignes.cherchant(valeur)

    def sans_effet(self, lignes, nom, valeur):
        return lignes

    def _propre(self, nom: str, defaut: str) -> str:
        self.errors  # noqa: B018 validates the form
        return self.form.cleaned_data.get(nom) or defaut
