"""Comandos da instalação inteira; os de cada contexto moram no ``management`` dele."""
