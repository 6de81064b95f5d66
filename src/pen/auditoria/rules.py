"""Quem pode ver o que na auditoria. Escrever, só os serviços, na transação do ato."""

from pen.identidade.public import Ator, e_da_auditoria, e_da_equipe_central


def ve_todos_os_atos(ator: Ator) -> bool:
    """A auditoria e a equipe central veem os atos de todos."""
    return e_da_auditoria(ator) or e_da_equipe_central(ator)


def ve_nomes(ator: Ator) -> bool:
    """Quem vê todos os atos sabe também o nome de quem os praticou; os outros veem o número da pessoa."""
    return ve_todos_os_atos(ator)
