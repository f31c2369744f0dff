"""Answers in, estimates out: rules E1–E9 and one module per indicator family."""
