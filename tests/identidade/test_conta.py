"""Minha conta: aparelhos, segundo fator, papéis e direitos do titular."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from pen.auditoria.models import Ato
from pen.comum.errors import SemPermissao
from pen.identidade.enums import Papel
from pen.identidade.errors import PapelInvalido, PapelNaoEncontrado
from pen.identidade.models import Atribuicao, CodigoDeEntrada, Entrada
from pen.identidade.rules import atua_no_orgao, e_da_equipe_central, gere_o_orgao
from pen.identidade.services.codigos import enviar_codigo
from pen.identidade.services.papeis import conceder_papel, encerrar_papel
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_cpf, fabricar_gestor, fabricar_pessoa

pytestmark = pytest.mark.django_db

PAGINAS = [
    "/minha-conta/",
    "/minha-conta/email/",
    "/minha-conta/segundo-fator/",
    "/minha-conta/excluir/",
    "/acompanhamentos/",
    "/documentos-de-meu-interesse/",
]


@pytest.mark.parametrize("pagina", PAGINAS)
def test_pede_entrada_e_nao_fica_em_cache(client, pagina):
    assert client.get(pagina)["Location"].startswith("/entrar/?proximo=")
    resposta = entrar(client, fabricar_pessoa()).get(pagina)
    assert resposta.status_code == 200
    assert "no-store" in resposta["Cache-Control"]


# --- Aparelhos


def test_a_pessoa_ve_seus_aparelhos_e_tira_um(client):
    pessoa, outro = fabricar_pessoa(), Client()
    entrar(client, pessoa)
    entrar(outro, pessoa)
    do_outro = Entrada.objects.order_by("-entrou_em").first()
    assert client.get("/minha-conta/").content.decode().count("Sair dele") == 1

    client.post(f"/minha-conta/aparelhos/{do_outro.pk}/sair/")

    assert outro.get("/minha-conta/").status_code == 302
    assert client.get("/minha-conta/").status_code == 200


def test_aparelho_de_outra_pessoa_nao_existe(client):
    entrar(Client(), fabricar_pessoa())
    alheia = Entrada.objects.get()

    resposta = entrar(client, fabricar_pessoa()).post(f"/minha-conta/aparelhos/{alheia.pk}/sair/")

    assert resposta.status_code == 404
    assert Entrada.objects.get(pk=alheia.pk).encerrada_em is None


# --- Entrada forte


def test_a_entrada_forte_vence_em_doze_horas(client):
    entrar(client, fabricar_central())
    sessao = client.session
    sessao["forte_ate"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    sessao.save()

    assert "não valem nesta entrada" in client.get("/minha-conta/").content.decode()


# --- Papéis


def test_papel_so_vale_em_entrada_forte():
    orgao = fabricar_orgao()
    gestor = fabricar_gestor(orgao)
    assert gere_o_orgao(gestor, orgao.pk)

    gestor.entrada_forte = False

    assert not gere_o_orgao(gestor, orgao.pk)
    assert not atua_no_orgao(gestor, orgao.pk)


def test_gestor_da_papeis_no_seu_orgao_e_em_nenhum_outro():
    orgao, outro = fabricar_orgao(), fabricar_orgao()
    gestor, pessoa = fabricar_gestor(orgao), fabricar_pessoa()

    conceder_papel(por=gestor, pessoa=pessoa, papel=Papel.CONSULTA, orgao=orgao)

    for papel, onde in ((Papel.CONSULTA, outro), (Papel.EQUIPE_CENTRAL, None), (Papel.AUDITORIA, None)):
        with pytest.raises(SemPermissao):
            conceder_papel(por=gestor, pessoa=pessoa, papel=papel, orgao=onde)


def test_dar_o_mesmo_papel_duas_vezes_e_dar_uma():
    central, pessoa, orgao = fabricar_central(), fabricar_pessoa(), fabricar_orgao()

    primeira = conceder_papel(por=central, pessoa=pessoa, papel=Papel.GESTOR, orgao=orgao)

    assert conceder_papel(por=central, pessoa=pessoa, papel=Papel.GESTOR, orgao=orgao) == primeira
    assert Ato.objects.filter(ato="papel.concedido").count() == 1


@pytest.mark.parametrize(("papel", "com_orgao"), [(Papel.GESTOR, False), (Papel.EQUIPE_CENTRAL, True)])
def test_papel_de_orgao_pede_orgao_e_o_central_nao(papel, com_orgao):
    orgao = fabricar_orgao() if com_orgao else None
    with pytest.raises(PapelInvalido):
        conceder_papel(por=None, pessoa=fabricar_pessoa(), papel=papel, orgao=orgao)


def test_encerrado_o_papel_deixa_de_valer_e_fica_na_historia_e_na_auditoria():
    orgao = fabricar_orgao()
    pessoa = fabricar_pessoa()
    atribuicao = conceder_papel(por=None, pessoa=pessoa, papel=Papel.GESTOR, orgao=orgao)

    encerrar_papel(por=fabricar_central(), atribuicao_id=atribuicao.pk)

    assert not gere_o_orgao(pessoa, orgao.pk)
    assert Atribuicao.objects.get(pk=atribuicao.pk).encerrado_em is not None
    assert [a.ato for a in Ato.objects.order_by("ocorrido_em")] == ["papel.concedido", "papel.encerrado"]


def test_papel_que_a_pessoa_nao_pode_ver_nao_existe():
    atribuicao = conceder_papel(por=None, pessoa=fabricar_pessoa(), papel=Papel.GESTOR, orgao=fabricar_orgao())

    with pytest.raises(PapelNaoEncontrado):
        encerrar_papel(por=fabricar_gestor(fabricar_orgao()), atribuicao_id=atribuicao.pk)


def test_a_pessoa_deixa_o_proprio_papel(client):
    pessoa = fabricar_central()
    assert e_da_equipe_central(pessoa)

    entrar(client, pessoa).post(f"/minha-conta/papeis/{Atribuicao.objects.get().pk}/deixar/")

    assert Atribuicao.objects.get().encerrado_em is not None


# --- E-mail


def test_trocar_o_email_pede_codigo_no_email_novo(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    pessoa = fabricar_pessoa()
    entrar(client, pessoa).post("/minha-conta/email/", {"email": "novo@exemplo.org"})
    enviar_codigo(CodigoDeEntrada.objects.get().pk)
    assert mail.outbox[0].to == ["novo@exemplo.org"]
    codigo = re.search(r"^ +(\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]

    client.post("/minha-conta/email/codigo/", {"codigo": codigo})

    pessoa.refresh_from_db()
    assert pessoa.email == "novo@exemplo.org"


def test_o_email_de_outra_conta_nao_vira_o_meu(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outra, pessoa = fabricar_pessoa(), fabricar_pessoa()
    entrar(client, pessoa).post("/minha-conta/email/", {"email": outra.email})
    enviar_codigo(CodigoDeEntrada.objects.get().pk)
    codigo = re.search(r"^ +(\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]

    pagina = client.post("/minha-conta/email/codigo/", {"codigo": codigo}).content.decode()

    assert "já está em outra conta" in pagina
    pessoa.refresh_from_db()
    assert pessoa.email != outra.email


# --- Direitos do titular


def test_baixar_os_dados_traz_tudo_que_e_da_pessoa_e_nada_de_outra(client):
    pessoa = fabricar_pessoa(cpf=fabricar_cpf())
    fabricar_pessoa(nome="Outra Pessoa")
    entrar(client, pessoa).post("/acompanhamentos/", {"numero": "50650.001658/2017-17"})

    dados = json.loads(client.post("/minha-conta/dados/").content)

    assert dados["conta"]["cpf"] == pessoa.cpf
    assert dados["protocolo_integrado"]["acompanhamentos"][0]["numero"] == "50650001658201717"
    assert "Outra Pessoa" not in json.dumps(dados)


def test_excluir_a_conta_apaga_os_dados_e_tira_dos_aparelhos(client):
    pessoa, outro = fabricar_pessoa(cpf=fabricar_cpf()), Client()
    entrar(outro, pessoa)
    entrar(client, pessoa).post("/acompanhamentos/", {"numero": "50650.001658/2017-17"})

    assert "Conta excluída" in client.post("/minha-conta/excluir/", {"confirmo": "on"}).content.decode()

    pessoa.refresh_from_db()
    assert (pessoa.cpf, pessoa.nome, pessoa.email, pessoa.is_active) == (None, "", "", False)
    assert outro.get("/minha-conta/").status_code == 302
    from pen.protocolo_integrado.models import Acompanhamento

    assert not Acompanhamento.objects.exists()
    assert Entrada.objects.filter(pessoa=pessoa).exists()


def test_excluir_sem_confirmar_explica_e_nao_apaga(client):
    pessoa = fabricar_pessoa()

    pagina = entrar(client, pessoa).post("/minha-conta/excluir/").content.decode()

    assert "Marque que você entende" in pagina
    pessoa.refresh_from_db()
    assert pessoa.is_active


def test_quem_tem_papel_precisa_deixa_lo_antes_de_excluir(client):
    pagina = entrar(client, fabricar_central()).post("/minha-conta/excluir/", {"confirmo": "on"}).content.decode()

    assert "papéis em vigor" in pagina
