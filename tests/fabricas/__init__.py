"""Fábricas: o mínimo para um teste dizer só o que importa a ele."""
