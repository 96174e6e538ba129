"""Refusals: French sentences that reach the screen."""


class GesteRefuse(Exception):
    """A gesture that the business refuses; its text is the sentence to show."""


class TransitionRefusee(GesteRefuse):
    """A change of state that is not in the table."""
