"""Drawings made by us: pure functions from small frozen dataclasses to SVG text, for the page and for the PDF alike.

Presentation attributes only (no style, no script), a title and a description, readable in black and white.
"""
