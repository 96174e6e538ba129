"""Access to the home page and the search: everybody signed in, each with what they may read."""

ACCES = [
    ("pilotage:accueil", "get", {"anonyme": 302, "*": 200}),
    ("pilotage:accueil", "post", {"anonyme": 302, "*": 405}),
    ("pilotage:recherche", "get", {"anonyme": 302, "*": 200}),
]


def arguments(vue, decor):
    return {}


def donnees(vue, decor):
    return {"q": "éclairage"} if vue == "pilotage:recherche" else {}
