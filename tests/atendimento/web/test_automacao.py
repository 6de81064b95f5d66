"""As páginas de macros e gatilhos, e o que delas aparece no chamado."""

import pytest
from django.urls import reverse

from pen.atendimento.enums import Passo
from pen.atendimento.models import Gatilho, Macro, PassoDoChamado
from pen.atendimento.services.gatilhos import escrever_gatilho
from pen.atendimento.services.macros import escrever_macro
from pen.atendimento.services.participacao import completar_chamado
from pen.conhecimento.enums import Especie
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
LISTA = "/atendimento/automacao/"


def linhas(*acoes) -> dict[str, str]:
    """As ações como o formulário as envia."""
    campos = {f"acoes-{n}-{campo}": valor for n, acao in enumerate(acoes) for campo, valor in acao.items()}
    contas = {
        f"{parte}-{conta}_FORMS": n for parte in ("acoes", "campos") for conta, n in (("TOTAL", "5"), ("INITIAL", "0"))
    }
    return {**contas, **campos}


def macro(*acoes, campos=()) -> Macro:
    return escrever_macro(por=fabricar_central(), nome="Pedir a versão", produto=None, acoes=acoes, campos=campos)


def test_a_equipe_central_escreve_altera_e_retira_uma_macro(client):
    entrar(client, fabricar_central())
    dados = {"nome": "Pedir a versão", "produto": "sei", **linhas({"passo": "pedir_informacao", "texto": "Qual versão?"})}
    assert client.post(LISTA + "macros/nova/", dados).status_code == 302
    feita = Macro.objects.get()
    assert feita.produto.codigo == "sei" and "Pedir a versão" in client.get(LISTA).text

    pagina = client.get(reverse("atendimento:macro", args=[feita.pk])).text
    assert "Qual versão?" in pagina and "Passo 2 (em branco)" in pagina
    sem_texto = {"nome": "Pedir a versão", "produto": "", **linhas({"passo": "anotar"})}
    assert "Escreva o texto" in client.post(reverse("atendimento:macro", args=[feita.pk]), sem_texto).text

    client.post(reverse("atendimento:retirar_macro", args=[feita.pk]))
    assert "retirada" in client.get(LISTA).text


def test_quem_atende_ve_o_que_a_macro_fara_e_a_aplica(client):
    pronta = macro({"passo": "responder", "texto": "Olá, {nome}."}, {"passo": "anotar", "texto": "Respondido."})
    chamado, atendente = fabricar_chamado(fabricar_pessoa(nome="Fulana")), fabricar_atendente()
    endereco = reverse("atendimento:chamado", args=[chamado.chave])
    entrar(client, atendente)
    assert f"?macro={pronta.pk}#macro" in client.get(endereco).text
    vista = client.get(f"{endereco}?macro={pronta.pk}").text
    assert "Olá, Fulana." in vista and "Aplicar a macro" in vista and PassoDoChamado.objects.count() == 1

    aplicar = reverse("atendimento:aplicar_macro", args=[chamado.chave, pronta.pk])
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Achei isto.")
    antes = client.post(aplicar, {"visto": "1"})
    assert antes.status_code == 409 and "Achei isto." in antes.text and 'name="visto" value="2"' in antes.text
    assert client.post(aplicar, {"visto": "2"}).status_code == 302
    assert list(PassoDoChamado.objects.order_by("ordem").values_list("passo", flat=True)) == [
        "abrir", "completar", "assumir", "responder", "anotar",
    ]  # fmt: skip


def test_a_equipe_central_escreve_as_perguntas_da_macro(client):
    entrar(client, fabricar_central())
    pergunta = {"rotulo": "Ambiente", "codigo": "ambiente", "especie": "escolha", "opcoes": "Produção\nHomologação"}
    dados = {
        "nome": "Atualizar", **linhas({"passo": "responder", "texto": "Atualize a {ambiente}."}),
        **{f"campos-0-{campo}": valor for campo, valor in pergunta.items()},
    }  # fmt: skip
    nova = LISTA + "macros/nova/"
    errada = client.post(nova, dados | {"acoes-0-texto": "Atualize a {producao}."})
    assert errada.status_code == 422 and "Não há variável nem campo «{producao}»." in errada.text
    assert client.post(nova, dados).status_code == 302
    feita = Macro.objects.get()
    assert feita.perguntas()[0].opcoes == ("Produção", "Homologação")
    assert "Homologação" in client.get(reverse("atendimento:macro", args=[feita.pk])).text


def test_quem_atende_responde_ve_como_fica_e_so_entao_aplica(client):
    campos = [
        {"codigo": "versao", "rotulo": "Versão", "especie": "linha", "obrigatorio": True},
        {"codigo": "quando", "rotulo": "Quando sai", "especie": "data"},
    ]
    pronta = macro({"passo": "responder", "texto": "A {versao} sai em {quando}."}, campos=campos)
    chamado = fabricar_chamado()
    entrar(client, fabricar_atendente())
    aberta = client.get(reverse("atendimento:chamado", args=[chamado.chave]) + f"?macro={pronta.pk}").text
    assert "A {versao} sai em {quando}." in aberta and "Aplicar a macro" not in aberta and "Ver como fica" in aberta

    aplicar = reverse("atendimento:aplicar_macro", args=[chamado.chave, pronta.pk])
    respondida = {"visto": "1", "macro-versao": "5.0", "macro-quando": "2026-12-01"}
    sem_versao = client.post(aplicar, respondida | {"macro-versao": "", "ver": "sim"})
    assert sem_versao.status_code == 422 and "id_macro-versao_error" in sem_versao.text
    vista = client.post(aplicar, respondida | {"ver": "sim"})
    assert vista.status_code == 200 and "A 5.0 sai em 01/12/2026." in vista.text and "Aplicar a macro" in vista.text
    assert 'value="2026-12-01"' in vista.text and PassoDoChamado.objects.count() == 1
    assert client.post(aplicar, respondida).status_code == 302
    assert PassoDoChamado.objects.get(passo=Passo.RESPONDER).texto == "A 5.0 sai em 01/12/2026."


