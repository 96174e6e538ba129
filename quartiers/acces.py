"""Who may do what with the reference data: pure predicates on `utilisateur.perimetre`."""

_GESTION = ("administrateur", "responsable", "referent_thematique")


def peut_gerer_les_organismes(utilisateur) -> bool:
    """Bodies and contacts are kept by the people who act in the eight quartiers."""
    return utilisateur.perimetre.a_role(*_GESTION)


def peut_modifier_les_chiffres(utilisateur, quartier_id: int) -> bool:
    """Key figures of a quartier are typed by those who manage there."""
    return utilisateur.perimetre.a_role(*_GESTION, quartier_id=quartier_id)


def peut_importer_les_contours(utilisateur) -> bool:
    """Official outlines change every map: only an administrateur imports them."""
    return utilisateur.perimetre.a_role("administrateur")
