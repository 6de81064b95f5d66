"""Abrir tópicos, responder, alterar o próprio texto, e marcar o que ajudou."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from pen.auditoria.public import registrar_ato
from pen.comum.errors import PedidoIncompleto, SemPermissao, conferir
from pen.comum.texto import exigir_texto
from pen.identidade.public import Pessoa, contar_uso
from pen.participen.enums import AmbienteDoRelato, EspecieDeTopico, SituacaoDaPublicacao
from pen.participen.errors import PublicacaoEmOutraSituacao, TopicoFechado
from pen.participen.models import (
    Ajuda,
    Categoria,
    Etiqueta,
    EtiquetaDoTopico,
    Publicacao,
    Topico,
    VersaoDaPublicacao,
)
from pen.participen.models.topico import CONTEXTO_MAXIMO, TEXTO_MAXIMO, TITULO_MAXIMO, TITULO_MINIMO, VERSOES_MAXIMO
from pen.participen.rules import pode_alterar, pode_dizer_que_ajudou, pode_marcar_solucao
from pen.participen.selectors.conduta import espera_moderacao, exigir_aceite, orgao_de_quem_participa
from pen.participen.selectors.topicos import consultar_publicacao, consultar_topico
from pen.participen.services.avisos import avisar_da_fila, avisar_novidade
from pen.participen.services.busca_previa import conferir_busca
from pen.participen.services.conteudo import conferir_conteudo
from pen.participen.services.seguimento import seguir_o_que_abriu
from pen.participen.services.texto import indexar_topico

ESCRITAS_POR_MINUTO = 10  # de uma pessoa
ETIQUETAS_MAXIMO = 5


@dataclass(frozen=True, slots=True)
class TopicoEscrito:
    """O que a pessoa escreveu de um tópico. ``texto`` é Markdown; ``etiquetas``, códigos."""

    titulo: str
    especie: str
    texto: str
    contexto: str = ""
    versoes: str = ""
    ambiente: str = ""
    etiquetas: Sequence[str] = field(default_factory=tuple)


def abrir_topico(
    *, por: Pessoa, categoria: str, escrito: TopicoEscrito, prova: str, palavras: str, declara: bool = False,
    agora: datetime | None = None,
) -> Topico:  # fmt: skip
    """Abre um tópico de quem buscou antes; com a mesma prova, de novo, devolve o mesmo. O de quem chega espera a moderação.

    Levanta:
        RegrasNaoAceitas: ``por`` não aceitou a versão em vigor.
        BuscaNaoFeita: falta a prova da busca, ou não é desta pessoa e destas palavras.
        PedidoIncompleto: falta um texto, ou um não serve; ``detalhes['campo']`` diz qual.
        DadosExpostos: parece haver dado pessoal ou segredo, e não se declarou que não há.
        LimiteExcedido: escritas demais neste minuto.
    """
    conferir(por.is_active, SemPermissao("Entre para escrever no fórum."))
    exigir_aceite(por)
    busca = conferir_busca(por=por, prova=prova, palavras=palavras)
    if ja_aberto := Topico.objects.filter(prova=busca).first():
        return ja_aberto
    campos, texto, etiquetas = _conferidos(escrito)
    da_categoria = Categoria.objects.filter(codigo=categoria.replace("\0", ""), ativa=True).first()
    if da_categoria is None:
        raise PedidoIncompleto("Escolha uma categoria da lista.", campo="categoria")
    parecia = bool(conferir_conteudo(_textos(campos, texto), declara=declara))
    contar_uso(f"participen:{por.pk}", limite=ESCRITAS_POR_MINUTO)
    agora = agora or timezone.now()
    try:
        with transaction.atomic():
            situacao = SituacaoDaPublicacao.AGUARDA if espera_moderacao(por) else SituacaoDaPublicacao.PUBLICADA
            comuns: dict[str, Any] = {"autor": por, "orgao": orgao_de_quem_participa(por), "situacao": situacao}
            topico = Topico.objects.create(
                **campos, **comuns, categoria=da_categoria, prova=busca, criado_em=agora, ultima_em=agora
            )
            publicacao = Publicacao.objects.create(
                **comuns, topico=topico, abre=True, texto=texto, envio=busca, em=agora, declarada=parecia
            )
            _por_etiquetas(topico, etiquetas)
            registrar_ato(por=por, ato="topico.aberto", objeto=f"topico:{topico.pk}", detalhes={"declarou": parecia})
            seguir_o_que_abriu(topico, agora=agora)
            _anunciar(publicacao)
    except IntegrityError:  # o mesmo envio, ao mesmo tempo
        return Topico.objects.get(prova=busca)
    return topico


def responder_topico(
    *, por: Pessoa, numero: int, texto: str, envio: UUID, declara: bool = False, agora: datetime | None = None
) -> Publicacao:
    """Responde a um tópico; com o mesmo ``envio``, de novo, devolve a mesma resposta.

    Levanta:
        TopicoNaoEncontrado, RegrasNaoAceitas, PedidoIncompleto, DadosExpostos, LimiteExcedido.
        TopicoFechado: a moderação o fechou, ou ele ainda não está à vista de todos.
    """
    consultar_topico(numero, para=por)
    exigir_aceite(por)
    if ja_escrita := Publicacao.objects.filter(envio=envio, autor=por, topico=numero).first():
        return ja_escrita
    limpo = exigir_texto(texto, "Escreva a resposta.", TEXTO_MAXIMO, campo="texto")
    parecia = bool(conferir_conteudo([limpo], declara=declara))
    contar_uso(f"participen:{por.pk}", limite=ESCRITAS_POR_MINUTO)
    try:
        with transaction.atomic():
            topico = Topico.objects.select_for_update(no_key=True).get(pk=numero)
            conferir(topico.publicado, TopicoFechado("Este tópico não recebe respostas agora."))
            conferir(topico.fechado_em is None, TopicoFechado("A moderação fechou este tópico: ele não recebe respostas."))
            publicacao = Publicacao.objects.create(
                topico=topico, autor=por, orgao=orgao_de_quem_participa(por), texto=limpo, envio=envio, declarada=parecia,
                situacao=SituacaoDaPublicacao.AGUARDA if espera_moderacao(por) else SituacaoDaPublicacao.PUBLICADA,
                em=agora or timezone.now(),
            )  # fmt: skip
            registrar_ato(
                por=por, ato="topico.respondido", objeto=f"publicacao:{publicacao.pk}", detalhes={"declarou": parecia}
            )
            _anunciar(publicacao)
    except IntegrityError:  # o mesmo envio, ao mesmo tempo
        ja_escrita = Publicacao.objects.filter(envio=envio, autor=por, topico=numero).first()
        if ja_escrita is None:
            raise PedidoIncompleto("Este envio já serviu a outra publicação.", campo="envio") from None
        return ja_escrita
    return publicacao


@transaction.atomic
def alterar_publicacao(
    *, por: Pessoa, publicacao_id: UUID, texto: str, escrito: TopicoEscrito | None = None, declara: bool = False,
    agora: datetime | None = None,
) -> Publicacao:  # fmt: skip
    """Altera o que a pessoa escreveu, e guarda como era; na que abre o tópico, ``escrito`` traz o resto. Sem mudança, nada faz.

    Levanta:
        PublicacaoNaoEncontrada, RegrasNaoAceitas, PedidoIncompleto, DadosExpostos.
        SemPermissao: outra pessoa a escreveu, a moderação a escondeu, ou o tópico está fechado.
    """
    publicacao = consultar_publicacao(publicacao_id, para=por)
    topico = Topico.objects.select_for_update(no_key=True).get(pk=publicacao.topico_id)
    publicacao.refresh_from_db()
    publicacao.topico = topico
    conferir(pode_alterar(por, publicacao), SemPermissao("Só quem escreveu altera, enquanto o tópico está aberto."))
    exigir_aceite(por)
    antes = {"titulo": topico.titulo, "contexto": topico.contexto} if publicacao.abre else {}
    mudou = _alterar_topico(topico, escrito) if escrito is not None and publicacao.abre else False
    limpo = exigir_texto(texto, "Escreva o texto.", TEXTO_MAXIMO, campo="texto")
    dito = [limpo, *([topico.titulo, topico.contexto, topico.versoes] if publicacao.abre else [])]
    parecia = bool(conferir_conteudo(dito, declara=declara))
    if limpo == publicacao.texto and not mudou:
        return publicacao
    numero = VersaoDaPublicacao.objects.filter(publicacao=publicacao).count() + 1
    agora = agora or timezone.now()
    VersaoDaPublicacao.objects.create(publicacao=publicacao, numero=numero, texto=publicacao.texto, ate=agora, **antes)
    publicacao.texto, publicacao.alterada_em, publicacao.declarada = limpo, agora, parecia
    publicacao.save(update_fields=["texto", "alterada_em", "declarada"])
    registrar_ato(por=por, ato="publicacao.alterada", objeto=f"publicacao:{publicacao.pk}", detalhes={"declarou": parecia})
    indexar_topico(topico)
    return publicacao


@transaction.atomic
def marcar_solucao(*, por: Pessoa, publicacao_id: UUID, marcar: bool = True) -> Topico:
    """Diz que resposta resolveu; outra marca toma o lugar da que havia, e ``marcar=False`` a tira. Repetir não muda nada.

    Levanta:
        PublicacaoNaoEncontrada.
        SemPermissao: ``por`` não abriu o tópico nem modera.
        PublicacaoEmOutraSituacao: não é uma resposta à vista de todos.
    """
    publicacao = consultar_publicacao(publicacao_id, para=por)
    topico = Topico.objects.select_for_update(no_key=True).get(pk=publicacao.topico_id)
    conferir(pode_marcar_solucao(por, topico), SemPermissao("Só quem abriu o tópico diz o que resolveu."))
    publicacao.refresh_from_db(fields=["situacao"])
    pode = publicacao.publicada and not publicacao.abre
    conferir(pode, PublicacaoEmOutraSituacao("Só uma resposta à vista de todos pode ser a solução."))
    e_agora = topico.solucao_id == publicacao.pk
    if marcar != e_agora:
        topico.solucao = publicacao if marcar else None
        topico.save(update_fields=["solucao"])
        ato = "topico.solucao_marcada" if marcar else "topico.solucao_desmarcada"
        registrar_ato(por=por, ato=ato, objeto=f"publicacao:{publicacao.pk}")
    return topico


@transaction.atomic
def dizer_que_ajudou(*, por: Pessoa, publicacao_id: UUID, ajudou: bool = True) -> int:
    """Diz que a resposta ajudou, ou deixa de dizer; devolve quantas pessoas dizem. Repetir não muda nada.

    Levanta:
        PublicacaoNaoEncontrada.
        SemPermissao: é a própria resposta, ou a que abre o tópico.
    """
    publicacao = consultar_publicacao(publicacao_id, para=por)
    conferir(pode_dizer_que_ajudou(por, publicacao), SemPermissao("Só se diz que ajudou uma resposta de outra pessoa."))
    if ajudou:
        Ajuda.objects.get_or_create(publicacao=publicacao, pessoa=por, defaults={"em": timezone.now()})
    else:
        Ajuda.objects.filter(publicacao=publicacao, pessoa=por).delete()
    return Ajuda.objects.filter(publicacao=publicacao).count()


def recontar(topico: Topico) -> None:
    """Refaz do que todos leem a contagem das respostas, a data da mais nova e o índice; só com o tópico travado."""
    a_vista = Publicacao.objects.filter(topico=topico, situacao=SituacaoDaPublicacao.PUBLICADA)
    topico.respostas = a_vista.filter(abre=False).count()
    topico.ultima_em = a_vista.aggregate(em=Max("em"))["em"] or topico.criado_em
    topico.save(update_fields=["respostas", "ultima_em"])
    indexar_topico(topico)


def _anunciar(publicacao: Publicacao) -> None:
    """Põe o que se escreveu à vista e avisa quem segue; o que espera, só avisa a moderação."""
    if publicacao.publicada:
        recontar(publicacao.topico)
        avisar_novidade(publicacao)
    else:
        avisar_da_fila("publicacao", publicacao.pk)


def _conferidos(escrito: TopicoEscrito) -> tuple[dict[str, str], str, list[Etiqueta]]:
    titulo = exigir_texto(escrito.titulo, "Escreva o título.", TITULO_MAXIMO, campo="titulo")
    curto = PedidoIncompleto(f"Um título claro tem pelo menos {TITULO_MINIMO} letras.", campo="titulo")
    conferir(len(titulo) >= TITULO_MINIMO, curto)
    conferir(escrito.especie in EspecieDeTopico.values, PedidoIncompleto("Diga o que é o tópico.", campo="especie"))
    do_ambiente = {"", *AmbienteDoRelato.values}
    conferir(escrito.ambiente in do_ambiente, PedidoIncompleto("Escolha um ambiente da lista.", campo="ambiente"))
    campos = {
        "titulo": " ".join(titulo.split()),
        "especie": escrito.especie,
        "contexto": exigir_texto(escrito.contexto, "", CONTEXTO_MAXIMO, campo="contexto"),
        "versoes": exigir_texto(escrito.versoes, "", VERSOES_MAXIMO, campo="versoes"),
        "ambiente": escrito.ambiente,
    }
    texto = exigir_texto(escrito.texto, "Escreva o texto.", TEXTO_MAXIMO, campo="texto")
    codigos = list(dict.fromkeys(codigo.replace("\0", "") for codigo in escrito.etiquetas))
    demais = PedidoIncompleto(f"Escolha até {ETIQUETAS_MAXIMO} etiquetas.", campo="etiquetas")
    conferir(len(codigos) <= ETIQUETAS_MAXIMO, demais)
    etiquetas = list(Etiqueta.objects.filter(codigo__in=codigos, ativa=True)) if codigos else []
    conferir(len(etiquetas) == len(codigos), PedidoIncompleto("Escolha etiquetas da lista.", campo="etiquetas"))
    return campos, texto, etiquetas


def _textos(campos: dict[str, str], texto: str) -> list[str]:
    return [campos["titulo"], campos["contexto"], campos["versoes"], texto]


def _alterar_topico(topico: Topico, escrito: TopicoEscrito) -> bool:
    """Muda no tópico o que veio diferente; as etiquetas que ele tinha e se retiraram do cadastro podem ficar."""
    postas = set(EtiquetaDoTopico.objects.filter(topico=topico).values_list("etiqueta__codigo", flat=True))
    inativas = set(Etiqueta.objects.filter(codigo__in=postas, ativa=False).values_list("codigo", flat=True))
    ativas = [codigo for codigo in escrito.etiquetas if codigo not in inativas]
    campos, _, etiquetas = _conferidos(
        TopicoEscrito(**{n: getattr(escrito, n) for n in escrito.__slots__} | {"etiquetas": ativas})
    )
    mudados = [nome for nome, valor in campos.items() if getattr(topico, nome) != valor]
    for nome in mudados:
        setattr(topico, nome, campos[nome])
    topico.save(update_fields=mudados)
    ficam = {e.codigo for e in etiquetas} | (inativas & set(escrito.etiquetas))
    EtiquetaDoTopico.objects.filter(topico=topico).exclude(etiqueta__codigo__in=ficam).delete()
    _por_etiquetas(topico, [e for e in etiquetas if e.codigo not in postas])
    return bool(mudados) or ficam != postas


def _por_etiquetas(topico: Topico, etiquetas: Sequence[Etiqueta]) -> None:
    EtiquetaDoTopico.objects.bulk_create(EtiquetaDoTopico(topico=topico, etiqueta=etiqueta) for etiqueta in etiquetas)
