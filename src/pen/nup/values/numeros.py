"""O número do processo: ler com tolerância, gerar com rigor.

Norma: Portaria Interministerial MJSP/ME 11/2019 e IN 13/2020 (17 algarismos, módulo 11); Portaria SLTI 3/2003
(as letras DV); Portarias 2.321/2014 e 705/2015 (21 algarismos, módulo 97, nunca em vigor); manual do NIPE (20).

A leitura depende só do texto, nunca do dia em que é feita: a chave gravada ontem é a mesma calculada amanhã.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import mul
from typing import NamedTuple

from pen.nup.enums.numeros import Forma, Pista, Veredito
from pen.nup.errors import NupInvalido

TAMANHO_MAXIMO = 50  # o que se guarda de um número, como na base do SEI
LIMITE_DE_LEITURA = 400  # o que se olha de um texto
ANO_MINIMO, ANO_MAXIMO = 1900, 2099  # anos que a leitura sem máscara reconhece e que a geração aceita

UFS_IBGE = {
    "11": "Rondônia", "12": "Acre", "13": "Amazonas", "14": "Roraima", "15": "Pará", "16": "Amapá", "17": "Tocantins",
    "21": "Maranhão", "22": "Piauí", "23": "Ceará", "24": "Rio Grande do Norte", "25": "Paraíba", "26": "Pernambuco",
    "27": "Alagoas", "28": "Sergipe", "29": "Bahia", "31": "Minas Gerais", "32": "Espírito Santo",
    "33": "Rio de Janeiro", "35": "São Paulo", "41": "Paraná", "42": "Santa Catarina", "43": "Rio Grande do Sul",
    "50": "Mato Grosso do Sul", "51": "Mato Grosso", "52": "Goiás", "53": "Distrito Federal",
}  # fmt: skip
_SIGLAS = "RO AC AM RR PA AP TO MA PI CE RN PB PE AL SE BA MG ES RJ SP PR SC RS MS MT GO DF"
SIGLAS_DAS_UFS = dict(zip(UFS_IBGE, _SIGLAS.split(), strict=True))


class _Grupos(NamedTuple):
    """Quantos caracteres tem cada grupo de uma forma."""

    origem: int
    sequencia: int
    ano: int
    dv: int


_GRUPOS = {
    Forma.ANTIGA_SEM_DV: _Grupos(5, 6, 2, 0),
    Forma.ANTIGA_UM_DV: _Grupos(5, 6, 2, 1),
    Forma.ANTIGA: _Grupos(5, 6, 2, 2),
    Forma.ANTIGA_LETRAS: _Grupos(5, 6, 2, 2),
    Forma.ATUAL: _Grupos(5, 6, 4, 2),
    Forma.ATUAL_LETRAS: _Grupos(5, 6, 4, 2),
    Forma.ATUAL_SEM_DV: _Grupos(5, 6, 4, 0),
    Forma.SIORG_21: _Grupos(7, 8, 4, 2),
    Forma.NIPE: _Grupos(8, 6, 4, 2),
}

_BOAS = (Veredito.OK, Veredito.OK_ANO_2_DIGITOS)


# --- Dígitos verificadores


def digitos_verificadores(base: str) -> str:
    """Os dois dígitos de módulo 11, com pesos 2, 3, 4… da direita para a esquerda, sem recomeçar.

    Serve às bases de 13 (forma antiga), 15 (atual) e 18 algarismos (NIPE).

    Levanta:
        NupInvalido: a base não tem só algarismos, está vazia ou passa de 50.
    """
    if not (base.isascii() and base.isdecimal() and len(base) <= TAMANHO_MAXIMO):
        raise NupInvalido("A base dos dígitos verificadores precisa ter só algarismos.", parte="base")
    return _mod11(base)


def digitos_mod97(base19: str) -> str:
    """Os dois dígitos da forma de 21 algarismos: 98 menos o resto de base × 100 por 97 (ISO 7064).

    Levanta:
        NupInvalido: a base não tem exatamente 19 algarismos.
    """
    if not (base19.isascii() and base19.isdecimal() and len(base19) == 19):
        raise NupInvalido("A base precisa ter 19 algarismos.", parte="base")
    return f"{98 - int(base19) * 100 % 97:02d}"


_PESOS = tuple(tuple(range(n + 1, 1, -1)) for n in range(TAMANHO_MAXIMO + 1))
_DESCONTO = tuple(48 * sum(pesos) for pesos in _PESOS)  # a soma é feita sobre códigos ASCII: "0" vale 48


def _mod11(base: str) -> str:
    """O cálculo, sem conferir a base. A segunda soma sai da primeira: cada peso sobe 1, e o dígito novo pesa 2."""
    tamanho, codigos = len(base), base.encode()
    soma = sum(map(mul, codigos, _PESOS[tamanho])) - _DESCONTO[tamanho]
    primeiro = (11 - soma % 11) % 10
    segundo = (11 - (soma + sum(codigos) - 48 * tamanho + 2 * primeiro) % 11) % 10
    return f"{primeiro}{segundo}"


# --- O número


@dataclass(frozen=True, slots=True)
class Numero:
    """Um número de processo como foi lido.

    ``texto`` é o que chegou, inteiro; ``normalizado`` é a chave de gravação e de busca: só ``0-9A-Z``, no máximo 50,
    com os zeros recolocados, e vazia só quando o texto não traz nenhuma letra ou algarismo.
    """

    texto: str
    normalizado: str
    forma: Forma
    veredito: Veredito
    zeros_restaurados: bool = False
    pista: Pista = Pista.NENHUMA

    def __str__(self) -> str:
        return self.formatado

    @property
    def confere(self) -> bool:
        """Os dígitos verificadores existem e estão certos."""
        return self.veredito in _BOAS

    @property
    def formatado(self) -> str:
        """O número com a máscara da sua forma; na forma desconhecida, o normalizado."""
        if self.forma is Forma.DESCONHECIDA:
            return self.normalizado
        origem, sequencia, ano, dv = self.grupos
        if self.forma is Forma.NIPE:
            origem = f"{origem[:2]}.{origem[2:]}"
        return f"{origem}.{sequencia}/{ano}-{dv}" if dv else f"{origem}.{sequencia}/{ano}"

    @property
    def up(self) -> str | None:
        """O código de cinco algarismos da unidade protocolizadora de origem; NIPE e forma de 21 não o têm."""
        tem_up = self.forma in _GRUPOS and _GRUPOS[self.forma].origem == 5
        return self.normalizado[:5] if tem_up else None

    @property
    def codigo_da_unidade(self) -> str | None:
        """O código da unidade no cadastro: cinco algarismos do NUP, ou oito do NIPE."""
        return self.normalizado[:8] if self.forma is Forma.NIPE else self.up

    @property
    def sequencia(self) -> int | None:
        """O número de ordem no ano."""
        return int(self.grupos[1]) if self.forma in _GRUPOS else None

    @property
    def ano(self) -> int | None:
        """O ano com quatro algarismos; o de dois vira 1930 a 2029."""
        if self.forma not in _GRUPOS:
            return None
        ano = self.grupos[2]
        return int(ano) if len(ano) == 4 else _ano_de_dois(ano)

    @property
    def dv(self) -> str | None:
        """O que está escrito no lugar dos dígitos verificadores, letras inclusive."""
        return (self.grupos[3] or None) if self.forma in _GRUPOS else None

    @property
    def dv_esperado(self) -> str | None:
        """Os dígitos que a regra da forma manda, conforme a base escrita. Não prova que a base esteja certa."""
        if self.forma not in _GRUPOS:
            return None
        grupos = _GRUPOS[self.forma]
        base = self.normalizado[: grupos.origem + grupos.sequencia + grupos.ano]
        if self.forma is Forma.SIORG_21:
            return digitos_mod97(base)
        return _mod11(base)[:1] if self.forma is Forma.ANTIGA_UM_DV else _mod11(base)

    @property
    def explicacao(self) -> str:
        """Uma ou duas frases para quem escreveu o número: o que está certo ou errado e o que foi feito."""
        return explicar(self)

    @property
    def grupos(self) -> tuple[str, str, str, str]:
        """Origem, sequência, ano e dígitos, como estão escritos. Só para formas conhecidas."""
        grupos, numero = _GRUPOS[self.forma], self.normalizado
        sequencia = grupos.origem
        ano = sequencia + grupos.sequencia
        dv = ano + grupos.ano
        return numero[:sequencia], numero[sequencia:ano], numero[ano:dv], numero[dv:]


def _ano_de_dois(ano: str) -> int:
    """Dois algarismos de ano: 30 a 99 são 19xx, 00 a 29 são 20xx (a forma antiga acabou em 2003)."""
    return int(ano) + (1900 if int(ano) >= 30 else 2000)


def _ano_plausivel(ano: str) -> bool:
    return len(ano) == 4 and ano[:2] in ("19", "20")


def _epoca_da_forma_antiga(ano: str) -> bool:
    """Dois algarismos de ano em que a forma antiga era mesmo usada: 1960 a 2003."""
    return ano >= "60" or ano <= "03"


# --- Leitura

_SO_ASCII = re.compile(r"[^0-9A-Z]+")
_PEDACOS = re.compile(r"[0-9]+|[A-Z]+")
_MASCARA_ATUAL = re.compile(r"([0-9]{5})\.([0-9]{6})/([0-9]{4})-([0-9]{2})")
_PONTUACAO = re.compile(r"[^0-9A-Z\s]")
_ROTULOS = frozenset(
    ("ADMINISTRATIVO", "DOCUMENTO", "N", "NIPE", "NO", "NR", "NRO", "NUMERO", "NUP", "PROC", "PROCESSO", "PROTOCOLO")
)
_TAMANHOS_CNJ = [2, 4, 1, 2, 4]
_TAMANHOS_CNMP = [2, 2, 4, 7, 4, 2]


def ler_numero(texto: str) -> Numero:
    """Lê um número em qualquer das formas, com ou sem máscara. Nunca levanta erro, qualquer que seja o texto.

    A máscara, mesmo incompleta, decide a forma; sem ela decidem a quantidade de algarismos, os dígitos
    verificadores e o ano. Só valem algarismos ASCII, depois da normalização de compatibilidade (NFKD). A ordem das
    regras está em ``docs/dominio/nup.md``.
    """
    if len(texto) == 17 and texto.isascii() and texto.isdecimal():
        return _numero(texto, texto, Forma.ATUAL)
    if mascara := _MASCARA_ATUAL.fullmatch(texto):
        return _numero(texto, "".join(mascara.groups()), Forma.ATUAL)
    limpo = _limpar(texto)
    pedacos = _PEDACOS.findall(limpo)
    while pedacos and pedacos[0] in _ROTULOS:
        del pedacos[0]
    tudo = "".join(pedacos)
    if len(texto) > LIMITE_DE_LEITURA or len(tudo) > TAMANHO_MAXIMO:
        return _desconhecido(texto, limpo, Pista.LONGO)
    if (pista := _outro_cadastro(pedacos)) is not Pista.NENHUMA:
        return _desconhecido(texto, limpo, pista)
    lido = _ler_mascara(texto, pedacos)
    if lido is None:
        lido = _ler_sem_mascara(texto, tudo)
        if lido is not None and not _aceita_pontuacao_estranha(lido, pedacos, limpo):
            lido = None
    return lido or _desconhecido(texto, limpo, _pista_dos_algarismos(tudo))


def _limpar(texto: str) -> str:
    """O começo do texto em maiúsculas ASCII, sem acentos; o que não couber em ASCII vira separador."""
    if texto.isascii():
        return texto[:LIMITE_DE_LEITURA].upper()
    decomposto = unicodedata.normalize("NFKD", texto[:LIMITE_DE_LEITURA]).upper()
    invisiveis = ("Mn", "Me", "Cf")  # acentos soltos, espaços de largura zero, marcas de direção
    sem_acentos = "".join(c for c in decomposto if unicodedata.category(c) not in invisiveis)
    return sem_acentos.encode("ascii", "replace").decode("ascii")


def _numero(texto: str, normalizado: str, forma: Forma, *, zeros: bool = False) -> Numero:
    return Numero(texto, normalizado, forma, _conferir(normalizado, forma), zeros)


def _desconhecido(texto: str, limpo: str, pista: Pista) -> Numero:
    chave = _SO_ASCII.sub("", limpo)[:TAMANHO_MAXIMO]
    return Numero(texto, chave, Forma.DESCONHECIDA, Veredito.FORMA_DESCONHECIDA, pista=pista)


def _conferir(numero: str, forma: Forma) -> Veredito:
    """O veredito de um número já normalizado numa forma conhecida."""
    match forma:
        case Forma.ATUAL:
            return _conferir_atual(numero)
        case Forma.ANTIGA_LETRAS | Forma.ATUAL_LETRAS:
            return Veredito.LETRAS_DV
        case Forma.ANTIGA_SEM_DV | Forma.ATUAL_SEM_DV:
            return Veredito.SEM_DV
        case Forma.ANTIGA_UM_DV:
            certo = _mod11(numero[:13])[0] == numero[13]
        case Forma.SIORG_21:
            certo = int(numero) % 97 == 1
        case _:
            certo = _mod11(numero[:-2]) == numero[-2:]
    return Veredito.OK if certo else Veredito.DV_NAO_CONFERE


def _conferir_atual(numero: str) -> Veredito:
    """Primeiro a base de hoje; depois a do ano com dois algarismos, que muitos números reescritos conservam."""
    dv = numero[15:]
    if _mod11(numero[:15]) == dv:
        return Veredito.OK
    if _mod11(numero[:11] + numero[13:15]) == dv:
        return Veredito.OK_ANO_2_DIGITOS
    return Veredito.DV_NAO_CONFERE


# Com máscara


def _outro_cadastro(pedacos: Sequence[str]) -> Pista:
    """Reconhece, pela máscara, números que não são daqui: do Judiciário e do Ministério Público."""
    tamanhos = [len(p) for p in pedacos]
    if len(pedacos) != 6 or not all(p.isdecimal() for p in pedacos):
        return Pista.NENHUMA
    if tamanhos == _TAMANHOS_CNMP:
        return Pista.MINISTERIO_PUBLICO
    return Pista.JUDICIAL if tamanhos[0] <= 7 and tamanhos[1:] == _TAMANHOS_CNJ else Pista.NENHUMA


def _ler_mascara(texto: str, pedacos: Sequence[str]) -> Numero | None:
    """Lê pelos grupos, recolocando zeros perdidos no começo deles; ``None`` quando os grupos não são de nenhuma forma.

    Com a sequência encurtada, o número só vale se os dígitos conferirem e o ano for possível: sem isso, uma data ou
    um CNPJ virariam processo.
    """
    *frente, fim = pedacos or [""]
    if not all(p.isdecimal() for p in frente):
        return None
    larguras: tuple[int, ...]
    match [len(p) for p in frente], fim.isdecimal(), len(fim):
        case [7, n, 4], True, 2 if 6 < n <= 8:
            forma, larguras = Forma.SIORG_21, (7, 8, 4)
        case [2, a, b, 4], True, 2 if a <= 6 and b <= 6:
            forma, larguras = Forma.NIPE, (2, 6, 6, 4)
        case [2, a, b, c, 4], True, 2 if (a, b) == (3, 3) and c <= 6:
            forma, larguras = Forma.NIPE, (2, 3, 3, 6, 4)
        case [a, b, 4], digitos, 2 if a <= 5 and b <= 6:
            forma, larguras = (Forma.ATUAL if digitos else Forma.ATUAL_LETRAS), (5, 6, 4)
        case [a, b, 2], digitos, 2 if a <= 5 and b <= 6:
            forma, larguras = (Forma.ANTIGA if digitos else Forma.ANTIGA_LETRAS), (5, 6, 2)
        case [a, b, 2], True, 1 if a <= 5 and b == 6:
            forma, larguras = Forma.ANTIGA_UM_DV, (5, 6, 2)
        case [a, b], True, 4 if 2 <= a <= 5 and b == 6:
            forma, larguras, frente, fim = Forma.ATUAL_SEM_DV, (5, 6, 4), [*frente, fim], ""
        case [a, b], True, 2 if 2 <= a <= 5 and b == 6:
            forma, larguras, frente, fim = Forma.ANTIGA_SEM_DV, (5, 6, 2), [*frente, fim], ""
        case _:
            return None
    completo = "".join(p.zfill(n) for p, n in zip(frente, larguras, strict=True)) + fim
    zeros = len(completo) > sum(map(len, frente)) + len(fim)
    lido = _numero(texto, completo, forma, zeros=zeros)
    sequencia_inteira = len(frente[-2]) == larguras[-2]
    provado = lido.confere and ANO_MINIMO <= (lido.ano or 0) <= ANO_MAXIMO
    return lido if sequencia_inteira or provado else None


def _aceita_pontuacao_estranha(lido: Numero, pedacos: Sequence[str], limpo: str) -> bool:
    """Com separadores fora de lugar, só vale o que os dígitos confirmam, ou os 17 algarismos com ano possível."""
    if lido.confere or len(pedacos) == 1 or (len(pedacos) == 2 and pedacos[1].isalpha()):
        return True
    if lido.forma is Forma.ATUAL and _ano_plausivel(lido.normalizado[11:15]):
        return True
    return _PONTUACAO.search(limpo.strip()) is None


# Sem máscara


def _ler_sem_mascara(texto: str, tudo: str) -> Numero | None:
    """Decide pela quantidade de algarismos. ``None`` quando nenhuma forma serve."""
    if tudo[-2:].isalpha() and tudo[:-2].isdecimal():
        letras = {15: Forma.ATUAL_LETRAS, 13: Forma.ANTIGA_LETRAS}.get(len(tudo) - 2)
        return _numero(texto, tudo, letras) if letras else None
    if not tudo.isdecimal():
        return None
    match len(tudo):
        case 13:
            return _com_zeros(texto, tudo) or _numero(texto, tudo, Forma.ANTIGA_SEM_DV)
        case 14:
            return _com_zeros(texto, tudo) or _ler_14(texto, tudo)
        case 15:
            return _ler_15(texto, tudo)
        case 16:
            return _com_zeros(texto, tudo)
        case 17:
            return _numero(texto, tudo, Forma.ATUAL)
        case 20:
            return _numero(texto, tudo, Forma.NIPE) if _parece_nipe(tudo) and not _parece_cnj(tudo) else None
        case 21:
            lido = _numero(texto, tudo, Forma.SIORG_21)
            return lido if lido.confere or _ano_plausivel(tudo[15:19]) else None
        case _:
            return None


def _com_zeros(texto: str, tudo: str) -> Numero | None:
    """O número de 17 com os zeros que a planilha comeu, se os dígitos conferirem e o ano for possível."""
    completo = tudo.zfill(17)
    if not _ano_plausivel(completo[11:15]):
        return None
    lido = _numero(texto, completo, Forma.ATUAL, zeros=True)
    return lido if lido.confere else None


def _ler_14(texto: str, tudo: str) -> Numero:
    """Forma antiga que perdeu um zero, se os dois dígitos conferirem; senão, a de um dígito só."""
    antiga = _numero(texto, "0" + tudo, Forma.ANTIGA, zeros=True)
    if antiga.confere and _epoca_da_forma_antiga(tudo[10:12]):
        return antiga
    return _numero(texto, tudo, Forma.ANTIGA_UM_DV)


def _ler_15(texto: str, tudo: str) -> Numero:
    """Três leituras disputam 15 algarismos: a antiga, a de 17 sem dois zeros e a atual sem dígitos.

    Zeros à esquerda não mudam a soma, e por isso as duas primeiras conferem sempre juntas: quem as separa é o ano.
    """
    antiga = _numero(texto, tudo, Forma.ANTIGA)
    if antiga.confere and _epoca_da_forma_antiga(tudo[11:13]):
        return antiga
    if (completo := _com_zeros(texto, tudo)) is not None:
        return completo
    if _ano_plausivel(tudo[11:15]):
        return _numero(texto, tudo, Forma.ATUAL_SEM_DV)
    return antiga


def _parece_nipe(vinte: str) -> bool:
    return vinte[:2] in UFS_IBGE and _ano_plausivel(vinte[14:18]) and _mod11(vinte[:18]) == vinte[18:]


_TRIBUNAIS = {"1": (0, 0), "2": (0, 0), "3": (0, 0), "4": (0, 6), "5": (0, 24), "6": (0, 27), "7": (0, 12),
              "8": (1, 27), "9": (1, 27)}  # fmt: skip


def _parece_cnj(vinte: str) -> bool:
    """``NNNNNNNDDAAAAJTROOOO`` com resto 1 por 97, ano possível, segmento e tribunal existentes."""
    ano, segmento, tribunal = vinte[9:13], vinte[13], int(vinte[14:16])
    if not _ano_plausivel(ano) or segmento not in _TRIBUNAIS:
        return False
    menor, maior = _TRIBUNAIS[segmento]
    if not (menor <= tribunal <= maior or tribunal == 90):
        return False
    return int(vinte[:7] + vinte[9:] + vinte[7:9]) % 97 == 1


def _pista_dos_algarismos(tudo: str) -> Pista:
    """Para 14 a 20 algarismos que não se reconheceu: será processo judicial, talvez sem os zeros do começo?"""
    if not (tudo.isdecimal() and 14 <= len(tudo) <= 20 and _parece_cnj(tudo.zfill(20))):
        return Pista.NENHUMA
    return Pista.AMBIGUO if len(tudo) == 20 and _parece_nipe(tudo) else Pista.JUDICIAL


# --- Chaves de busca


def chaves_possiveis(texto: str) -> tuple[str, ...]:
    """As chaves sob as quais o processo pode estar gravado, da mais à menos provável; distintas, de 0 a 6.

    A primeira é sempre o normalizado. As outras cobrem o que se perde no caminho: os zeros da esquerda, as letras
    DV (que os sistemas de origem tiram dos números relacionados) e os dígitos que nunca foram escritos.
    """
    numero = ler_numero(texto)
    chave, forma = numero.normalizado, numero.forma
    chaves = [chave]
    match forma:
        case Forma.ATUAL_SEM_DV | Forma.ANTIGA_SEM_DV:
            chaves += [chave + _mod11(chave), chave + "DV"]
        case Forma.ATUAL_LETRAS | Forma.ANTIGA_LETRAS:
            base = chave[:-2]
            chaves += [base + _mod11(base), base + "DV", base]
        case Forma.ATUAL if numero.confere:
            chaves.append(chave[:15] + "DV")
        case Forma.ANTIGA if _ano_plausivel(chave[11:]):
            chaves += [chave + _mod11(chave), chave + "DV"]
    if forma in (Forma.ATUAL, Forma.ATUAL_SEM_DV, Forma.ANTIGA) and chave[0] == "0":
        chaves.append(chave.lstrip("0"))
    if 13 <= len(chave) <= 16 and chave.isdecimal() and _ano_plausivel(chave.zfill(17)[11:15]):
        chaves.append(chave.zfill(17))
    return tuple(c for c in dict.fromkeys(chaves) if c)[:6]


# --- Geração


def gerar_nup(up: str, sequencia: int, ano: int) -> Numero:
    """Monta o NUP de 17 algarismos da unidade protocolizadora, com os dígitos calculados.

    Levanta:
        NupInvalido: ``up`` não é de 00001 a 99999, ``sequencia`` de 1 a 999999 ou ``ano`` de 1900 a 2099.
    """
    _exigir_codigo("up", up, 5, zero=False)
    base = up + _sequencia_e_ano(sequencia, ano)
    return ler_numero(base + _mod11(base))


def gerar_nipe(origem: str, instituicao: str, up: str, sequencia: int, ano: int) -> Numero:
    """Monta o NIPE de 20 algarismos: origem (código IBGE da UF), instituição e UP com três algarismos cada.

    Levanta:
        NupInvalido: uma parte está fora da largura ou da faixa, ou a origem não é código de UF.
    """
    if origem not in UFS_IBGE:
        raise NupInvalido("A origem do NIPE é o código IBGE da unidade da federação.", parte="origem", valor=origem)
    _exigir_codigo("instituicao", instituicao, 3, zero=True)
    _exigir_codigo("up", up, 3, zero=True)
    base = origem + instituicao + up + _sequencia_e_ano(sequencia, ano)
    numero = base + _mod11(base)
    return Numero(numero, numero, Forma.NIPE, Veredito.OK)


def e_codigo_de_unidade(codigo: str) -> bool:
    """Se o texto tem a forma de um código do cadastro: cinco algarismos (NUP) ou oito (NIPE)."""
    return len(codigo) in {5, 8} and codigo.isascii() and codigo.isdecimal() and codigo != "00000"


def numero_da_unidade(codigo: str, sequencia: int, ano: int) -> Numero:
    """O número da unidade: NUP se o código tem cinco algarismos, NIPE se tem oito (origem, instituição e UP).

    Levanta:
        NupInvalido: como em ``gerar_nup`` e ``gerar_nipe``.
    """
    if len(codigo) == 8:
        return gerar_nipe(codigo[:2], codigo[2:5], codigo[5:], sequencia, ano)
    return gerar_nup(codigo, sequencia, ano)


def _exigir_codigo(parte: str, codigo: str, largura: int, *, zero: bool) -> None:
    valido = len(codigo) == largura and codigo.isascii() and codigo.isdecimal()
    if not valido or (not zero and int(codigo) == 0):
        minimo = f"{0 if zero else 1:0{largura}d}"
        raise NupInvalido(f"O código vai de {minimo} a {'9' * largura}.", parte=parte, valor=codigo)


def _sequencia_e_ano(sequencia: int, ano: int) -> str:
    if not 1 <= sequencia <= 999_999:
        raise NupInvalido("A sequência vai de 1 a 999999.", parte="sequencia", valor=sequencia)
    if not ANO_MINIMO <= ano <= ANO_MAXIMO:
        raise NupInvalido(f"O ano vai de {ANO_MINIMO} a {ANO_MAXIMO}.", parte="ano", valor=ano)
    return f"{sequencia:06d}{ano}"


# --- Explicação

_PISTAS = {
    Pista.LONGO: "O texto é longo demais para ser um número de processo. Escreva só o número.",
    Pista.JUDICIAL: (
        "Parece número de processo judicial (padrão do CNJ), que não é número de processo administrativo. "
        "Procure-o no tribunal."
    ),
    Pista.MINISTERIO_PUBLICO: (
        "Parece número do Ministério Público (padrão do CNMP), que não é número de processo administrativo federal."
    ),
    Pista.AMBIGUO: (
        "Estes 20 algarismos tanto podem ser um NIPE quanto um processo judicial. "
        "Escreva o número com os pontos, a barra e o traço."
    ),
}


def explicar(numero: Numero, *, hoje: date | None = None) -> str:
    """Uma ou duas frases sobre a leitura; ``hoje`` só serve para estranhar um ano que ainda não chegou."""
    if numero.forma is Forma.DESCONHECIDA:
        return _PISTAS.get(numero.pista) or _sem_forma(numero.normalizado)
    frase = _frase_do_veredito(numero)
    if numero.zeros_restaurados:
        frase = f"{frase[:-1]}, depois de recolocados os zeros que faltavam no começo: {numero.formatado}."
    return f"{frase} {_frase_do_ano_ou_conselho(numero, hoje or datetime.now(UTC).date())}".strip()


def _frase_do_veredito(numero: Numero) -> str:
    match numero.veredito:
        case Veredito.OK:
            return "Os dígitos verificadores conferem."
        case Veredito.OK_ANO_2_DIGITOS:
            return "Os dígitos verificadores conferem pela regra antiga, que contava só os dois últimos números do ano."
        case Veredito.LETRAS_DV:
            return f"No lugar dos dígitos verificadores estão as letras {numero.dv}, e o número não pode ser conferido."
        case Veredito.SEM_DV:
            return "O número não traz os dígitos verificadores e não pode ser conferido."
        case _:
            return f"Os dígitos verificadores ({numero.dv}) não conferem com o resto do número."


def _frase_do_ano_ou_conselho(numero: Numero, hoje: date) -> str:
    ano = numero.ano or hoje.year
    if ano > hoje.year + 1:
        return f"O ano {ano} ainda não chegou: veja se foi escrito certo."
    if ano < ANO_MINIMO:
        return f"O ano {ano:04d} é improvável: veja se foi escrito certo."
    if numero.veredito is Veredito.DV_NAO_CONFERE:
        return "Veja se foi escrito certo; se estiver igual ao documento, o órgão pode ter dado o número assim."
    if numero.forma is Forma.NIPE and numero.normalizado[:2] not in UFS_IBGE:
        return f"O começo, {numero.normalizado[:2]}, não é código de nenhuma unidade da federação."
    return ""


def _sem_forma(normalizado: str) -> str:
    quantos = sum(c.isdecimal() for c in normalizado)
    if not quantos:
        return "Não há nenhum algarismo no texto. Um NUP tem 17, como em 50650.001658/2017-17."
    algarismos = "algarismo" if quantos == 1 else "algarismos"
    return (
        f"O texto tem {quantos} {algarismos} e não segue nenhuma forma conhecida de número de processo. "
        "Um NUP tem 17, como em 50650.001658/2017-17."
    )
