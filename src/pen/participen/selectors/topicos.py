"""As leituras de tópicos e respostas. Todas começam no que a pessoa vê; o resto, para ela, não existe."""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from pen.comum.marcadores import ler_marcador, marcar
from pen.identidade.public import Ator, Orgao, Papel, Pessoa, pessoas_com_papel
from pen.participen.enums import EspecieDeTopico, SituacaoDaPublicacao
from pen.participen.errors import PublicacaoNaoEncontrada, TopicoNaoEncontrado
from pen.participen.models import (
    Ajuda,
    Categoria,
    Etiqueta,
    EtiquetaDoTopico,
    Publicacao,
    Topico,
    VersaoDaPublicacao,
)
from pen.participen.rules import (
    modera,
    pode_alterar,
    pode_denunciar,
    pode_dizer_que_ajudou,
    que_a_pessoa_ve,
)
from pen.participen.values.leituras import (
    Autor,
    EtiquetaVista,
    PaginaDePublicacoes,
    PaginaDeTopicos,
    PublicacaoLida,
    TopicoNaLista,
)

TOPICOS_POR_PAGINA, RESPOSTAS_POR_PAGINA, FIXADOS_MAXIMO = 25, 20, 5


def topicos_a_vista() -> QuerySet[Topico]:
    """Os que todos leem."""
    return Topico.objects.filter(situacao=SituacaoDaPublicacao.PUBLICADA)


def topicos_visiveis(para: Ator) -> QuerySet[Topico]:
    """Os que todos leem, os da própria pessoa e, para quem modera, todos."""
    return Topico.objects.filter(que_a_pessoa_ve(para))


def publicacoes_visiveis(para: Ator) -> QuerySet[Publicacao]:
    """As que a pessoa lê, de tópicos que ela lê."""
    return Publicacao.objects.filter(que_a_pessoa_ve(para), topico__in=topicos_visiveis(para))


def listar_topicos(
    *, categoria: Categoria | None = None, etiqueta: Etiqueta | None = None, especie: str = "", depois_de: str = "",
    por_pagina: int = TOPICOS_POR_PAGINA,
) -> PaginaDeTopicos:  # fmt: skip
    """Uma página do que todos leem, do que se moveu por último ao mais parado."""
    topicos = topicos_a_vista()
    if categoria is not None:
        topicos = topicos.filter(categoria=categoria)
    if etiqueta is not None:
        topicos = topicos.filter(pk__in=EtiquetaDoTopico.objects.filter(etiqueta=etiqueta).values("topico"))
    if especie:
        topicos = topicos.filter(especie=especie)
    if lido := _ler_movimento(depois_de):
        em, pk = lido
        topicos = topicos.filter(Q(ultima_em__lt=em) | Q(ultima_em=em, pk__lt=pk), ultima_em__lte=em)
    lidos = list(_com_quem(topicos).order_by("-ultima_em", "-pk")[: por_pagina + 1])
    proxima = ""
    if len(lidos) > por_pagina:
        ultimo = lidos[por_pagina - 1]
        proxima = marcar(ultimo.ultima_em.isoformat(), str(ultimo.pk))
    return PaginaDeTopicos(na_lista(lidos[:por_pagina]), proxima)


def topicos_fixados(categoria: Categoria | None = None) -> list[TopicoNaLista]:
    """Os que a moderação fixou no alto: de todas as categorias, ou de uma."""
    fixados = topicos_a_vista().filter(fixado=True)
    do_lugar = fixados if categoria is None else fixados.filter(categoria=categoria)
    return na_lista(_com_quem(do_lugar).order_by("-ultima_em")[:FIXADOS_MAXIMO])


def topicos_da_pessoa(pessoa: Pessoa, *, depois_de: str = "") -> PaginaDeTopicos:
    """Os que a pessoa abriu, também os que esperam ou foram escondidos; do mais novo ao mais antigo."""
    topicos = Topico.objects.filter(autor=pessoa)
    if marcador := ler_marcador(depois_de, 1):
        with contextlib.suppress(ValueError):
            topicos = topicos.filter(pk__lt=int(marcador[0]))
    lidos = list(_com_quem(topicos).order_by("-pk")[: TOPICOS_POR_PAGINA + 1])
    proxima = marcar(str(lidos[TOPICOS_POR_PAGINA - 1].pk)) if len(lidos) > TOPICOS_POR_PAGINA else ""
    return PaginaDeTopicos(na_lista(lidos[:TOPICOS_POR_PAGINA]), proxima)


