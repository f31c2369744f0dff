"""Registers → figures and counted shares, one module per family of section 8."""
