"""As palavras da conferência: do que o domínio sabe ao que a pessoa lê."""

from collections.abc import Mapping
from typing import Any

from pen.comum.tempo import BRASILIA
from pen.designsys.filtros import data_hora, hora, milhar, plural
from pen.nup.enums.numeros import Forma, Veredito
from pen.nup.enums.situacoes import SituacaoDaConferencia
from pen.nup.models import ConferenciaEmLote
from pen.nup.selectors.lotes import GUARDA, esta_demorando
from pen.nup.selectors.origem import sugerir_origem
from pen.nup.selectors.unidades import dono_do_numero
from pen.nup.services.planilhas import VAZIA
from pen.nup.values.numeros import Numero
from pen.nup.values.partes import explicar_regra, partes_do_numero

TITULOS = {
    Veredito.OK: ("success", "Número correto"),
    Veredito.OK_ANO_2_DIGITOS: ("success", "Número correto pela regra antiga"),
    Veredito.SEM_DV: ("info", "Número sem dígitos verificadores"),
    Veredito.LETRAS_DV: ("info", "Número com letras no lugar dos dígitos"),
    Veredito.DV_NAO_CONFERE: ("warning", "Os dígitos verificadores não conferem"),
    Veredito.FORMA_DESCONHECIDA: ("danger", "Não parece um número de processo"),
}
FORMAS = {
    Forma.ANTIGA_SEM_DV: "antiga, sem dígitos verificadores (13 algarismos)",
    Forma.ANTIGA_UM_DV: "antiga, com um dígito verificador (14 algarismos)",
    Forma.ANTIGA: "antiga, com ano de dois algarismos (15 algarismos)",
    Forma.ANTIGA_LETRAS: "antiga, com letras no lugar dos dígitos",
    Forma.ATUAL: "atual: NUP de 17 algarismos",
    Forma.ATUAL_LETRAS: "atual, com letras no lugar dos dígitos",
    Forma.ATUAL_SEM_DV: "atual, sem dígitos verificadores",
    Forma.SIORG_21: "de 21 algarismos, que nunca entrou em vigor",
    Forma.NIPE: "NIPE, de estados e municípios (20 algarismos)",
    Forma.DESCONHECIDA: "desconhecida",
}
NA_PLANILHA = {
    Veredito.OK: "Conferem",
    Veredito.OK_ANO_2_DIGITOS: "Conferem pela regra antiga",
    Veredito.DV_NAO_CONFERE: "Não conferem",
    Veredito.LETRAS_DV: "Têm letras no lugar dos dígitos",
    Veredito.SEM_DV: "Não têm dígitos",
    Veredito.FORMA_DESCONHECIDA: "Não parecem número de processo",
    VAZIA: "Linhas sem número",
}


# --- Um número


def veredito(numero: Numero) -> dict[str, str]:
    """O resultado em uma cor, um título e uma frase."""
    estilo, titulo = TITULOS[numero.veredito]
    return {"estilo": estilo, "titulo": titulo, "frase": numero.explicacao}


def explicacao(numero: Numero) -> dict[str, Any]:
    """Tudo que a página diz de um número: o desenho e a tabela das partes, e o resto em pares."""
    partes = partes_do_numero(numero)
    return {
        "numero": numero,
        "veredito": veredito(numero),
        "partes": partes,
        "tabela_das_partes": [[str(n), p.nome, p.valor, p.explicacao] for n, p in enumerate(partes, 1)],
        "sobre": sobre_o_numero(numero),
    }


def sobre_o_numero(numero: Numero) -> list[tuple[str, str]]:
    """O que se diz do número além das partes, na ordem da página. Dizer mais uma coisa é mais uma linha aqui."""
    dono, origem = dono_do_numero(numero), sugerir_origem(numero)
    do_cadastro = dono is not None and dono.unidade.orgao is not None
    pares = [
        ("Número", numero.formatado if numero.forma is not Forma.DESCONHECIDA else ""),
        ("Forma", FORMAS[numero.forma]),
        ("Regra", explicar_regra(numero) if numero.forma is not Forma.DESCONHECIDA else ""),
        ("Unidade que deu o número", f"{dono.unidade.codigo}: {dono.frase}" if dono and do_cadastro else ""),
        ("De onde parece vir", origem.frase if origem and not do_cadastro else ""),
    ]
    return [(nome, texto) for nome, texto in pares if texto]


