"""Figures from rows; each module one form of the look."""
