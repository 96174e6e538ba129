"""Demonstration data: a believable, fictitious year of the service, the same for the same day."""
