"""The made-up district: the export files a real one would have, from a known truth.

Everything is invented and seeded. TRUTH.md, written beside the files, states
the model, so that any method can be held against what really happened.
"""
