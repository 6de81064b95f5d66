"""O número parte por parte, e a regra por que passou, em palavras de quem o tem na mão."""

from dataclasses import dataclass

from pen.nup.enums.numeros import Forma, Grupo, Regra, Veredito
from pen.nup.values.numeros import UFS_IBGE, Numero, digitos_verificadores

_NOMES = {
    Grupo.ORIGEM: "Origem",
    Grupo.INSTITUICAO: "Instituição",
    Grupo.UNIDADE: "Unidade",
    Grupo.SEQUENCIA: "Sequência",
    Grupo.ANO: "Ano",
    Grupo.DIGITOS: "Dígitos",
}


@dataclass(frozen=True, slots=True)
class Parte:
    """Um grupo do número: como está escrito, o que é e o que diz. ``antes`` é o sinal que o separa do anterior."""

    grupo: Grupo
    valor: str
    explicacao: str
    antes: str = ""

    @property
    def nome(self) -> str:
        """O nome do grupo, curto."""
        return _NOMES[self.grupo]


def partes_do_numero(numero: Numero) -> tuple[Parte, ...]:
    """Os grupos, da esquerda para a direita; nenhum quando a forma é desconhecida."""
    if numero.forma is Forma.DESCONHECIDA:
        return ()
    origem, sequencia, ano, dv = numero.grupos
    partes = [
        *_da_origem(numero, origem),
        Parte(Grupo.SEQUENCIA, sequencia, _da_sequencia(numero), antes="."),
        Parte(Grupo.ANO, ano, _do_ano(numero, ano), antes="/"),
    ]
    if dv:
        partes.append(Parte(Grupo.DIGITOS, dv, _dos_digitos(numero), antes="-"))
    return tuple(partes)


def regra_do_numero(numero: Numero) -> Regra | None:
    """A conta por que os dígitos passaram; ``None`` se não há dígitos ou não passaram por nenhuma."""
    match numero.veredito:
        case Veredito.OK_ANO_2_DIGITOS:
            return Regra.MODULO_11_ANO_2_DIGITOS
        case Veredito.OK if numero.forma in (Forma.ANTIGA, Forma.ANTIGA_UM_DV):
            return Regra.MODULO_11_ANO_2_DIGITOS
        case Veredito.OK:
            return Regra.MODULO_97 if numero.forma is Forma.SIORG_21 else Regra.MODULO_11
        case _:
            return None


def explicar_regra(numero: Numero) -> str:
    """A regra que passou, ou por que nenhuma passou, numa frase ou duas."""
    match regra_do_numero(numero), numero.forma:
        case Regra.MODULO_11, Forma.NIPE:
            return "Passa pela conta de hoje, a mesma dos números federais."
        case Regra.MODULO_11, _:
            return "Passa pela conta de hoje, que usa o ano inteiro (Portaria Interministerial MJSP/ME nº 11/2019)."
        case Regra.MODULO_11_ANO_2_DIGITOS, Forma.ATUAL:
            ano = numero.grupos[2]
            return (
                f"Não passa pela conta de hoje, mas passa pela antiga, com {ano[2:]} no lugar de {ano}. É comum em número "
                "antigo reescrito com o ano inteiro."
            )
        case Regra.MODULO_11_ANO_2_DIGITOS, _:
            return "Passa pela conta usada até 2003, com o ano em dois algarismos."
        case Regra.MODULO_97, _:
            return "Passa pela conta da forma de 21 algarismos (módulo 97), que nunca entrou em vigor."
    if numero.veredito is not Veredito.DV_NAO_CONFERE:
        return "Nenhuma: não há dígitos para conferir."
    if numero.forma is not Forma.ATUAL:
        return f"Nenhuma: pela conta, os dígitos seriam {numero.dv_esperado}."
    return (
        f"Nenhuma: pela conta de hoje os dígitos seriam {numero.dv_esperado}; pela antiga, com o ano em dois algarismos, "
        f"{_digitos_com_ano_de_dois(numero)}."
    )


def _da_origem(numero: Numero, origem: str) -> list[Parte]:
    if numero.forma is not Forma.NIPE:
        o_que = "A unidade que recebeu o documento e lhe deu o número"
        if numero.forma is Forma.SIORG_21:
            o_que = "O código, no SIORG, da unidade que deu o número"
        return [Parte(Grupo.UNIDADE, origem, f"{o_que}. Não diz com quem o processo está hoje.")]
    uf = UFS_IBGE.get(origem[:2])
    return [
        Parte(
            Grupo.ORIGEM,
            origem[:2],
            f"A unidade da federação: {uf}." if uf else "Não é código de nenhuma unidade da federação.",
        ),
        Parte(Grupo.INSTITUICAO, origem[2:5], "A instituição do estado, ou o município.", antes="."),
        Parte(
            Grupo.UNIDADE, origem[5:], "A unidade da instituição que deu o número. Não diz com quem o processo está hoje."
        ),
    ]


def _da_sequencia(numero: Numero) -> str:
    if not numero.sequencia:
        return "O número de ordem da unidade naquele ano. Zero é estranho: a contagem começa em 1."
    ordem = f"{numero.sequencia:,}".replace(",", ".")
    return f"O número de ordem da unidade naquele ano: o {ordem}º. Recomeça a cada janeiro."


def _do_ano(numero: Numero, ano: str) -> str:
    frase = "O ano em que o documento ou processo recebeu o número."
    return frase if len(ano) == 4 else f"{frase} Está com dois algarismos, como até 2003: {numero.ano}."


def _dos_digitos(numero: Numero) -> str:
    match numero.veredito:
        case Veredito.LETRAS_DV:
            return f"Letras no lugar dos dígitos de conferência. Pela conta, eles seriam {numero.dv_esperado}."
        case Veredito.DV_NAO_CONFERE:
            return f"Não conferem com os outros algarismos: pela conta, seriam {numero.dv_esperado}."
        case _:
            return "São calculados a partir dos outros algarismos, e conferem."


def _digitos_com_ano_de_dois(numero: Numero) -> str:
    origem, sequencia, ano, _ = numero.grupos
    return digitos_verificadores(origem + sequencia + ano[2:])
