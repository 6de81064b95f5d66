"""O que quem cuida das caixas faz com uma conversa, quem pode, e quem perde a corrida."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pen.auditoria.models import Ato
from pen.comum.errors import NaoEncontrado, PedidoIncompleto
from pen.correio.enums import Especie, Passo, Situacao
from pen.correio.errors import CaixaNaoEncontrada, ConversaMudou, ConversaNaoEncontrada, PassoImpossivel, SemDestinatario
from pen.correio.models import Caixa, Caso, Conversa, Envio, Expressao, Item
from pen.correio.public import enviar_das_caixas
from pen.correio.selectors.conversas import consultar_conversa, conversas_visiveis, listar_conversas
from pen.correio.selectors.numeros import numeros_das_caixas
from pen.correio.services import conversas
from pen.correio.services.caixas import DadosDaCaixa, alterar_caixa, escrever_expressao, excluir_expressao
from pen.correio.values.passos import DE_ONDE
from tests.apoio_de_correio import enviar, resposta_a
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.correio import ADESAO, DE, PROCESSO, SUPORTE, chegar, mensagem, responder
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa
from tests.notificacoes.apoio import MorreDepoisDeEntregar, em_outra_conexao

ACOES = {
    Passo.ASSUMIR: (conversas.assumir_conversa, {}),
    Passo.RESPONDER: (conversas.responder_conversa, {"texto": "Pronto."}),
    Passo.RECUSAR: (conversas.recusar_conversa, {}),
    Passo.ACEITAR: (conversas.aceitar_conversa, {}),
    Passo.ARQUIVAR: (conversas.arquivar_conversa, {"motivo": "Não é com a caixa."}),
    Passo.REABRIR: (conversas.reabrir_conversa, {}),
}  # fmt: skip


def em_situacao(situacao: Situacao, por) -> Conversa:
    conversa = chegar("Um texto.")
    conversa.situacao, conversa.caso = situacao, Caso.objects.filter(caixa=conversa.caixa).first()
    conversa.cuida = por if situacao in {Situacao.EM_TRATAMENTO, Situacao.RESPONDIDA} else None
    conversa.recusada_em = timezone.now() if situacao == Situacao.RECUSADA else None
    conversa.motivo = "Acabou." if situacao == Situacao.ARQUIVADA else ""
    conversa.save()
    return conversa


def test_a_tabela_da_pagina_do_dominio_e_a_do_codigo():
    pagina = (Path(__file__).parents[2] / "docs/dominio/correio.md").read_text()
    linhas = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", pagina, re.M))
    escritos = {s: {p for p in Passo if p in ACOES and re.search(rf"\b{p.value}\b", linhas[s])} for s in Situacao}

    assert escritos == {s: {p for p in ACOES if s in DE_ONDE[p]} for s in Situacao}


def test_a_resposta_sai_da_caixa_encadeada_e_a_replica_volta_a_conversa(correio):
    caixa, recepcao, entrada = correio
    pedido = mensagem("Qual é o prazo da adesão?")
    enviar(entrada, pedido)
    central = fabricar_central()
    responder(Conversa.objects.get(), central, "São trinta dias.")
    enviar_das_caixas()

    (nossa,) = caixa.recebidas
    assert nossa["From"] == f"Adesão ao PEN e ao ProPEN <{ADESAO}>" and nossa["Reply-To"] == ADESAO and nossa["To"] == DE
    assert nossa["Subject"] == "Re: Adesão" and nossa["In-Reply-To"] == pedido["Message-ID"]
    assert nossa["References"] == pedido["Message-ID"] and nossa["Auto-Submitted"] is None
    texto = nossa.get_content()
    assert "São trinta dias." in texto and "-- " in texto and "não abre, não atualiza" in texto

    enviar(entrada, resposta_a(nossa, DE, "Obrigada. Deu erro na senha do envelope."))
    responder(Conversa.objects.get(), central, "De nada.")
    enviar_das_caixas()
    assert recepcao.ditos[-1] == "Gravada na caixa." and Conversa.objects.count() == 1
    assert caixa.recebidas[1]["References"].split()[:2] == [pedido["Message-ID"], nossa["Message-ID"]]


@pytest.mark.parametrize("passo", ACOES)
@pytest.mark.parametrize("situacao", Situacao)
def test_cada_passo_so_se_da_das_situacoes_da_tabela(caixas, passo, situacao):
    central = fabricar_central()
    conversa = em_situacao(situacao, central)
    servico, campos = ACOES[passo]

    if situacao in DE_ONDE[passo]:
        depois = servico(por=central, chave=conversa.chave, visto=conversa.versao, **campos)
        assert depois.versao == conversa.versao + 1 and not depois.por_ler
        assert Ato.objects.filter(ato=f"conversa.{passo.value}", pessoa_id=central.pk).count() == 1
    else:
        with pytest.raises(PassoImpossivel):
            servico(por=central, chave=conversa.chave, visto=conversa.versao, **campos)


@pytest.mark.parametrize("passo", ACOES)
def test_quem_nao_e_da_equipe_central_nao_ve_nem_muda(caixas, passo):
    central = fabricar_central()
    conversa = em_situacao(next(iter(sorted(DE_ONDE[passo]))), central)
    fraca = fabricar_central()
    fraca.entrada_forte = False
    servico, campos = ACOES[passo]
    for quem in (fabricar_pessoa(), fabricar_atendente(), fraca):
        quem.__dict__.pop("_papeis", None)
        with pytest.raises(ConversaNaoEncontrada):
            servico(por=quem, chave=conversa.chave, visto=conversa.versao, **campos)
        with pytest.raises(ConversaNaoEncontrada):
            consultar_conversa(conversa.chave, para=quem)
        with pytest.raises(CaixaNaoEncontrada):
            listar_conversas(para=quem)
        assert not conversas_visiveis(quem).exists()


def test_quem_perde_a_corrida_e_avisado_e_so_uma_resposta_sai(correio):
    conversa, uma, outra = chegar("Um texto."), fabricar_central(), fabricar_central()
    caso = Caso.objects.filter(caixa=conversa.caixa).first()

    def tentar(quem: int) -> object:
        por = (uma, outra)[quem]
        return conversas.responder_conversa(por=por, chave=conversa.chave, visto=1, texto=f"De {quem}.", caso_id=caso.pk)

    feitos = ao_mesmo_tempo(tentar, 2, perder=ConversaMudou)
    assert sorted(type(f).__name__ for f in feitos) == ["Conversa", "ConversaMudou"]
    assert Item.objects.filter(especie=Especie.RESPOSTA).count() == Envio.objects.count() == 1


def test_quem_escrevia_sobre_o_que_nao_leu_e_avisado(caixas):
    conversa, central = chegar("Um texto."), fabricar_central()
    chegar("Esqueci de dizer.", In_Reply_To=Item.objects.get().identificacao)

    with pytest.raises(ConversaMudou):
        conversas.responder_conversa(
            por=central, chave=conversa.chave, visto=1, texto="Pronto.", caso_id=Caso.objects.first().pk
        )


def test_a_nota_de_outra_pessoa_nao_faz_perder_a_corrida(caixas):
    conversa = chegar("Um texto.")
    conversas.anotar_na_conversa(por=fabricar_central(), chave=conversa.chave, texto="Ligar antes.")
    responder(conversa, fabricar_central())

    assert Conversa.objects.get().situacao == Situacao.RESPONDIDA
    assert "Ligar antes." not in Item.objects.get(especie=Especie.RESPOSTA).texto


def test_a_de_outra_pessoa_se_assume_antes_de_responder(caixas):
    conversa, uma, outra = chegar("Um texto."), fabricar_central(), fabricar_central()
    conversas.assumir_conversa(por=uma, chave=conversa.chave, visto=1)

    with pytest.raises(PassoImpossivel, match=uma.nome):
        responder(conversa, outra)
    conversas.assumir_conversa(por=outra, chave=conversa.chave, visto=2)
    assert responder(conversa, outra).cuida == outra


def test_a_primeira_resposta_pede_o_caso_da_caixa(caixas):
    conversa, central = chegar("Um texto."), fabricar_central()
    de_outra = Caso.objects.filter(caixa__endereco=PROCESSO).first()
    for caso in (None, de_outra.pk, 0):
        with pytest.raises(PedidoIncompleto):
            conversas.responder_conversa(por=central, chave=conversa.chave, visto=1, texto="Oi.", caso_id=caso)
    assert not Envio.objects.exists()


@pytest.mark.parametrize("texto", ["", "  ", "\0", "x" * 20_001, "a\x07b"])
def test_resposta_vazia_enorme_ou_ilegivel_nao_sai(caixas, texto):
    with pytest.raises(PedidoIncompleto):
        responder(chegar("Um texto."), fabricar_central(), texto)


def test_sem_remetente_nao_se_responde_nem_se_recusa(caixas):
    conversa = chegar("Um texto.", de="")
    for ato, campos in ((conversas.responder_conversa, {"texto": "Oi."}), (conversas.recusar_conversa, {})):
        with pytest.raises(SemDestinatario):
            ato(por=fabricar_central(), chave=conversa.chave, visto=1, **campos)


def test_o_reply_to_recebe_a_resposta_e_a_recusa_vai_a_quem_escreveu(caixas):
    conversa = chegar("Um texto.", Reply_To="gabinete@orgao.exemplo")
    responder(conversa, fabricar_central())
    assert Item.objects.get(especie=Especie.RESPOSTA).para == "gabinete@orgao.exemplo"

    chegar(SUPORTE, Reply_To="vitima@exemplo.org")
    assert Item.objects.get(especie=Especie.AUTOMATICA).para == DE


def test_recusar_a_mao_leva_ao_produto_de_que_se_falou(caixas):
    conversa = chegar("O SEI está estranho.")
    assert conversa.situacao == Situacao.NOVA
    conversas.recusar_conversa(por=fabricar_central(), chave=conversa.chave, visto=1)

    conversa.refresh_from_db()
    assert conversa.situacao == Situacao.RECUSADA and not conversa.recusa_automatica
    assert "/atendimento/federal/sei/" in Item.objects.get(especie=Especie.AUTOMATICA).texto


@pytest.mark.parametrize(
    ("resposta", "situacao", "codigo"),
    [("550 5.1.1 nao existe", "falhou", "550 5.1.1"), ("450 4.2.0 mais tarde", "pendente", "450 4.2.0")],
)
def test_o_que_o_servidor_diz_fica_no_envio(correio, resposta, situacao, codigo):
    correio[0].respostas[DE] = resposta
    responder(chegar("Um texto."), fabricar_central())
    assert enviar_das_caixas() == 0

    envio = Envio.objects.get()
    assert (envio.situacao, envio.erro_codigo) == (situacao, codigo)
    correio[0].respostas.clear()
    assert enviar_das_caixas(agora=timezone.now() + timedelta(minutes=2)) == (situacao == "pendente")


def test_tres_dias_sem_conseguir_e_desiste(correio):
    correio[0].respostas[DE] = "450 4.2.0 mais tarde"
    responder(chegar("Um texto."), fabricar_central(), agora=timezone.now() - timedelta(days=4))
    enviar_das_caixas()

    assert Envio.objects.get().situacao == "falhou"


def test_servidor_fora_do_ar_nao_conta_contra_a_mensagem(correio, settings):
    porta = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    responder(chegar("Um texto."), fabricar_central())
    assert enviar_das_caixas() == 0 and Envio.objects.get().tentativas == 0

    settings.EMAIL_PORT = porta
    assert enviar_das_caixas() == 1


def test_morto_entre_o_smtp_e_a_gravacao_sai_de_novo_com_o_mesmo_numero(correio, settings):
    responder(chegar("Um texto."), fabricar_central())
    settings.EMAIL_BACKEND = f"{MorreDepoisDeEntregar.__module__}.{MorreDepoisDeEntregar.__qualname__}"
    with pytest.raises(SystemExit):
        em_outra_conexao(enviar_das_caixas)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert enviar_das_caixas() == 1

    assert len(correio[0].recebidas) == 2 and len(correio[0].ids()) == 1
    assert len({m["Date"] for m in correio[0].recebidas}) == 1


def test_duas_rodadas_ao_mesmo_tempo_nao_dobram(correio):
    central = fabricar_central()
    for n in range(6):
        responder(chegar("Um texto.", assunto=f"Assunto {n}"), central)

    assert sum(ao_mesmo_tempo(lambda _: enviar_das_caixas(), 3)) == len(correio[0].ids()) == len(correio[0].recebidas) == 6


def test_quem_responde_deixa_um_pedido_de_envio_na_fila_e_um_so(correio):
    central = fabricar_central()
    for n in range(3):
        responder(chegar("Um texto.", assunto=f"Assunto {n}"), central)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'pen.correio.tasks.enviar_o_que_espera'")
        assert cursor.fetchone() == (1,)
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_o_passo_que_nao_vale_nao_deixa_resposta_na_saida(caixas):
    conversa = chegar("Um texto.")
    with pytest.raises(RuntimeError), transaction.atomic():
        responder(conversa, fabricar_central())
        raise RuntimeError

    assert not Envio.objects.exists() and Conversa.objects.get().situacao == Situacao.NOVA


def test_a_auditoria_nao_guarda_o_que_se_disse(caixas):
    conversa = chegar("Um texto secreto.", assunto="Assunto secreto")
    responder(conversa, fabricar_central(), "Resposta secreta.")

    gravado = str(list(Ato.objects.values()))
    assert "conversa.responder" in gravado and "secret" not in gravado and DE not in gravado


# --- Números


def test_os_numeros_por_caixa_caso_recusa_e_tempo(caixas):
    central, comeco = fabricar_central(), timezone.now() - timedelta(days=2)
    for horas in (1, 3, 10):
        responder(chegar("Um texto.", agora=comeco, assunto=f"{horas}"), central, agora=comeco + timedelta(hours=horas))
    chegar(SUPORTE, de="a@orgao.exemplo")
    recusada = chegar(SUPORTE, de="b@orgao.exemplo")
    conversas.aceitar_conversa(por=central, chave=recusada.chave, visto=recusada.versao)
    a_mao = chegar("O SEI.", de="c@orgao.exemplo")
    conversas.recusar_conversa(por=central, chave=a_mao.chave, visto=1)
    chegar("Estou de férias.", Auto_Submitted="auto-replied")
    chegar("Velha.", agora=timezone.now() - timedelta(days=40))

    adesao, processo = numeros_das_caixas(para=central, desde=timezone.now() - timedelta(days=30))
    assert (adesao.recebidas, adesao.respondidas, adesao.mediana) == (6, 3, timedelta(hours=3))
    assert (adesao.recusadas, adesao.recusadas_sozinhas, adesao.desfeitas, adesao.de_programas) == (3, 2, 1, 1)
    assert adesao.casos == [("Contato com entes federativos aderentes ao ProPEN", 3)]
    assert (processo.recebidas, processo.mediana, processo.casos) == (0, None, [])


# --- O que a equipe central escreve


def dados(**campos: object) -> DadosDaCaixa:
    padrao = {
        "endereco": ADESAO, "nome": "Adesão", "finalidade": "Adesão.", "nunca_trata": "Suporte.", "assinatura": "Nós",
        "limite": 3, "ativa": True, "casos": ["Um caso", "Outro caso"],
    }  # fmt: skip
    return DadosDaCaixa(**padrao | campos)


def test_a_caixa_muda_e_o_caso_que_sai_fica_nas_conversas_que_o_tinham(caixas):
    central = fabricar_central()
    conversa = responder(chegar("Um texto."), central)
    alterar_caixa(por=central, codigo="adesao-pen", dados=dados(endereco="Novo@Exemplo.gov.br"))

    assert Caixa.objects.get(codigo="adesao-pen").endereco == "novo@exemplo.gov.br"
    assert [c.texto for c in Caso.objects.filter(caixa=conversa.caixa, retirado_em=None)] == ["Um caso", "Outro caso"]
    assert Conversa.objects.get().caso.texto.startswith("Contato com entes")
    assert chegar("Outra.", para="novo@exemplo.gov.br").caixa_id == conversa.caixa_id
    assert Ato.objects.filter(ato="caixa.alterada").count() == 1


@pytest.mark.parametrize(
    "campos",
    [
        {"endereco": "nada"}, {"endereco": PROCESSO}, {"endereco": "a+b@exemplo.gov.br"}, {"casos": []}, {"casos": ["x" * 401]},
        {"nome": ""}, {"limite": 31}, {"limite": -1}, {"finalidade": " "}, {"nunca_trata": ""},
    ],
)  # fmt: skip
def test_a_caixa_mal_escrita_nao_se_grava(caixas, campos):
    with pytest.raises(PedidoIncompleto):
        alterar_caixa(por=fabricar_central(), codigo="adesao-pen", dados=dados(**campos))
    assert not Ato.objects.filter(ato="caixa.alterada").exists()


def test_a_expressao_nova_conta_e_a_excluida_deixa_de_contar(caixas):
    Caixa.objects.update(limite=3)
    central, texto = fabricar_central(), "Um xilofone quebrado, outro xilofonista."
    nova = escrever_expressao(por=central, texto="  Xilofon* ", peso=3, por_que="fala de xilofone")
    assert nova.expressao == "xilofon*"
    assert chegar(texto, de="a@x.exemplo", assunto="Oi").suspeita == [
        ["xilofon*", 3, "fala de xilofone"]
    ]  # uma vez, por mais que se repita

    escrever_expressao(por=central, texto="xilofon*", peso=-3, por_que="é administrativo", expressao_id=nova.pk)
    assert chegar(texto, de="b@x.exemplo", assunto="Oi").situacao == Situacao.NOVA
    excluir_expressao(por=central, expressao_id=nova.pk)
    with pytest.raises(NaoEncontrado):
        excluir_expressao(por=central, expressao_id=nova.pk)


@pytest.mark.parametrize(
    ("texto", "peso", "por_que"),
    [("", 1, "x"), ("a.*b", 1, "x"), ("(", 1, "x"), ("*", 1, "x"), ("x" * 81, 1, "x"), ("a", 0, "x"), ("a", 4, "x"), ("a", 1, ""),
     ("ERRO", 1, "já há"), ("Modulo", 1, "já há")],
)  # fmt: skip
def test_expressao_que_nao_se_entende_nao_se_grava(caixas, texto, peso, por_que):
    antes = Expressao.objects.count()
    with pytest.raises(PedidoIncompleto):
        escrever_expressao(por=fabricar_central(), texto=texto, peso=peso, por_que=por_que)
    assert Expressao.objects.count() == antes


@pytest.mark.parametrize("fabrica", [fabricar_pessoa, fabricar_atendente])
def test_so_a_equipe_central_escreve(caixas, fabrica):
    with pytest.raises(CaixaNaoEncontrada):
        escrever_expressao(por=fabrica(), texto="abc", peso=1, por_que="x")
    with pytest.raises(CaixaNaoEncontrada):
        alterar_caixa(por=fabrica(), codigo="adesao-pen", dados=dados())
