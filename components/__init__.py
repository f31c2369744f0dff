"""Pure functions from values to component trees, figures and sentences."""
