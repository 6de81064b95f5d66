"""PEN Aberto: o Processo Eletrônico Nacional como software aberto."""

__version__ = "0.1.0"
