"""Denunciar, decidir, recorrer e julgar; e o que os avisos dizem disso."""

import pytest
from django.db import IntegrityError, transaction

from pen.auditoria.models import Ato
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.services.titular import reunir_dados
from pen.notificacoes.models import Aviso
from pen.participen.enums import AtoDeModeracao, RitmoDeSeguir
from pen.participen.errors import (
    DecisaoNaoEncontrada,
    DecisaoPropria,
    PublicacaoEmOutraSituacao,
    PublicacaoNaoEncontrada,
    TopicoFechado,
    TopicoNaoEncontrado,
)
from pen.participen.models import Decisao, Denuncia, TextoDoTopico
from pen.participen.selectors.busca import buscar_topicos, procurar_parecidos
from pen.participen.selectors.fonte import achar_na_comunidade
from pen.participen.selectors.moderacao import fila_da_moderacao, moderacao_em_numeros
from pen.participen.services.conduta import adotar_politica
from pen.participen.services.moderacao import decidir, decidir_sobre_topico, denunciar, julgar_recurso, recorrer
from pen.participen.services.seguimento import seguir
from pen.participen.services.topicos import marcar_solucao
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.participen import (
    abertura_de,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
)
from tests.fabricas.pessoas import entrar

pytestmark = pytest.mark.usefixtures("forum")


def esconder(publicacao, por=None):
    return decidir(
        por=por or fabricar_moderacao(), publicacao_id=publicacao.pk, ato=AtoDeModeracao.ESCONDER, motivo="respeito",
        razao="Ofende.",
    )  # fmt: skip


def mudar(topico, ato, **opcoes):
    return decidir_sobre_topico(por=fabricar_moderacao(), numero=topico.pk, ato=ato, razao="Razão.", **opcoes)


def test_o_que_espera_so_aparece_depois_de_aprovado_e_dai_em_diante_a_pessoa_nao_espera():
    novato = fabricar_participante(novato=True)
    topico = fabricar_topico(novato)
    assert not TextoDoTopico.objects.filter(topico=topico).exists()

    decidir(por=fabricar_moderacao(), publicacao_id=abertura_de(topico).pk, ato=AtoDeModeracao.APROVAR)

    topico.refresh_from_db()
    assert topico.situacao == "publicada" and topico.pk in [t.id for t in buscar_topicos("assinar bloco")]
    assert fabricar_topico(novato, titulo="O segundo tópico não espera").situacao == "publicada"


def test_a_politica_e_um_dado_que_a_moderacao_muda():
    adotar_politica(por=fabricar_moderacao(), ate_confiar=0)

    assert fabricar_topico(fabricar_participante(novato=True)).situacao == "publicada"


def test_o_topico_escondido_some_das_listas_da_busca_e_da_porta():
    topico = fabricar_topico(titulo="Uma quimera muito particular")
    fabricar_resposta(topico, texto="Resposta com a palavra basilisco.")
    assert (
        [t.id for t in procurar_parecidos("quimera particular")]
        == [topico.pk]
        == [t.id for t in buscar_topicos("basilisco")]
    )

    esconder(abertura_de(topico))

    assert procurar_parecidos("quimera particular") == [] and buscar_topicos("basilisco") == []
    with pytest.raises(TopicoNaoEncontrado):
        fabricar_resposta(topico)


def test_quem_respondeu_num_topico_que_se_escondeu_nao_le_mais_o_titulo(client):
    ana = fabricar_participante()
    topico = fabricar_topico(titulo="Uma quimera muito particular")
    esconder(fabricar_resposta(topico, ana))
    seguir(por=ana, alvo=topico, ritmo=RitmoDeSeguir.IMEDIATO)
    esconder(abertura_de(topico))

    assert "quimera" not in entrar(client, ana).get("/participen/minhas/").text
    assert "quimera" not in client.get("/participen/seguindo/").text and "quimera" not in str(reunir_dados(para=ana))


def test_a_resposta_escondida_sai_da_busca_da_conta_e_deixa_de_ser_solucao():
    ana = fabricar_participante()
    topico = fabricar_topico(ana)
    resposta = fabricar_resposta(topico, texto="Resposta com a palavra basilisco.")
    marcar_solucao(por=ana, publicacao_id=resposta.pk)

    esconder(resposta)

    topico.refresh_from_db()
    assert (topico.respostas, topico.solucao) == (0, None) and buscar_topicos("basilisco") == []


def test_procurar_com_palavras_comuns_demais_nao_acha_nada_e_nao_falha():
    assert achar_na_comunidade("de o a", 5) == achar_na_comunidade("", 5) == achar_na_comunidade("\0", 5) == []


