"""Access rows of the pages of no domain: they say what the application is, to anybody."""

ACCES = [
    ("socle:mentions", "get", {"*": 200}),
    ("socle:mentions", "post", {"*": 405}),
    ("socle:accessibilite", "get", {"*": 200}),
    ("socle:accessibilite", "post", {"*": 405}),
]


def arguments(vue, decor):
    """Return no argument: these addresses are fixed."""
    return {}
