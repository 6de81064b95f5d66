"""Abrir tópicos e responder: a busca antes, as regras aceitas, e o que não vai a público."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.utils import timezone

from pen.auditoria.models import Ato
from pen.comum.errors import BuscaInvalida, LimiteExcedido, PedidoIncompleto, SemPermissao
from pen.participen.errors import (
    BuscaNaoFeita,
    DadosExpostos,
    PublicacaoEmOutraSituacao,
    PublicacaoNaoEncontrada,
    RegrasNaoAceitas,
    TopicoFechado,
    TopicoNaoEncontrado,
)
from pen.participen.models import Ajuda, Etiqueta, Publicacao, Topico, VersaoDaPublicacao
from pen.participen.selectors.topicos import (
    consultar_publicacao,
    consultar_topico,
    listar_topicos,
    respostas_do_topico,
    versoes_da_publicacao,
)
from pen.participen.services.busca_previa import buscar_antes
from pen.participen.services.conduta import publicar_regras
from pen.participen.services.topicos import (
    abrir_topico,
    alterar_publicacao,
    dizer_que_ajudou,
    marcar_solucao,
    responder_topico,
)
from pen.participen.values.prova import VALIDADE
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.participen import (
    TITULO,
    abertura_de,
    escrever_topico,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
    responder_direto,
)
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.usefixtures("forum")


def abrir(por, prova, palavras, **campos):
    return abrir_topico(por=por, categoria="sei", escrito=escrever_topico(**campos), prova=prova, palavras=palavras)


def test_topico_exige_busca():
    ana, rui = fabricar_participante(), fabricar_participante()
    antigo = fabricar_topico(rui, titulo="Assinatura de vários documentos em bloco no SEI")
    artigo = fabricar_artigo("Como assinar documentos em bloco?")
    busca = buscar_antes(por=ana, palavras="assinar documentos em bloco")
    outra = buscar_antes(por=ana, palavras="numerar processo")

    assert antigo.pk in [t.id for t in busca.topicos] and artigo.artigo_id in [a.artigo.pk for a in busca.artigos]
    for prova, palavras in [
        ("", "assinar documentos em bloco"),
        ("qualquer:coisa", "assinar documentos em bloco"),
        (busca.prova[:-1] + ("a" if busca.prova[-1] != "a" else "b"), busca.palavras),
        (busca.prova, "outras palavras"),  # a prova é destas palavras
        (outra.prova, busca.palavras),
        (buscar_antes(por=rui, palavras=busca.palavras).prova, busca.palavras),  # e desta pessoa
        (signing.dumps({"i": uuid4().hex, "p": ana.pk, "w": busca.palavras}), busca.palavras),  # e desta finalidade
    ]:
        with pytest.raises(BuscaNaoFeita):
            abrir(ana, prova, palavras)
    assert not Topico.objects.filter(autor=ana).exists()
    assert abrir(ana, busca.prova, busca.palavras).autor == ana


def test_a_prova_da_busca_vence(monkeypatch):
    ana = fabricar_participante()
    busca = buscar_antes(por=ana, palavras="assinar em bloco")
    depois = time.time() + VALIDADE.total_seconds() + 60
    monkeypatch.setattr(signing.time, "time", lambda: depois)

    with pytest.raises(BuscaNaoFeita):
        abrir(ana, busca.prova, busca.palavras)


def test_a_mesma_busca_abre_um_topico_so_e_devolve_o_mesmo():
    ana = fabricar_participante()
    busca = buscar_antes(por=ana, palavras="assinar em bloco")

    primeiro, segundo = abrir(ana, busca.prova, busca.palavras), abrir(ana, busca.prova, busca.palavras)

    assert primeiro == segundo and Publicacao.objects.filter(topico=primeiro).count() == 1


def test_buscar_com_palavras_comuns_demais_pede_outras():
    with pytest.raises(BuscaInvalida):
        buscar_antes(por=fabricar_participante(), palavras="como para o que")


def test_a_busca_nao_mostra_o_que_espera_o_que_esta_escondido_nem_o_interno():
    novato = fabricar_participante(novato=True)
    fabricar_topico(novato, titulo="Assinar documentos em bloco sem senha")
    fabricar_artigo("Assinar documentos em bloco, por dentro", interno=True)

    busca = buscar_antes(por=novato, palavras="assinar documentos em bloco")

    assert busca.topicos == [] and busca.artigos == []


def test_so_escreve_quem_aceitou_a_versao_em_vigor_das_regras():
    ana, topico = fabricar_participante(), fabricar_topico()
    busca = buscar_antes(por=ana, palavras="assinar em bloco")
    publicar_regras(por=fabricar_moderacao(), texto="Outras regras.")

    with pytest.raises(RegrasNaoAceitas):
        abrir(ana, busca.prova, busca.palavras)
    with pytest.raises(RegrasNaoAceitas):
        fabricar_resposta(topico, ana)


@pytest.mark.parametrize(
    "dado",
    ["CPF 529.982.247-25", "CNPJ 12.ABC.345/01DE-35", "senha: abc12345", "Authorization: Bearer abcdefghijklmnop123"],
)
@pytest.mark.parametrize("campo", ["titulo", "contexto", "versoes", "texto"])
def test_dado_pessoal_ou_segredo_nao_vai_a_publico_sem_declaracao(dado, campo):
    ana = fabricar_participante()

    with pytest.raises(DadosExpostos):
        fabricar_topico(ana, **{campo: f"Um texto com {dado}"})
    assert not Topico.objects.filter(autor=ana).exists()


def test_o_alarme_falso_se_declara_e_fica_na_auditoria():
    topico = fabricar_topico(texto="Testei com senha: correta", declara=True)

    assert abertura_de(topico).declarada
    assert Ato.objects.get(ato="topico.aberto", objeto=f"topico:{topico.pk}").detalhes == {"declarou": True}


def test_nup_nao_e_cpf_no_forum():
    assert fabricar_topico(texto="O processo 50650.001658/2017-17 e o 23480012345202610 não abrem.").pk


def test_a_resposta_e_a_alteracao_tambem_se_conferem():
    ana = fabricar_participante()
    topico = fabricar_topico()
    with pytest.raises(DadosExpostos):
        fabricar_resposta(topico, ana, "cpf 529.982.247-25")
    resposta = fabricar_resposta(topico, ana)
    with pytest.raises(DadosExpostos):
        alterar_publicacao(por=ana, publicacao_id=resposta.pk, texto="senha: abc12345")


@pytest.mark.parametrize(
    ("campos", "campo"),
    [
        ({"titulo": ""}, "titulo"), ({"titulo": "curto"}, "titulo"), ({"titulo": "x" * 151}, "titulo"), ({"texto": " "}, "texto"),
        ({"texto": "x" * 20_001}, "texto"), ({"especie": "poema"}, "especie"), ({"ambiente": "lua"}, "ambiente"),
        ({"etiquetas": ["nao-existe"]}, "etiquetas"), ({"contexto": "x" * 2_001}, "contexto"), ({"versoes": "x" * 201}, "versoes"),
        ({"etiquetas": ["assinatura", "integracao", "documentos", "permissoes", "pesquisa", "normas"]}, "etiquetas"),
        ({"contexto": "Um texto \ufffd ilegível"}, "contexto"), ({"etiquetas": ["x\0y"]}, "etiquetas"),
    ],
)  # fmt: skip
def test_o_que_falta_ou_nao_serve_se_diz_ao_lado_do_campo(campos, campo):
    with pytest.raises(PedidoIncompleto) as erro:
        fabricar_topico(**campos)

    assert erro.value.detalhes["campo"] == campo


@pytest.mark.parametrize("categoria", ["", "nao-existe", "x\0y"])
def test_categoria_que_nao_existe_nao_recebe_topico(categoria):
    with pytest.raises(PedidoIncompleto):
        fabricar_topico(categoria=categoria)


def test_quem_escreve_demais_num_minuto_espera():
    ana, topico = fabricar_participante(), fabricar_topico()
    with pytest.raises(LimiteExcedido):
        for n in range(12):
            fabricar_resposta(topico, ana, f"Resposta {n}")


def test_a_primeira_publicacao_de_quem_chega_espera_a_moderacao_e_so_quem_escreveu_a_ve():
    novato, outra = fabricar_participante(novato=True), fabricar_participante()

    topico = fabricar_topico(novato)

    assert topico.situacao == "aguarda" and consultar_topico(topico.pk, para=novato) == topico
    assert topico.pk not in [t.id for t in listar_topicos().itens]
    with pytest.raises(TopicoNaoEncontrado):
        consultar_topico(topico.pk, para=outra)
    with pytest.raises(TopicoNaoEncontrado):
        fabricar_resposta(topico, outra)


def test_responder_poe_o_topico_no_alto_e_conta_a_resposta():
    velho = fabricar_topico(agora=timezone.now() - timedelta(days=9))
    fabricar_topico(agora=timezone.now() - timedelta(days=1))

    fabricar_resposta(velho)

    primeiro = listar_topicos().itens[0]
    assert primeiro.id == velho.pk and primeiro.respostas == 1


def test_o_mesmo_envio_de_resposta_publica_uma_vez():
    ana, topico, envio = fabricar_participante(), fabricar_topico(), uuid4()

    uma = responder_topico(por=ana, numero=topico.pk, texto="Oi.", envio=envio)
    outra = responder_topico(por=ana, numero=topico.pk, texto="Oi.", envio=envio)

    assert uma == outra
    topico.refresh_from_db()
    assert topico.respostas == 1


def test_um_envio_que_ja_serviu_a_outra_publicacao_se_recusa():
    ana, envio = fabricar_participante(), uuid4()
    responder_topico(por=ana, numero=fabricar_topico().pk, texto="Oi.", envio=envio)

    with pytest.raises(PedidoIncompleto):
        responder_topico(por=ana, numero=fabricar_topico().pk, texto="Oi.", envio=envio)


def test_topico_que_espera_nao_recebe_resposta_nem_de_quem_o_abriu():
    novato = fabricar_participante(novato=True)

    with pytest.raises(TopicoFechado):
        fabricar_resposta(fabricar_topico(novato), novato)


def test_quem_escreveu_altera_e_a_versao_anterior_fica():
    ana = fabricar_participante()
    topico = fabricar_topico(ana, etiquetas=["assinatura"])
    abertura = abertura_de(topico)

    novo = escrever_topico(titulo="Como assinar dez documentos de uma vez?", etiquetas=["documentos"], versoes="SEI 4.1")
    alterar_publicacao(por=ana, publicacao_id=abertura.pk, texto="Texto novo.", escrito=novo)

    topico.refresh_from_db()
    (versao,) = versoes_da_publicacao(abertura, para=ana)
    assert topico.titulo.startswith("Como assinar dez") and versao.titulo == TITULO and "vários" in versao.texto
    assert [e.codigo for e in topico.etiquetas.all()] == ["documentos"]
    assert [t.id for t in listar_topicos(etiqueta=Etiqueta.objects.get(codigo="documentos")).itens] == [topico.pk]


def test_alterar_sem_mudar_nada_nao_deixa_versao():
    ana = fabricar_participante()
    abertura = abertura_de(fabricar_topico(ana))

    alterar_publicacao(por=ana, publicacao_id=abertura.pk, texto=abertura.texto, escrito=escrever_topico())

    assert not VersaoDaPublicacao.objects.exists()


def test_ninguem_altera_o_que_outra_pessoa_escreveu_nem_a_moderacao():
    abertura = abertura_de(fabricar_topico())
    for pessoa in (fabricar_participante(), fabricar_moderacao()):
        with pytest.raises(SemPermissao):
            alterar_publicacao(por=pessoa, publicacao_id=abertura.pk, texto="Outra coisa.")


def test_o_que_se_tirou_de_um_texto_so_quem_escreveu_e_a_moderacao_leem():
    ana = fabricar_participante()
    abertura = abertura_de(fabricar_topico(ana))
    alterar_publicacao(por=ana, publicacao_id=abertura.pk, texto="Limpo.")

    assert versoes_da_publicacao(abertura, para=fabricar_moderacao())
    with pytest.raises(PublicacaoNaoEncontrada):
        versoes_da_publicacao(abertura, para=fabricar_participante())


def test_quem_abriu_ou_a_moderacao_diz_o_que_resolveu_e_so_uma_resposta():
    ana = fabricar_participante()
    topico = fabricar_topico(ana)
    uma, outra = fabricar_resposta(topico), fabricar_resposta(topico)

    marcar_solucao(por=ana, publicacao_id=uma.pk)
    assert marcar_solucao(por=fabricar_moderacao(), publicacao_id=outra.pk).solucao == outra
    marcar_solucao(por=ana, publicacao_id=outra.pk)  # de novo, não muda nada
    assert Ato.objects.filter(ato="topico.solucao_marcada").count() == 2
    assert marcar_solucao(por=ana, publicacao_id=outra.pk, marcar=False).solucao is None
    with pytest.raises(SemPermissao):
        marcar_solucao(por=uma.autor, publicacao_id=uma.pk)
    with pytest.raises(PublicacaoEmOutraSituacao):
        marcar_solucao(por=ana, publicacao_id=abertura_de(topico).pk)


def test_dizer_que_ajudou_e_uma_vez_por_pessoa_e_nunca_de_si():
    topico, rui = fabricar_topico(), fabricar_participante()
    resposta = fabricar_resposta(topico)

    assert dizer_que_ajudou(por=rui, publicacao_id=resposta.pk) == dizer_que_ajudou(por=rui, publicacao_id=resposta.pk) == 1
    assert dizer_que_ajudou(por=rui, publicacao_id=resposta.pk, ajudou=False) == 0
    with pytest.raises(SemPermissao):
        dizer_que_ajudou(por=resposta.autor, publicacao_id=resposta.pk)
    with pytest.raises(SemPermissao):
        dizer_que_ajudou(por=rui, publicacao_id=abertura_de(topico).pk)


def test_quem_escreve_aparece_so_com_o_nome_e_a_sigla():
    ana = fabricar_participante(orgao=fabricar_orgao(sigla="ANTT"), nome="Ana Lima", email="ana@exemplo.org")
    topico = fabricar_topico(ana)

    linha = listar_topicos(categoria=topico.categoria).itens[0]

    assert linha.autor == ("Ana Lima", "ANTT", False)
    assert fabricar_moderacao() and listar_topicos().itens[0].autor.da_equipe is False


def test_as_paginas_de_topicos_nao_repetem_nem_pulam():
    ana, agora = fabricar_moderacao(), timezone.now()
    feitos = [fabricar_topico(ana, agora=agora - timedelta(minutes=n // 3)).pk for n in range(7)]

    vistos, marcador = [], ""
    for _ in range(10):
        pagina = listar_topicos(depois_de=marcador, por_pagina=2)
        vistos += [t.id for t in pagina.itens]
        if not (marcador := pagina.proxima):
            break
    assert sorted(vistos) == sorted(feitos) and len(set(vistos)) == 7


@pytest.mark.parametrize(
    "marcador", ["lixo", "////", "MjAyNi0xMS0yMnwx", "eHh4fDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "é", "%00"]
)
def test_marcador_que_nao_e_nosso_volta_ao_comeco(marcador):
    topico = fabricar_topico()

    assert listar_topicos(depois_de=marcador).itens[0].id == topico.pk
    assert respostas_do_topico(topico, para=topico.autor, depois_de=marcador).itens == []


def test_o_numero_de_consultas_da_lista_nao_cresce(django_assert_max_num_queries):
    ana = fabricar_moderacao()
    for n in range(6):
        fabricar_topico(ana, etiquetas=["assinatura"] if n % 2 else [])

    with django_assert_max_num_queries(3):
        assert len(listar_topicos().itens) == 6


def test_a_resposta_escondida_so_existe_para_quem_a_escreveu_e_para_a_moderacao():
    topico, rui = fabricar_topico(), fabricar_participante()
    escondida = responder_direto(topico, rui, "Um segredo.", "escondida")

    def veem(pessoa):
        return escondida.pk in [r.id for r in respostas_do_topico(topico, para=pessoa).itens]

    assert veem(rui) and veem(fabricar_moderacao())
    assert not veem(fabricar_participante()) and not veem(topico.autor)
    with pytest.raises(PublicacaoNaoEncontrada):
        consultar_publicacao(escondida.pk, para=topico.autor)


def test_conta_inativa_nao_escreve():
    ana = fabricar_participante()
    busca = buscar_antes(por=ana, palavras="assinar em bloco")
    ana.is_active = False

    with pytest.raises(SemPermissao):
        abrir(ana, busca.prova, busca.palavras)
    with pytest.raises(SemPermissao):
        buscar_antes(por=ana, palavras="assinar em bloco")
    assert fabricar_pessoa().is_active


@pytest.mark.django_db(transaction=True)
class TestAoMesmoTempo:
    def test_dez_cliques_em_ajudou_contam_um(self, forum):
        resposta, rui = fabricar_resposta(fabricar_topico()), fabricar_participante()

        ao_mesmo_tempo(lambda _: dizer_que_ajudou(por=rui, publicacao_id=resposta.pk), 6)

        assert Ajuda.objects.count() == 1

    def test_o_mesmo_envio_abre_um_topico_so(self, forum):
        ana = fabricar_participante()
        busca = buscar_antes(por=ana, palavras="assinar em bloco")

        abertos = ao_mesmo_tempo(lambda _: abrir(ana, busca.prova, busca.palavras).pk, 4)

        assert len(set(abertos)) == 1

    def test_respostas_juntas_se_contam_todas(self, forum):
        topico, pessoas = fabricar_topico(), [fabricar_participante() for _ in range(4)]

        ao_mesmo_tempo(lambda n: fabricar_resposta(topico, pessoas[n]), 4)

        topico.refresh_from_db()
        assert topico.respostas == 4