def topicos_pelas_chaves(chaves: Sequence[int]) -> list[TopicoNaLista]:
    """Os que todos leem entre os das chaves, na ordem delas."""
    achados = {t.id: t for t in na_lista(_com_quem(topicos_a_vista().filter(pk__in=chaves)))} if chaves else {}
    return [achados[chave] for chave in chaves if chave in achados]


def consultar_topico(numero: int, *, para: Ator) -> Topico:
    """O tópico, com a categoria.

    Levanta:
        TopicoNaoEncontrado: não existe, ou ``para`` não o lê.
    """
    achado = topicos_visiveis(para).select_related("categoria", "autor", "orgao").filter(pk=numero).first()
    if achado is None:
        raise TopicoNaoEncontrado("Não há tópico neste endereço.")
    return achado


def consultar_publicacao(publicacao_id: UUID, *, para: Ator) -> Publicacao:
    """A publicação, com o tópico.

    Levanta:
        PublicacaoNaoEncontrada: não existe, ou ``para`` não a lê.
    """
    achada = publicacoes_visiveis(para).select_related("topico__categoria", "autor", "orgao").filter(pk=publicacao_id)
    publicacao = achada.first()
    if publicacao is None:
        raise PublicacaoNaoEncontrada("Não há publicação neste endereço.")
    return publicacao


def abertura_do_topico(topico: Topico, *, para: Ator) -> PublicacaoLida:
    """A publicação que abre o tópico, que a pessoa já pode ler."""
    return _lidas(list(_das_pessoas(Publicacao.objects.filter(topico=topico, abre=True))), topico, para)[0]


def respostas_do_topico(topico: Topico, *, para: Ator, depois_de: str = "") -> PaginaDePublicacoes:
    """Uma página das respostas que a pessoa lê, da mais antiga à mais nova."""
    respostas = publicacoes_visiveis(para).filter(topico=topico, abre=False)
    if marcador := ler_marcador(depois_de, 1):
        with contextlib.suppress(ValueError):
            respostas = respostas.filter(pk__gt=UUID(marcador[0]))
    lidas = list(_das_pessoas(respostas).order_by("pk")[: RESPOSTAS_POR_PAGINA + 1])
    proxima = marcar(str(lidas[RESPOSTAS_POR_PAGINA - 1].pk)) if len(lidas) > RESPOSTAS_POR_PAGINA else ""
    return PaginaDePublicacoes(_lidas(lidas[:RESPOSTAS_POR_PAGINA], topico, para), proxima)


def pagina_da_resposta(publicacao: Publicacao, *, para: Ator) -> str:
    """O marcador da página em que está a resposta; vazio, se é a primeira."""
    antes = publicacoes_visiveis(para).filter(topico=publicacao.topico_id, abre=False, pk__lt=publicacao.pk)
    cheias = antes.count() // RESPOSTAS_POR_PAGINA * RESPOSTAS_POR_PAGINA
    return marcar(str(antes.order_by("pk").values_list("pk", flat=True)[cheias - 1])) if cheias else ""


def solucao_do_topico(topico: Topico, *, para: Ator) -> PublicacaoLida | None:
    """A resposta que resolveu, se há e a pessoa a lê."""
    if topico.solucao_id is None:
        return None
    achadas = _das_pessoas(publicacoes_visiveis(para).filter(pk=topico.solucao_id))
    return next(iter(_lidas(list(achadas), topico, para)), None)


def versoes_da_publicacao(publicacao: Publicacao, *, para: Ator) -> list[VersaoDaPublicacao]:
    """O que ela dizia antes, da mais nova à mais antiga; só para quem escreveu e quem modera.

    Levanta:
        PublicacaoNaoEncontrada: ``para`` não é um deles. O que se tirou de um texto não se mostra aos outros.
    """
    if not (modera(para) or (isinstance(para, Pessoa) and para.pk == publicacao.autor_id)):
        raise PublicacaoNaoEncontrada("Não há publicação neste endereço.")
    return list(VersaoDaPublicacao.objects.filter(publicacao=publicacao).order_by("-numero"))


def etiquetas_do_topico(topico: Topico) -> tuple[EtiquetaVista, ...]:
    """As etiquetas, por nome."""
    return _etiquetas([topico.pk]).get(topico.pk, ())


