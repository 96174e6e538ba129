"""What a person reaches: roles by quartier, read once a request in one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .enums import ROLES_DU_SERVICE, ROLES_LECTEURS, Role


@dataclass(frozen=True)
class Perimetre:
    """Roles of one person: everywhere (`partout`) and quartier by quartier (`par_quartier`)."""

    partout: frozenset[str] = frozenset()
    par_quartier: Mapping[int, frozenset[str]] = field(default_factory=dict)
    organisme_id: int | None = None

    @classmethod
    def depuis(cls, lignes: Iterable[tuple[int | None, str]], *, organisme_id: int | None) -> Perimetre:
        """Build from rows (quartier id or None for all, role)."""
        partout: set[str] = set()
        par_quartier: dict[int, set[str]] = {}
        for quartier_id, role in lignes:
            if quartier_id is None:
                partout.add(role)
            else:
                par_quartier.setdefault(quartier_id, set()).add(role)
        return cls(frozenset(partout), {q: frozenset(r) for q, r in par_quartier.items()}, organisme_id)

    def a_role(self, *roles: str, quartier_id: int | None = None) -> bool:
        """Tell whether one of the roles is held everywhere, in that quartier, or anywhere when none is given."""
        attendus = set(roles)
        if self.partout & attendus:
            return True
        if quartier_id is None:
            return any(tenus & attendus for tenus in self.par_quartier.values())
        return bool(self.par_quartier.get(quartier_id, frozenset()) & attendus)

    def quartiers_pour(self, *roles: str) -> frozenset[int] | None:
        """Return the ids of the quartiers where one of the roles is held; None means all of them."""
        attendus = set(roles)
        if self.partout & attendus:
            return None
        return frozenset(q for q, tenus in self.par_quartier.items() if tenus & attendus)

    @property
    def quartier_ids(self) -> frozenset[int] | None:
        """Quartiers that this person may read; None means all (a partner reads through its organisme instead)."""
        return self.quartiers_pour(*ROLES_LECTEURS)

    @property
    def quartier_ids_service(self) -> frozenset[int] | None:
        """Quartiers where this person belongs to the service (internal and confidential matter)."""
        return self.quartiers_pour(*ROLES_DU_SERVICE)

    @property
    def est_partenaire(self) -> bool:
        """True for an account that only answers for its organisme."""
        return self.a_role(Role.PARTENAIRE) and not self.a_role(*ROLES_LECTEURS)

    @property
    def est_vide(self) -> bool:
        return not self.partout and not self.par_quartier
