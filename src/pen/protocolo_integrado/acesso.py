"""O que o texto de um movimento diz do nível de acesso do processo.

A mensagem do contrato não traz nível de acesso: a única pista é o texto da operação. Duas leituras:

- **definição**: ``Processo Restrito gerado``, ``Alterado nível de acesso … para Público``: vale dali em diante;
- **menção**: qualquer outro texto com «restrito», «sigiloso» ou «hipótese legal»: só pode esconder mais, nunca menos.
"""

import re
from collections.abc import Sequence

from pen.comum.texto import sem_acentos
from pen.protocolo_integrado.enums import Visibilidade

_DEFINICAO = re.compile(
    r"processo (?P<gerado>publico|p\?blico|restrito|sigiloso)\b.{0,80}?\bgerado"
    r"|alterado n.vel de acesso (?:geral|do processo) para (?P<alterado>publico|p\?blico|restrito|sigiloso)"
    r"|(?P<grau>alterado grau de sigilo do processo para \S)"
)
_OCULTA = re.compile(r"\bsigilos[oa]s?\b|\bgrau de sigilo\b")
_RESUME = re.compile(r"\brestrit[oa]s?\b|\bhipotese legal\b")
_NIVEIS = {"restrito": Visibilidade.RESUMIDO, "sigiloso": Visibilidade.OCULTO}


def nivel_no_texto(operacao: str) -> tuple[int | None, bool]:
    """A visibilidade que o texto sugere (``None`` quando nada diz) e se ele a define."""
    m = operacao.lower()
    if not ("restrit" in m or "sigil" in m or "tese legal" in m or "vel de acesso" in m or "blico" in m):
        return None, False
    texto = sem_acentos(operacao)
    if achado := _DEFINICAO.match(texto):
        if achado["grau"]:
            return int(Visibilidade.OCULTO), True
        return int(_NIVEIS.get(achado["gerado"] or achado["alterado"], Visibilidade.PUBLICO)), True
    if _OCULTA.search(texto):
        return int(Visibilidade.OCULTO), False
    if _RESUME.search(texto):
        return int(Visibilidade.RESUMIDO), False
    return None, False


def visibilidade_do_historico(niveis: Sequence[tuple[int, int, bool]]) -> int:
    """Quanto o público vê, pelo que os movimentos dizem: a última definição, e as menções dali em diante, a mais restrita delas.

    Cada movimento que diz algo é o instante, o nível e se ele o define.
    """
    definido_em = max((instante for instante, _, define in niveis if define), default=None)
    valem = (nivel for instante, nivel, _ in niveis if definido_em is None or instante >= definido_em)
    return max(valem, default=int(Visibilidade.PUBLICO))


# Nos processos resumidos só aparecem frases conhecidas, sem o que alguém escreveu livremente depois delas.
_FRASES_CONHECIDAS = re.compile(
    r"processo recebido na unidade|processo remetido pela unidade [^\n.:;,]{1,60}|processo conclu.do"
    r"|conclus.o do processo na unidade|reabertura do processo na unidade|remo..o de sobrestamento|sobrestamento"
    r"|processo (?:p.blico|restrito|sigiloso)? ?gerado|ci.ncia no processo"
    r"|alterado n.vel de acesso (?:geral|do processo) para (?:p.blico|restrito|sigiloso)"
    r"|(?:processo [\d./-]+ (?:des)?anexado|(?:des)?anexado (?:ao|do) processo [\d./-]+)"
    r"|(?:adicionado processo relacionado|removido relacionamento com o processo) [\d./-]+",
    re.IGNORECASE,
)
MOVIMENTO_RESERVADO = "Movimentação registrada (texto não exibido)"


def operacao_resumida(operacao: str) -> str:
    """O texto que um processo resumido mostra: a frase padrão reconhecida no começo, ou um aviso neutro."""
    achado = _FRASES_CONHECIDAS.match(re.sub(r"\s+", " ", operacao))
    return achado[0].strip() if achado else MOVIMENTO_RESERVADO