def na_lista(topicos: Iterable[Topico]) -> list[TopicoNaLista]:
    """Os tópicos como aparecem numa lista, na mesma ordem; três consultas, sejam quantos forem."""
    lidos = list(topicos)
    etiquetas = _etiquetas([t.pk for t in lidos])
    equipe = equipe_que_modera() if lidos else frozenset()
    return [
        TopicoNaLista(
            id=t.pk, titulo=t.titulo, especie=EspecieDeTopico(t.especie), situacao=SituacaoDaPublicacao(t.situacao),
            categoria=t.categoria.nome, codigo_da_categoria=t.categoria.codigo, autor=ver_autor(t.autor, t.orgao, equipe),
            etiquetas=etiquetas.get(t.pk, ()), respostas=t.respostas, resolvido=t.solucao_id is not None, fixado=t.fixado,
            fechado=t.fechado_em is not None, criado_em=t.criado_em, ultima_em=t.ultima_em,
        )
        for t in lidos
    ]  # fmt: skip


def ver_autor(pessoa: Pessoa, orgao: Orgao | None, equipe: frozenset[int]) -> Autor:
    """Quem escreveu, como todos veem: nunca o e-mail nem o CPF."""
    sem_nome = "Participante" if pessoa.is_active else "Conta excluída"
    return Autor(pessoa.nome or sem_nome, orgao.sigla if orgao and pessoa.is_active else "", pessoa.pk in equipe)


def equipe_que_modera() -> frozenset[int]:
    """As chaves de quem é da equipe, para dizê-lo ao lado do nome."""
    return frozenset(pessoas_com_papel(Papel.EQUIPE_CENTRAL).values_list("pk", flat=True))


def _lidas(publicacoes: list[Publicacao], topico: Topico, para: Ator) -> list[PublicacaoLida]:
    chaves, equipe = [p.pk for p in publicacoes], equipe_que_modera()
    contas = Ajuda.objects.filter(publicacao__in=chaves).values("publicacao").annotate(quantas=Count("pk"))
    ajudas = dict(contas.values_list("publicacao", "quantas"))
    eu = para.pk if isinstance(para, Pessoa) else None
    ditas = (
        set(Ajuda.objects.filter(publicacao__in=chaves, pessoa=eu).values_list("publicacao", flat=True)) if eu else set()
    )
    for publicacao in publicacoes:
        publicacao.topico = topico
    return [
        PublicacaoLida(
            id=p.pk, abre=p.abre, autor=ver_autor(p.autor, p.orgao, equipe), texto=p.texto,
            situacao=SituacaoDaPublicacao(p.situacao), em=p.em, alterada_em=p.alterada_em, ajudas=ajudas.get(p.pk, 0),
            minha=p.autor_id == eu, disse_que_ajudou=p.pk in ditas, pode_alterar=pode_alterar(para, p),
            pode_ajudar=pode_dizer_que_ajudou(para, p), pode_denunciar=pode_denunciar(para, p),
            solucao=p.pk == topico.solucao_id,
        )
        for p in publicacoes
    ]  # fmt: skip


def _com_quem(topicos: QuerySet[Topico]) -> QuerySet[Topico]:
    return topicos.select_related("categoria", "autor", "orgao")


def _das_pessoas(publicacoes: QuerySet[Publicacao]) -> QuerySet[Publicacao]:
    return publicacoes.select_related("autor", "orgao")


def _etiquetas(topicos: Sequence[int]) -> dict[int, tuple[EtiquetaVista, ...]]:
    de_cada: dict[int, list[EtiquetaVista]] = defaultdict(list)
    postas = EtiquetaDoTopico.objects.filter(topico__in=topicos).select_related("etiqueta").order_by("etiqueta__nome")
    for posta in postas if topicos else []:
        de_cada[posta.topico_id].append(EtiquetaVista(posta.etiqueta.codigo, posta.etiqueta.nome))
    return {topico: tuple(vistas) for topico, vistas in de_cada.items()}


def _ler_movimento(marcador: str) -> tuple[datetime, int] | None:
    partes = ler_marcador(marcador, 2)
    if partes is None:
        return None
    with contextlib.suppress(ValueError, OverflowError):
        em, pk = datetime.fromisoformat(partes[0]), int(partes[1])
        return (em, pk) if em.tzinfo is not None and 0 <= pk < 2**63 else None
    return None
