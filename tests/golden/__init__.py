"""What the demo's release holds: one checksum per table."""