def test_denunciar_de_novo_antes_da_decisao_nao_duplica_e_avisa_a_moderacao_uma_vez():
    resposta, rui, moderacao = fabricar_resposta(fabricar_topico()), fabricar_participante(), fabricar_moderacao()
    for _ in range(2):
        denunciar(por=rui, publicacao_id=resposta.pk, motivo="respeito")

    assert Denuncia.objects.count() == 1
    assert Aviso.objects.filter(tipo="participen.fila", pessoa=moderacao, chave__startswith="denuncia").count() == 1
    decidir(por=moderacao, publicacao_id=resposta.pk, ato=AtoDeModeracao.MANTER)
    denunciar(por=rui, publicacao_id=resposta.pk, motivo="dados")
    assert Denuncia.objects.filter(decisao=None).count() == 1


@pytest.mark.parametrize("motivo", ["", "lixo", "\0"])
def test_denuncia_sem_regra_se_recusa(motivo):
    with pytest.raises(PedidoIncompleto):
        denunciar(por=fabricar_participante(), publicacao_id=abertura_de(fabricar_topico()).pk, motivo=motivo)


def test_ninguem_denuncia_o_que_escreveu():
    ana = fabricar_participante()
    with pytest.raises(SemPermissao):
        denunciar(por=ana, publicacao_id=abertura_de(fabricar_topico(ana)).pk, motivo="dados")


def test_esconder_diz_a_regra_e_a_razao_e_o_banco_tambem_o_exige():
    publicacao, moderacao = abertura_de(fabricar_topico()), fabricar_moderacao()
    for motivo, razao in (("", "Razão."), ("dados", " ")):
        with pytest.raises(PedidoIncompleto):
            decidir(por=moderacao, publicacao_id=publicacao.pk, ato=AtoDeModeracao.ESCONDER, motivo=motivo, razao=razao)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decisao.objects.create(publicacao=publicacao, ato="esconder", por=moderacao, em=publicacao.em)


def test_decidir_encerra_as_denuncias_e_avisa_quem_escreveu_sem_dizer_quem_denunciou():
    ana, rui = fabricar_participante(), fabricar_participante(nome="Rui Denunciante")
    resposta = fabricar_resposta(fabricar_topico(), ana)
    denunciar(por=rui, publicacao_id=resposta.pk, motivo="respeito", texto="Ele me ofendeu.")

    decisao = esconder(resposta)

    assert Denuncia.objects.get().decisao == decisao and fila_da_moderacao(para=fabricar_moderacao()).vazia
    assert Aviso.objects.filter(tipo="participen.decisao", pessoa=ana).count() == 1
    ato = Ato.objects.get(ato="publicacao.escondida")
    assert ato.detalhes == {"motivo": "respeito", "razao": "Ofende."}


@pytest.mark.parametrize(
    ("situacao", "ato"),
    [("publicada", "aprovar"), ("publicada", "mostrar"), ("escondida", "esconder"), ("escondida", "manter")],
)
def test_ato_que_nao_cabe_na_situacao_diz_que_outra_pessoa_decidiu(situacao, ato):
    publicacao = abertura_de(fabricar_topico())
    if situacao == "escondida":
        esconder(publicacao)
    with pytest.raises(PublicacaoEmOutraSituacao):
        decidir(por=fabricar_moderacao(), publicacao_id=publicacao.pk, ato=AtoDeModeracao(ato), motivo="dados", razao="x")


def test_quem_nao_modera_nao_decide_e_para_ele_isto_nao_existe():
    topico, ana = fabricar_topico(), fabricar_participante()
    with pytest.raises(TopicoNaoEncontrado):
        esconder(abertura_de(topico), por=ana)
    with pytest.raises(TopicoNaoEncontrado):
        decidir_sobre_topico(por=ana, numero=topico.pk, ato=AtoDeModeracao.FECHAR, razao="x")
    with pytest.raises(TopicoNaoEncontrado):
        fila_da_moderacao(para=ana)


def test_quem_modera_nao_mantem_o_que_escreveu():
    moderacao = fabricar_moderacao()
    with pytest.raises(DecisaoPropria):
        decidir(por=moderacao, publicacao_id=abertura_de(fabricar_topico(moderacao)).pk, ato=AtoDeModeracao.MANTER)


