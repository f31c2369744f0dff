"""What may be seen: privacy rules P1–P9, applied once, before anything is written."""