# --- Uma planilha


def andamento(conferencia: ConferenciaEmLote) -> dict[str, Any]:
    """Em que pé está, para a página e para o script que a mantém em dia."""
    return {
        "situacao": conferencia.situacao,
        "feitas": conferencia.feitas,
        "total": conferencia.total,
        "frase": _frase(conferencia),
        "acabou": conferencia.situacao in (SituacaoDaConferencia.PRONTA, SituacaoDaConferencia.RECUSADA),
    }


def _frase(conferencia: ConferenciaEmLote) -> str:
    feitas, linhas = milhar(conferencia.feitas), plural(conferencia.total, "linha", "linhas")
    match conferencia.situacao, esta_demorando(conferencia):
        case SituacaoDaConferencia.ESPERANDO, False:
            return f"Na fila. A conferência de {linhas} ainda não começou."
        case SituacaoDaConferencia.ESPERANDO, True:
            return (
                f"Na fila desde {_desde(conferencia)}, mais do que o normal: o serviço que confere pode estar parado. A "
                f"planilha continua guardada até {vencimento(conferencia)} e será conferida quando ele voltar."
            )
        case SituacaoDaConferencia.CONFERINDO, False:
            return f"{feitas} de {linhas} conferidas."
        case SituacaoDaConferencia.CONFERINDO, True:
            return f"A conferência parou em {feitas} de {linhas} e vai recomeçar sozinha."
        case SituacaoDaConferencia.PRONTA, _:
            return f"{linhas} {'conferida' if conferencia.total == 1 else 'conferidas'}."
    return conferencia.motivo


def _desde(conferencia: ConferenciaEmLote) -> str:
    return hora(conferencia.mexida_em.astimezone(BRASILIA))


def vencimento(conferencia: ConferenciaEmLote) -> str:
    """Quando a planilha será excluída."""
    return data_hora(conferencia.criada_em + GUARDA)


def resumo(conferencia: ConferenciaEmLote) -> dict[str, Any]:
    """O gráfico e a tabela do que a conferência achou."""
    contagem: Mapping[str, int] = conferencia.contagem
    achados = [(nome, codigo, contagem.get(codigo, 0)) for codigo, nome in NA_PLANILHA.items() if contagem.get(codigo)]
    return {
        "pontos": [(nome, quantas) for nome, _, quantas in achados],
        "linhas": [
            [nome, codigo, milhar(quantas), por_cento(quantas, conferencia.total)] for nome, codigo, quantas in achados
        ],
    }


def por_cento(parte: int, total: int) -> str:
    """``12,3%``; nunca 0,0% do que existe, nem 100,0% do que falta."""
    if parte == total:
        return "100%"
    return f"{min(max(100 * parte / total, 0.1), 99.9):.1f}%".replace(".", ",")


def sobre_a_planilha(conferencia: ConferenciaEmLote) -> list[tuple[str, str]]:
    """O que se sabe da planilha enviada."""
    cabecalho = "a primeira linha" if conferencia.tem_cabecalho else "não tem: a primeira linha já traz um número"
    pares = [
        ("Arquivo", conferencia.nome),
        ("Aba", conferencia.aba),
        ("Coluna conferida", conferencia.colunas[conferencia.coluna]),
        ("Cabeçalho", cabecalho),
        ("Será excluída", f"em {vencimento(conferencia)}"),
    ]
    return [(nome, texto) for nome, texto in pares if texto]


def nome_do_resultado(conferencia: ConferenciaEmLote) -> str:
    """O nome com que a planilha conferida se baixa."""
    nome, ponto, _ = conferencia.nome.rpartition(".")
    return f"{nome if ponto else conferencia.nome}-conferida.{conferencia.formato}"