def test_fechar_reabrir_mover_fixar_e_soltar_ficam_na_auditoria_com_a_razao():
    topico = fabricar_topico()
    mudar(topico, AtoDeModeracao.FECHAR)
    with pytest.raises(TopicoFechado):
        fabricar_resposta(topico)
    with pytest.raises(PublicacaoEmOutraSituacao):
        mudar(topico, AtoDeModeracao.FECHAR)
    mudar(topico, AtoDeModeracao.REABRIR)
    mudar(topico, AtoDeModeracao.MOVER, categoria="tramita-gov-br")
    mudar(topico, AtoDeModeracao.FIXAR)
    mudar(topico, AtoDeModeracao.SOLTAR)

    topico.refresh_from_db()
    assert (topico.categoria.codigo, topico.fixado, topico.fechado_em) == ("tramita-gov-br", False, None)
    atos = Ato.objects.filter(objeto=f"topico:{topico.pk}").exclude(ato="topico.aberto").values_list("ato", flat=True)
    assert set(atos) == {"topico.fechado", "topico.reaberto", "topico.movido", "topico.fixado", "topico.solto"}
    for categoria in ("", "nao-existe", "\0"):
        with pytest.raises(PedidoIncompleto):
            mudar(topico, AtoDeModeracao.MOVER, categoria=categoria)


def test_recorre_quem_escreveu_uma_vez_e_quem_decidiu_nao_julga():
    ana, moderacao = fabricar_participante(), fabricar_moderacao()
    resposta = fabricar_resposta(fabricar_topico(), ana)
    decisao = esconder(resposta, por=moderacao)
    with pytest.raises(DecisaoNaoEncontrada):
        recorrer(por=fabricar_participante(), decisao_id=decisao.pk, texto="Não é justo.")
    with pytest.raises(SemPermissao):
        recorrer(por=moderacao, decisao_id=decisao.pk, texto="Não é justo.")

    recorrer(por=ana, decisao_id=decisao.pk, texto="Não é ofensa.")

    with pytest.raises(PublicacaoEmOutraSituacao):
        recorrer(por=ana, decisao_id=decisao.pk, texto="De novo.")
    with pytest.raises(DecisaoPropria):
        julgar_recurso(por=moderacao, decisao_id=decisao.pk, aceito=False, resposta="Não.")
    outra = fabricar_moderacao()
    julgar_recurso(por=outra, decisao_id=decisao.pk, aceito=True, resposta="Tem razão.")
    resposta.refresh_from_db()
    assert resposta.situacao == "publicada" and dict(moderacao_em_numeros())["Recursos aceitos"] == 1
    with pytest.raises(PublicacaoEmOutraSituacao):
        julgar_recurso(por=outra, decisao_id=decisao.pk, aceito=False, resposta="Mudei de ideia.")
    assert Aviso.objects.filter(tipo="participen.decisao", pessoa=ana).count() == 2  # escondida, e julgado


def test_recurso_negado_deixa_como_esta_e_o_aceito_reabre_o_topico_fechado():
    ana = fabricar_participante()
    topico = fabricar_topico(ana)
    escondida = esconder(fabricar_resposta(topico, ana))
    recorrer(por=ana, decisao_id=escondida.pk, texto="Não é ofensa.")
    julgar_recurso(por=fabricar_moderacao(), decisao_id=escondida.pk, aceito=False, resposta="É.")
    escondida.publicacao.refresh_from_db()
    assert escondida.publicacao.situacao == "escondida"

    fechado = mudar(topico, AtoDeModeracao.FECHAR)
    recorrer(por=ana, decisao_id=fechado.pk, texto="Ainda há o que dizer.")
    julgar_recurso(por=fabricar_moderacao(), decisao_id=fechado.pk, aceito=True, resposta="Há.")
    topico.refresh_from_db()
    assert topico.fechado_em is None


def test_de_aprovar_e_de_mover_nao_cabe_recurso():
    ana = fabricar_participante()
    movido = mudar(fabricar_topico(ana), AtoDeModeracao.MOVER, categoria="tramita-gov-br")
    with pytest.raises(SemPermissao):
        recorrer(por=ana, decisao_id=movido.pk, texto="Volte.")


def test_a_publicacao_escondida_nao_existe_nem_para_marcar_ou_denunciar():
    resposta, rui = fabricar_resposta(fabricar_topico()), fabricar_participante()
    esconder(resposta)
    with pytest.raises(PublicacaoNaoEncontrada):
        denunciar(por=rui, publicacao_id=resposta.pk, motivo="dados")


@pytest.mark.django_db(transaction=True)
def test_duas_pessoas_da_moderacao_ao_mesmo_tempo_decidem_uma_vez(forum):
    publicacao = abertura_de(fabricar_topico(fabricar_participante(novato=True)))
    moderam = [fabricar_moderacao() for _ in range(3)]

    def aprovar(n):
        return decidir(por=moderam[n], publicacao_id=publicacao.pk, ato=AtoDeModeracao.APROVAR)

    feitos = ao_mesmo_tempo(aprovar, 3, perder=PublicacaoEmOutraSituacao)

    assert sum(isinstance(f, Decisao) for f in feitos) == 1 == Decisao.objects.filter(publicacao=publicacao).count()
