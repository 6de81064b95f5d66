"""O envio por um servidor SMTP de verdade: o que chega, o que espera, o que se desiste."""

import time
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.identidade.models import JanelaDeUso
from pen.notificacoes.enums import Frequencia
from pen.notificacoes.models import Aviso, EnderecoRecusado, Mensagem
from pen.notificacoes.public import Trecho, enviar_avisos, registrar_cancelador, registrar_redator
from pen.notificacoes.selectors.mensagens import mensagens_da_pessoa
from pen.notificacoes.selectors.preferencias import endereco_recusado_de
from pen.notificacoes.services.agrupamento import agrupar_devidos
from pen.notificacoes.services.preferencias import alterar_preferencias, pausar_avisos, tentar_endereco_de_novo
from tests.notificacoes.apoio import (
    Caixa,
    fabricar_pessoa,
    pedir,
    pedir_a_todos,
    pedir_e_enviar,
    porta_livre,
    servidor_smtp,
    vencer,
)

pytestmark = pytest.mark.django_db


def so(pessoa) -> Mensagem:
    return mensagens_da_pessoa(para=pessoa).get()


# O que chega


def test_avisos_que_vencem_juntos_chegam_num_email_so(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")

    pedir_e_enviar(ana, "a", "b", "c")

    (email,) = caixa.recebidas
    assert email["To"] == "ana@exemplo.org" and email["Subject"] == "3 avisos"
    for corpo in (email.get_body(("plain",)), email.get_body(("html",))):
        assert all(f"Processo {chave}" in corpo.get_content() for chave in "abc")
    assert so(ana).situacao == "enviada" and Aviso.objects.filter(lote=so(ana).lote).count() == 3


def test_trechos_do_mesmo_endereco_viram_um_so(caixa):
    registrar_redator("mesmo", lambda avisos: {a.id: Trecho("Processo 1", [(None, a.chave)], "/p/1/") for a in avisos})

    pedir_e_enviar(fabricar_pessoa(), "primeiro", "segundo", tipo="mesmo")

    texto = caixa.recebidas[0].get_body(("plain",)).get_content()
    assert texto.count("Ver: ") == 1 and "primeiro" in texto and "segundo" in texto
    assert caixa.recebidas[0]["Subject"] == "Processo 1"


def test_email_tem_o_que_um_programa_de_correio_precisa(caixa, settings):
    settings.ENDERECO, settings.DEFAULT_FROM_EMAIL = "https://pen.exemplo.gov.br", "PEN <nao-responda@exemplo.gov.br>"
    settings.AVISOS_DEVOLUCOES = "avisos@exemplo.gov.br"
    registrar_cancelador("teste", lambda pessoa_id, dados: None)
    ana = fabricar_pessoa()

    pedir_e_enviar(ana)

    (email,), mensagem = caixa.recebidas, so(ana)
    assert email["Message-ID"] == f"<{mensagem.pk.hex}@pen.exemplo.gov.br>"
    assert abs(parsedate_to_datetime(email["Date"]) - mensagem.criada_em) < timedelta(seconds=1)
    assert email["From"] == "PEN <nao-responda@exemplo.gov.br>"
    assert caixa.envelopes == [f"avisos+{mensagem.pk.hex}@exemplo.gov.br"]
    assert email["List-Unsubscribe"].strip().startswith("<https://pen.exemplo.gov.br/avisos/cancelar/")
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert email["Auto-Submitted"] == "auto-generated" and email["Precedence"] is None
    assert email["Subject"] == mensagem.assunto == "Novidade no processo a"


def test_html_do_email_e_acessivel_e_nao_rastreia(caixa):
    pedir_e_enviar(fabricar_pessoa())

    html = caixa.recebidas[0].get_body(("html",)).get_content()

    assert '<html lang="pt-BR">' in html and "<title>" in html and html.count("<h1") == 1 and "<h2" in html
    assert "<img" not in html and "<script" not in html and "Movimento a &lt;com sinais&gt;" in html
    assert "Movimento a <com sinais>" in caixa.recebidas[0].get_body(("plain",)).get_content()


def test_urgente_nao_oferece_deixar_de_receber(caixa):
    registrar_cancelador("teste", lambda pessoa_id, dados: None)

    pedir_e_enviar(fabricar_pessoa(), urgente=True)

    assert caixa.recebidas[0]["List-Unsubscribe"] is None
    assert "/avisos/" not in caixa.recebidas[0].get_body(("plain",)).get_content().replace("/minha-conta/avisos/", "")


def test_sem_cancelador_o_um_clique_pausa(caixa):
    pedir_e_enviar(fabricar_pessoa())

    assert "/avisos/pausar/" in caixa.recebidas[0]["List-Unsubscribe"]


def test_a_conexao_e_reaproveitada(caixa):
    pedir_a_todos([fabricar_pessoa() for _ in range(5)])
    vencer()

    assert enviar_avisos() == 5 and caixa.conexoes == 1


def test_servidor_que_limita_mensagens_por_conexao_recebe_todas(caixa):
    caixa.fechar_depois_de = 2
    pedir_a_todos([fabricar_pessoa() for _ in range(5)])
    vencer()

    assert enviar_avisos() == 5 and caixa.conexoes == 3


def test_se_a_conexao_cai_o_texto_e_escrito_de_novo_para_a_conexao_nova(caixa, redator):
    caixa.fechar_depois_de = 1
    pedir_a_todos([fabricar_pessoa() for _ in range(2)])
    vencer()

    assert enviar_avisos() == 2

    assert redator.chamadas == [
        2,
        1,
        1,
        1,
        1,
    ]  # em conjunto; a primeira; a segunda, que caiu; ela de novo, conferida e escrita


def test_sem_conexao_nenhum_texto_e_escrito_para_sair(apontar, redator):
    apontar(porta_livre())

    pedir_e_enviar(fabricar_pessoa())

    assert redator.chamadas == [1]  # só a conferência em conjunto


def test_rodar_de_novo_nao_envia_de_novo(caixa):
    pedir_e_enviar(fabricar_pessoa())

    assert enviar_avisos() == 0 and len(caixa.recebidas) == 1


def test_urgente_sai_antes_dos_outros(caixa):
    pessoas = [fabricar_pessoa() for _ in range(3)]
    pedir_a_todos(pessoas)
    vencer()
    pedir(fabricar_pessoa("urgente@exemplo.org"), urgente=True)

    enviar_avisos()

    assert caixa.recebidas[0]["To"] == "urgente@exemplo.org"


# O que se decide na hora de sair


def test_o_que_nao_pode_mais_ser_dito_nao_sai(caixa, redator):
    ana = fabricar_pessoa()
    pedir(ana, "oculto")
    vencer()
    redator.calados.add("oculto")

    assert enviar_avisos() == 0 and not caixa.recebidas
    assert (so(ana).situacao, so(ana).erro_codigo) == ("cancelada", "sem-conteudo")
    assert Aviso.objects.get().situacao == "cancelado"


def test_do_que_restou_do_lote_so_sai_o_que_pode(caixa, redator):
    redator.calados.add("b")

    pedir_e_enviar(fabricar_pessoa(), "a", "b")

    texto = caixa.recebidas[0].get_body(("plain",)).get_content()
    assert "Processo a" in texto and "Processo b" not in texto


def test_o_redator_confere_todas_em_conjunto_e_escreve_cada_uma_quando_sai(caixa, redator):
    pedir_a_todos([fabricar_pessoa() for _ in range(10)])
    vencer()

    enviar_avisos()

    assert redator.chamadas == [10, *[1] * 10]


def test_o_que_nao_sai_mais_e_cancelado_em_conjunto_e_nao_gasta_o_limite_do_minuto(caixa, redator):
    def consultas(pessoas: int) -> int:
        pedir_a_todos([fabricar_pessoa() for _ in range(pessoas)], f"c{pessoas}")
        vencer()
        redator.calados.add(f"c{pessoas}")
        with CaptureQueriesContext(connection) as feitas:
            assert enviar_avisos() == 0
        return len(feitas)

    assert consultas(1) == consultas(60)
    assert Mensagem.objects.filter(situacao="cancelada").count() == 61 and redator.chamadas == [1, 60]
    assert not JanelaDeUso.objects.exists()


def test_redator_com_defeito_nao_perde_o_aviso_nem_atrapalha_os_outros(caixa, redator):
    registrar_redator("bom", lambda avisos: {a.id: redator.trecho("bom") for a in avisos})
    ana, rui = fabricar_pessoa("ana@exemplo.org"), fabricar_pessoa("rui@exemplo.org")
    redator.defeito = True
    pedir(ana)
    pedir(rui, tipo="bom")
    vencer()

    enviar_avisos()
    assert caixa.para() == {"rui@exemplo.org": 1} and so(ana).situacao == "pendente"

    redator.defeito = False
    enviar_avisos(agora=timezone.now() + timedelta(minutes=6))
    assert caixa.para()["ana@exemplo.org"] == 1


def test_tipo_sem_redator_espera_e_desiste_em_tres_dias(caixa):
    ana = fabricar_pessoa()
    pedir_e_enviar(ana, tipo="ninguém")
    assert so(ana).situacao == "pendente"

    enviar_avisos(agora=timezone.now() + timedelta(days=4))

    assert (so(ana).situacao, so(ana).erro_codigo) == ("falhou", "redator-com-defeito")


@pytest.mark.parametrize(("ato", "codigo"), [("pausar", "pausado"), ("desligar", "canal-desligado")])
def test_pausa_e_canal_desligado_valem_para_o_que_ja_estava_agrupado(caixa, ato, codigo):
    ana = fabricar_pessoa()
    pedir(ana)
    vencer()
    agrupar_devidos(agora=timezone.now(), canais=["correio"])
    pausar_avisos(por=ana) if ato == "pausar" else alterar_preferencias(por=ana, correio=False)

    assert enviar_avisos() == 0 and so(ana).erro_codigo == codigo


def test_endereco_e_o_da_hora_do_envio(caixa):
    ana = fabricar_pessoa("velho@exemplo.org")
    pedir(ana)
    vencer()
    agrupar_devidos(agora=timezone.now(), canais=["correio"])
    ana.email = "novo@exemplo.org"
    ana.save()

    enviar_avisos()

    assert caixa.para() == {"novo@exemplo.org": 1}


def test_sem_email_nao_ha_mensagem(caixa):
    ana = fabricar_pessoa("")

    assert pedir_e_enviar(ana) == 0
    assert not Mensagem.objects.exists() and Aviso.objects.get().situacao == "cancelado"


# Servidor fora do ar


def test_servidor_fora_do_ar_nao_perde_nada_e_nao_conta_contra_as_mensagens(apontar):
    porta = porta_livre()
    apontar(porta)
    pessoas = [fabricar_pessoa() for _ in range(25)]
    pedir_a_todos(pessoas)
    vencer()

    for _ in range(3):
        assert enviar_avisos() == 0
    assert {(m.situacao, m.tentativas) for m in Mensagem.objects.all()} == {("pendente", 0)}

    with servidor_smtp(Caixa(), porta) as _:
        pass  # liga e desliga: quem estava na fila continua
    caixa = Caixa()
    with servidor_smtp(caixa, porta):
        assert enviar_avisos() == 25
    assert set(caixa.para()) == {p.email for p in pessoas} and set(caixa.ids().values()) == {1}


@pytest.mark.parametrize("atende", [False, True], ids=["recusa a conexão", "responde 421 a todos"])
def test_depois_de_uma_hora_sem_servidor_cada_aviso_chega_uma_vez_na_primeira_rodada(apontar, atende):
    porta = porta_livre()
    apontar(porta)
    ana, rui, bia = pessoas = [fabricar_pessoa() for _ in range(3)]
    inicio = timezone.now() + timedelta(seconds=61)  # passada a janela
    pedir_a_todos([ana, rui], "começo")
    em_manutencao = Caixa()
    em_manutencao.respostas = {p.email: "421 4.3.2 Manutencao" for p in pessoas}
    with servidor_smtp(em_manutencao, porta) if atende else nullcontext():
        for minuto in range(60):
            if minuto in {10, 40}:
                pedir_a_todos([ana, bia], f"minuto{minuto}")
            assert enviar_avisos(agora=inicio + timedelta(minutes=minuto)) == 0

    volta = inicio + timedelta(minutes=60)
    assert Mensagem.objects.count() == 6
    esperando = Mensagem.objects.filter(situacao="pendente", tentativas=0, erro_codigo="", proxima_em__lte=volta)
    assert esperando.count() == 6  # nada conta contra elas, e nenhuma espera além da volta

    caixa = Caixa()
    with servidor_smtp(caixa, porta):
        assert [enviar_avisos(agora=volta + timedelta(minutes=n)) for n in range(3)] == [6, 0, 0]

    assert caixa.para() == {ana.email: 3, rui.email: 1, bia.email: 2} and set(caixa.ids().values()) == {1}
    assert Counter(email["Subject"] for email in caixa.recebidas) == {
        "Novidade no processo começo": 2, "Novidade no processo minuto10": 2, "Novidade no processo minuto40": 2
    }  # fmt: skip
    assert {(m.situacao, m.tentativas) for m in Mensagem.objects.all()} == {("enviada", 1)}


def test_digest_desde_o_ultimo_sucesso_o_resumo_que_nao_saiu_chega_com_o_do_dia_seguinte(apontar):
    porta = porta_livre()
    apontar(porta)
    ana = fabricar_pessoa()
    alterar_preferencias(por=ana, frequencia=Frequencia.DIARIA)
    agora, caixa = timezone.now(), Caixa()
    with servidor_smtp(caixa, porta):
        pedir(ana, "antes")
        assert enviar_avisos(agora=agora + timedelta(days=1)) == 1
    pedir(ana, "durante")
    assert enviar_avisos(agora=agora + timedelta(days=2)) == 0  # o servidor saiu do ar
    pedir(ana, "depois")

    with servidor_smtp(caixa, porta):
        enviar_avisos(agora=agora + timedelta(days=3))

    textos = [email.get_body(("plain",)).get_content() for email in caixa.recebidas]
    ditos = [chave for texto in textos for chave in ("antes", "durante", "depois") if f"Processo {chave}" in texto]
    assert sorted(ditos) == ["antes", "depois", "durante"]  # cada um uma vez, e nada se perdeu


def test_421_para_a_rodada_e_a_seguinte_continua(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")
    caixa.respostas["ana@exemplo.org"] = "421 4.3.2 Manutencao"
    pedir_e_enviar(ana)
    assert (so(ana).situacao, so(ana).tentativas) == ("pendente", 0)

    caixa.respostas.clear()

    assert enviar_avisos(agora=timezone.now() + timedelta(minutes=2)) == 1


def test_mensagem_que_derruba_a_conexao_nao_segura_a_fila(caixa):
    ruim, boa = fabricar_pessoa("ruim@exemplo.org"), fabricar_pessoa("boa@exemplo.org")
    caixa.respostas["ruim@exemplo.org"] = "421 caiu"
    pedir_a_todos([ruim, boa])
    vencer()

    enviar_avisos()
    enviar_avisos()

    assert so(boa).situacao == "enviada" and so(ruim).situacao == "pendente"


# Recusas


def test_recusa_permanente_fica_registrada_a_vista_e_nada_mais_vai_para_o_endereco(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")
    caixa.respostas["ana@exemplo.org"] = "550 5.1.1 <ana@exemplo.org>: nao existe"

    pedir_e_enviar(ana, "a")

    mensagem, recusado = so(ana), endereco_recusado_de(ana)
    assert (mensagem.situacao, mensagem.erro_codigo) == ("falhou", "550 5.1.1")
    assert mensagem.erro_texto == recusado.motivo == "(endereço): nao existe"
    assert "ana" not in recusado.endereco_hash

    caixa.respostas.clear()
    pedir_e_enviar(ana, "b")
    assert not caixa.recebidas
    assert mensagens_da_pessoa(para=ana).first().erro_codigo == "endereco-recusado"


def test_tentar_de_novo_ou_trocar_de_email_volta_a_receber(caixa):
    ana, rui = fabricar_pessoa("ana@exemplo.org"), fabricar_pessoa("rui@exemplo.org")
    caixa.respostas |= {"ana@exemplo.org": "550 nao existe", "rui@exemplo.org": "550 nao existe"}
    pedir_e_enviar(ana, "a")
    pedir_e_enviar(rui, "a")
    caixa.respostas.clear()

    tentar_endereco_de_novo(por=ana)
    rui.email = "rui2@exemplo.org"
    rui.save()
    pedir_e_enviar(ana, "b")
    pedir_e_enviar(rui, "b")

    assert caixa.para() == {"ana@exemplo.org": 1, "rui2@exemplo.org": 1}


def test_recusa_de_um_nao_impede_os_outros(caixa):
    pessoas = [fabricar_pessoa() for _ in range(4)]
    caixa.respostas[pessoas[1].email] = "550 nao existe"
    pedir_a_todos(pessoas)
    vencer()

    assert enviar_avisos() == 3


def test_recusa_por_politica_e_do_remetente_e_nao_condena_o_endereco(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")
    caixa.respostas["ana@exemplo.org"] = "554 5.7.1 Relay access denied"

    pedir_e_enviar(ana)

    assert so(ana).situacao == "pendente" and endereco_recusado_de(ana) is None


def test_recusa_temporaria_espera_cada_vez_mais_e_desiste_em_tres_dias(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")
    caixa.respostas["ana@exemplo.org"] = "451 4.2.1 Caixa ocupada"
    pedir_e_enviar(ana)
    agora, esperas = timezone.now(), []

    while so(ana).situacao == "pendente":
        esperas.append(so(ana).proxima_em - agora)
        agora = so(ana).proxima_em
        enviar_avisos(agora=agora)

    minutos = [round(e / timedelta(minutes=1)) for e in esperas]
    assert minutos[:5] == [1, 2, 4, 8, 16] and max(minutos) == 360
    assert so(ana).situacao == "falhou" and timedelta(days=3) < agora - so(ana).criada_em < timedelta(days=3.5)
    assert endereco_recusado_de(ana) is None


def test_recusa_temporaria_que_passa_chega_com_o_mesmo_identificador(caixa):
    ana = fabricar_pessoa("ana@exemplo.org")
    caixa.respostas["ana@exemplo.org"] = "451 espere"
    pedir_e_enviar(ana)
    assert enviar_avisos() == 0  # ainda não é hora

    caixa.respostas.clear()
    enviar_avisos(agora=timezone.now() + timedelta(minutes=2))

    assert so(ana).situacao == "enviada" and so(ana).tentativas == 2 and so(ana).erro_codigo == ""


def test_endereco_que_nao_se_entende_e_recusado_sem_falar_com_o_servidor(caixa):
    ana = fabricar_pessoa("ana@exemplo.org, rui@exemplo.org")

    pedir_e_enviar(ana)

    assert so(ana).situacao == "falhou" and EnderecoRecusado.objects.filter(pessoa=ana).exists()


# Ritmo


def test_quem_recebeu_o_limite_da_hora_espera_e_o_excesso_chega_agrupado(caixa, settings):
    settings.AVISOS_POR_PESSOA_E_HORA = 2
    ana = fabricar_pessoa()
    for chave in "abcde":
        pedir_e_enviar(ana, chave)
    assert len(caixa.recebidas) == 2 and Aviso.objects.filter(situacao="pendente").count() == 3

    enviar_avisos(agora=timezone.now() + timedelta(minutes=61))

    assert [m["Subject"] for m in caixa.recebidas][2:] == ["3 avisos"]


def test_o_limite_de_uma_pessoa_nao_atrasa_outra(caixa, settings):
    settings.AVISOS_POR_PESSOA_E_HORA = 1
    ana, rui = fabricar_pessoa(), fabricar_pessoa()
    pedir_e_enviar(ana, "a")

    pedir_a_todos([ana, rui], "b")
    vencer()

    assert enviar_avisos() == 1 and so(rui).situacao == "enviada"


def test_limite_por_minuto_para_a_rodada_e_a_do_minuto_seguinte_continua(caixa, settings):
    settings.AVISOS_POR_MINUTO = 3
    pedir_a_todos([fabricar_pessoa() for _ in range(5)])
    vencer()
    time.sleep(max(0, timezone.now().second - 56))  # longe da virada do minuto

    assert enviar_avisos() == 3 and enviar_avisos() == 0

    JanelaDeUso.objects.all().delete()  # vira o minuto
    assert enviar_avisos() == 2 and set(caixa.ids().values()) == {1}


# Custo


def consultas_ao_agrupar(pessoas: int) -> int:
    pedir_a_todos([fabricar_pessoa() for _ in range(pessoas)], f"lote {pessoas}")
    vencer()
    with CaptureQueriesContext(connection) as consultas:
        agrupar_devidos(agora=timezone.now(), canais=["correio"])
    return len(consultas)


def test_agrupar_faz_o_mesmo_numero_de_consultas_para_uma_e_para_cinquenta_pessoas():
    assert consultas_ao_agrupar(1) == consultas_ao_agrupar(50)


def test_cada_mensagem_custa_poucas_consultas(caixa):
    def consultas(pessoas: int) -> int:
        pedir_a_todos([fabricar_pessoa() for _ in range(pessoas)], f"c{pessoas}")
        vencer()
        with CaptureQueriesContext(connection) as feitas:
            assert enviar_avisos() == pessoas
        return len(feitas)

    uma, dez = consultas(1), consultas(10)

    assert (
        dez - uma
    ) / 9 <= 11  # contar, abrir, esperar, travar, preferências, recusas, avisos, redator (2), marcar, fechar
