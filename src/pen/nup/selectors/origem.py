"""De onde o número parece ter vindo. É sugestão: o prefixo diz onde ele nasceu, não quem tem o processo."""

from dataclasses import dataclass

from pen.nup.enums.numeros import Forma
from pen.nup.selectors.observadas import faixa_de_2003, orgaos_por_prefixo
from pen.nup.values.numeros import UFS_IBGE, Numero

_RESSALVA = "O começo do número diz onde ele nasceu, não com quem o processo está."


@dataclass(frozen=True, slots=True)
class Origem:
    """O que se sabe do começo de um número.

    ``up``: os cinco algarismos da unidade, ou os oito do NIPE. ``orgaos``: nomes vistos em números com o mesmo
    começo, no máximo três, do mais ao menos visto. ``faixa``: o ministério dono da faixa na relação de 2003.
    ``uf``: o nome do estado, só no NIPE.
    """

    up: str
    orgaos: tuple[str, ...] = ()
    faixa: str | None = None
    uf: str | None = None

    @property
    def frase(self) -> str:
        """O que dizer a quem consulta, sempre com a ressalva de que é só a origem."""
        if self.uf:
            return f"Número de estado ou município desta unidade da federação: {self.uf}. {_RESSALVA}"
        partes = []
        if self.orgaos:
            partes.append(f"Números começados por {self.up} já apareceram em pedidos feitos a: {'; '.join(self.orgaos)}.")
        if self.faixa:
            partes.append(f"Em 2003, {self.up} ficava na faixa de: {self.faixa}.")
        return " ".join([*partes, _RESSALVA])


def sugerir_origem(numero: Numero) -> Origem | None:
    """A origem provável do número; ``None`` quando a forma não tem unidade ou nada se sabe dela."""
    if numero.forma is Forma.NIPE:
        uf = UFS_IBGE.get(numero.normalizado[:2])
        return Origem(up=numero.normalizado[:8], uf=uf) if uf else None
    up = numero.up
    if up is None:
        return None
    orgaos, faixa = orgaos_por_prefixo().get(up, ()), faixa_de_2003(up)
    return Origem(up=up, orgaos=orgaos, faixa=faixa) if orgaos or faixa else None
