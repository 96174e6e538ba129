"""Factories, one module an app: fixed dates, minimal rows, no chance in what decides a branch."""