def test_a_macro_que_nao_coube_diz_por_que_na_pagina(client):
    pronta, chamado = (
        macro({"passo": "pedir_informacao", "texto": "x"}, {"passo": "pedir_validacao", "texto": "x"}),
        fabricar_chamado(),
    )
    entrar(client, fabricar_atendente())
    pagina = client.post(reverse("atendimento:aplicar_macro", args=[chamado.chave, pronta.pk]), {"visto": "1"})
    assert pagina.status_code == 422 and "isto já não se pode fazer" in pagina.text
    assert PassoDoChamado.objects.count() == 1


def test_quem_abriu_nao_ve_macros_nem_a_base_interna(client):
    macro({"passo": "anotar", "texto": "Nota"})
    chamado = fabricar_chamado()
    pagina = entrar(client, chamado.solicitante).get(reverse("atendimento:chamado", args=[chamado.chave])).text
    assert "macro" not in pagina and "Procurar na base" not in pagina
    assert client.get(reverse("atendimento:chamado", args=[chamado.chave]) + "?macro=1").status_code == 404


def test_procura_roteiros_na_pagina_do_chamado_sem_por_as_palavras_no_endereco(client):
    fabricar_artigo("Como renovar o certificado", especie=Especie.ROTEIRO, modelo="Renove.")
    chamado = fabricar_chamado()
    procurar = reverse("atendimento:procurar_no_chamado", args=[chamado.chave])
    entrar(client, fabricar_atendente())
    achou = client.post(procurar, {"palavras": "certificados"})
    assert achou.status_code == 200 and "Como renovar o certificado" in achou.text and "Usar na resposta" in achou.text
    assert "0 textos com «o de»" in client.post(procurar, {"palavras": "o de"}).text


def test_o_gatilho_se_ensaia_antes_de_guardar_e_nasce_desligado(client):
    fabricar_chamado(assunto="Erro ao assinar")
    entrar(client, fabricar_central())
    dados = {
        "nome": "Assinatura", "quando": "abrir", "palavras": "assinatura\ncertificado", "produtos": ["sei"],
        **linhas({"passo": "orientar", "texto": "Limpe o cache."}),
    }  # fmt: skip
    novo = reverse("atendimento:novo_gatilho")

    ensaio = client.post(novo, dados | {"ensaiar": "sim"})
    assert ensaio.status_code == 200 and "fez isto 1 vez nos últimos 180 dias; em 1," in ensaio.text
    assert not Gatilho.objects.exists()

    assert client.post(novo, dados).status_code == 302
    feito = Gatilho.objects.get()
    pagina = client.get(reverse("atendimento:gatilho", args=[feito.pk])).text
    assert not feito.ligado and "certificado" in pagina and "Limpe o cache." in pagina
    client.post(reverse("atendimento:ligar_gatilho", args=[feito.pk]))
    feito.refresh_from_db()
    assert feito.ligado
    sem_nome = client.post(novo, dados | {"nome": ""})
    assert sem_nome.status_code == 422 and "Dê um nome ao gatilho" in sem_nome.text


def test_o_gatilho_pelo_tempo_se_escreve_se_ensaia_e_se_le(client):
    fabricar_chamado()
    entrar(client, fabricar_central())
    dados = {
        "nome": "Prazo", "quando": "prazo_da_resposta", "minutos": "1h30", "antes": "antes",
        **linhas({"passo": "anotar", "texto": "Perto do prazo."}),
    }  # fmt: skip
    novo = reverse("atendimento:novo_gatilho")
    ensaio = client.post(novo, dados | {"ensaiar": "sim"})
    assert ensaio.status_code == 200 and "últimos 180 dias" in ensaio.text and not Gatilho.objects.exists()
    for errado, frase in (({"minutos": "logo"}, "Escreva o tempo assim"), ({"minutos": ""}, "Diga quanto tempo")):
        pagina = client.post(novo, dados | errado)
        assert pagina.status_code == 422 and frase in pagina.text and "id_minutos_error" in pagina.text
    parado = dados | {"quando": "sem_movimento", "situacao": ""}
    assert "id_situacao_error" in client.post(novo, parado).text

    assert client.post(novo, dados).status_code == 302
    feito = Gatilho.objects.get()
    assert (feito.minutos, feito.antes, feito.situacao) == (90, True, "")
    assert 'value="1h30"' in client.get(reverse("atendimento:gatilho", args=[feito.pk])).text
    assert "1h30 de expediente antes do prazo da primeira resposta" in client.get(LISTA).text


def test_a_pagina_do_gatilho_diz_o_que_ele_fez(client):
    feito = escrever_gatilho(
        por=fabricar_central(), nome="X", quando=Passo.ABRIR, condicoes={}, acoes=[{"passo": "anotar", "texto": "Nota"}]
    )
    feito.ligado = True
    feito.save()
    chamado = fabricar_chamado()
    pagina = entrar(client, fabricar_central()).get(reverse("atendimento:gatilho", args=[feito.pk])).text
    assert chamado.protocolo in pagina and "à espera" in pagina
