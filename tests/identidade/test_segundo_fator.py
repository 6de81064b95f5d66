"""O segundo fator: ligar, entrar com ele, os códigos de reserva, desligar o seu e o de quem o perdeu."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from click.testing import CliRunner
from django.core import mail
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from procrastinate.contrib.django.models import ProcrastinateJob

from pen.auditoria.models import Ato
from pen.comum.errors import NaoEncontrado, PedidoIncompleto, SemPermissao
from pen.identidade.enums import Papel
from pen.identidade.errors import (
    CodigoNaoConfere,
    EntradaFraca,
    PessoaNaoEncontrada,
    SegundoFatorNaoEncontrado,
)
from pen.identidade.management.segundo_fator import comando
from pen.identidade.models import CodigoDeEntrada, Entrada
from pen.identidade.services.codigos import enviar_codigo
from pen.identidade.services.segundo_fator import (
    comecar_segundo_fator,
    conferir_segundo_fator,
    criar_codigos_de_reserva,
    desligar_segundo_fator,
    desligar_segundo_fator_de,
    enviar_aviso_de_desligamento,
    ligar_segundo_fator,
    tem_segundo_fator,
)
from pen.identidade.tasks import avisar_segundo_fator_desligado
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_cpf, fabricar_gestor, fabricar_pessoa
from tests.identidade.apoio import (
    codigo_do_aparelho,
    codigos_mostrados,
    com_segundo_fator,
    errar_muito,
    esta_forte,
    passar_o_tempo,
)

pytestmark = pytest.mark.django_db

LIGAR, CRIAR, CONFIRMAR = "/minha-conta/segundo-fator/", "/minha-conta/segundo-fator/codigos/", "/entrar/segundo-fator/"
CENTRAL = "/central/segundo-fator/"
MOTIVO = "Perdeu o celular; confirmado pelo telefone do órgão"


def ligar_pela_pagina(client, pessoa) -> str:
    client.get(LIGAR)
    return client.post(LIGAR, {"codigo": codigo_do_aparelho(pessoa)}).content.decode()


def fraca(client, pessoa) -> Client:
    """A mesma pessoa, numa entrada que não basta para exercer papéis."""
    pessoa.entrada_forte = False
    return entrar(client, pessoa)


# --- Ligar


def test_ligado_o_segundo_fator_os_papeis_passam_a_valer(client):
    pessoa = dar_papel(fabricar_pessoa(forte=False), Papel.GESTOR, fabricar_orgao())
    entrar(client, pessoa)
    assert "não valem nesta entrada" in client.get("/minha-conta/").content.decode()

    ligar_pela_pagina(client, pessoa)

    assert tem_segundo_fator(pessoa)
    assert "não valem nesta entrada" not in client.get("/minha-conta/").content.decode()


def test_errar_o_codigo_do_aplicativo_faz_esperar_e_diz_quanto(client):
    pessoa = fabricar_pessoa(forte=False)
    entrar(client, pessoa).get(LIGAR)
    assert "não confere" in client.post(LIGAR, {"codigo": "000000"}).content.decode()
    assert TOTPDevice.objects.get().throttling_failure_count == 1
    errar_muito()

    pagina = client.post(LIGAR, {"codigo": codigo_do_aparelho(pessoa)}).content.decode()

    assert not tem_segundo_fator(pessoa)
    assert re.search(r"Tente de novo em \d\d segundos\.", pagina)


def test_a_imagem_diz_ao_aplicativo_de_que_sistema_e_de_que_conta_e_o_codigo():
    pessoa = fabricar_pessoa(email="ana+gov@exemplo.org")

    endereco = urlsplit(comecar_segundo_fator(por=pessoa))

    assert (endereco.scheme, unquote(endereco.path)) == ("otpauth", "/PEN Aberto:ana+gov@exemplo.org")
    consulta = parse_qs(endereco.query)
    assert consulta["issuer"] == ["PEN Aberto"]
    assert re.fullmatch(r"[A-Z2-7]{32}", consulta["secret"][0])


def test_quem_so_tem_o_email_nao_troca_nem_desliga_o_segundo_fator_de_ninguem(client):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)
    fraca(client, pessoa)

    for pagina, campos in ((LIGAR, {}), (LIGAR, {"desligar": "1"}), (LIGAR, {"codigo": "123456"}), (CRIAR, {})):
        assert client.post(pagina, campos)["Location"].startswith(f"{CONFIRMAR}?proximo=")
    assert client.get(LIGAR)["Location"].startswith(CONFIRMAR)
    for tentar in (desligar_segundo_fator, criar_codigos_de_reserva, comecar_segundo_fator):
        with pytest.raises(EntradaFraca):
            tentar(por=pessoa)
    with pytest.raises(EntradaFraca):
        ligar_segundo_fator(por=pessoa, digitado="123456")
    assert TOTPDevice.objects.get().confirmed and StaticToken.objects.count() == 10


def test_ligar_outro_aplicativo_avisa_e_desfaz_o_de_antes(client):
    pessoa = fabricar_pessoa()
    antigos, antigo = com_segundo_fator(pessoa), TOTPDevice.objects.get()
    entrar(client, pessoa)
    assert "Você já tem o segundo fator ligado." in client.get(LIGAR).content.decode()

    novo = TOTPDevice.objects.get(confirmed=False)
    antigo.delete()  # só para que codigo_do_aparelho leia o novo
    novos = codigos_mostrados(client.post(LIGAR, {"codigo": codigo_do_aparelho(pessoa)}).content.decode())

    assert TOTPDevice.objects.get() == novo and len(novos) == 10
    with pytest.raises(CodigoNaoConfere):
        conferir_segundo_fator(por=pessoa, digitado=antigos[0])


# --- Entrar com ele


def test_quem_entra_por_email_com_segundo_fator_confirma_o_codigo(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)
    passar_o_tempo()
    client.post("/entrar/email/", {"email": pessoa.email})
    enviar_codigo(CodigoDeEntrada.objects.get().pk)
    codigo = re.search(r"^ +(\d{6})$", mail.outbox[0].body, re.MULTILINE)[1]

    assert client.post("/entrar/email/codigo/", {"codigo": codigo})["Location"] == CONFIRMAR
    assert "não confere" in client.post(CONFIRMAR, {"codigo": "000000"}).content.decode()
    passar_o_tempo()
    client.post(CONFIRMAR, {"codigo": codigo_do_aparelho(pessoa)})

    assert esta_forte(client)
    assert Entrada.objects.get().segundo_fator


def test_o_mesmo_codigo_do_aplicativo_nao_vale_duas_vezes(client):
    pessoa = fabricar_pessoa(forte=False)
    comecar_segundo_fator(por=pessoa)
    codigo = codigo_do_aparelho(pessoa)
    ligar_segundo_fator(por=pessoa, digitado=codigo)

    entrar(client, pessoa).post(CONFIRMAR, {"codigo": codigo})

    assert not esta_forte(client)


@pytest.mark.parametrize(
    "proximo, destino", [("/orgaos/", "/orgaos/"), ("//fora.example/", "/"), ("https://fora.example", "/")]
)
def test_confirmado_volta_para_onde_estava_e_nunca_para_fora(client, proximo, destino):
    pessoa = fabricar_pessoa()
    codigo = com_segundo_fator(pessoa)[0]
    fraca(client, pessoa).get(CONFIRMAR, {"proximo": proximo})

    assert client.post(CONFIRMAR, {"codigo": codigo})["Location"] == destino


def test_sem_codigo_a_pagina_explica_ao_lado_do_campo_e_no_resumo(client):
    pessoa = fabricar_pessoa(forte=False)
    com_segundo_fator(pessoa)

    pagina = entrar(client, pessoa).post(CONFIRMAR).content.decode()

    assert pagina.count("Digite o código.") == 2 and "<title>Erro: Confirme que é você" in pagina


# --- Códigos de reserva


def test_ligado_o_segundo_fator_a_pagina_mostra_dez_codigos_so_dessa_vez(client):
    pessoa = fabricar_pessoa(forte=False)
    entrar(client, pessoa).get(LIGAR)

    resposta = client.post(LIGAR, {"codigo": codigo_do_aparelho(pessoa)})

    assert len(set(codigos_mostrados(resposta.content.decode()))) == 10
    assert "no-store" in resposta["Cache-Control"]
    for pagina in ("/minha-conta/", LIGAR, CRIAR):
        assert not codigos_mostrados(client.get(pagina).content.decode())
    assert "10 códigos de reserva por usar" in client.get("/minha-conta/").content.decode()


def test_um_codigo_de_reserva_entra_uma_vez_e_a_conta_diz_quantos_restam(client):
    pessoa = fabricar_pessoa()
    codigo = com_segundo_fator(pessoa)[3]
    fraca(client, pessoa).post(CONFIRMAR, {"codigo": f" {codigo[:5]}-{codigo[5:]} "})
    assert esta_forte(client)
    conta = client.get("/minha-conta/").content.decode()
    assert "Restam 9 de 10" in conta and "9 códigos de reserva por usar" in conta

    outro = fraca(Client(), pessoa)
    pagina = outro.post(CONFIRMAR, {"codigo": codigo}).content.decode()

    assert "já foi usado" in pagina and not esta_forte(outro)


def test_o_codigo_de_reserva_de_uma_pessoa_nao_serve_a_outra():
    ana, beto = fabricar_pessoa(), fabricar_pessoa()
    codigo, _ = com_segundo_fator(ana)[0], com_segundo_fator(beto)

    with pytest.raises(CodigoNaoConfere):
        conferir_segundo_fator(por=beto, digitado=codigo)


def test_quem_nao_ligou_o_segundo_fator_nao_confirma_com_codigo_nenhum():
    for digitado in ("000000", "0000000000", ""):
        with pytest.raises(CodigoNaoConfere):
            conferir_segundo_fator(por=fabricar_pessoa(), digitado=digitado)


def test_errar_um_codigo_de_reserva_faz_esperar_tambem_pelo_do_aplicativo_e_o_contrario():
    pessoa = fabricar_pessoa()
    certo = com_segundo_fator(pessoa)[0]
    passar_o_tempo()

    for errado, seguinte in (("0000000000", codigo_do_aparelho(pessoa)), ("000000", certo)):
        with pytest.raises(CodigoNaoConfere, match="não confere"):
            conferir_segundo_fator(por=pessoa, digitado=errado)
        assert TOTPDevice.objects.get().throttling_failure_count == 1
        errar_muito()
        with pytest.raises(CodigoNaoConfere, match="é preciso esperar"):
            conferir_segundo_fator(por=pessoa, digitado=seguinte)
        passar_o_tempo()


def test_a_espera_dobra_a_cada_erro():
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)
    for erros, espera in ((6, r"\d\d segundos"), (8, "3 minutos"), (14, "3 horas")):
        passar_o_tempo()
        TOTPDevice.objects.update(throttling_failure_count=erros - 1)
        with pytest.raises(CodigoNaoConfere):
            conferir_segundo_fator(por=pessoa, digitado="0000000000")
        with pytest.raises(CodigoNaoConfere, match=f"em {espera}."):
            conferir_segundo_fator(por=pessoa, digitado="0000000000")


def test_o_banco_nao_guarda_nenhum_codigo_de_reserva(client, caplog):
    pessoa = fabricar_pessoa(forte=False)
    entrar(client, pessoa).get(LIGAR)
    codigos = codigos_mostrados(client.post(LIGAR, {"codigo": codigo_do_aparelho(pessoa)}).content.decode())
    client.post(CONFIRMAR, {"codigo": codigos[0]})

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(token, ' ') FROM otp_static_statictoken")
        guardado = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(detalhes::text, ' '), '') FROM auditoria_ato")
        registrado = cursor.fetchone()[0] + json.dumps(dict(client.session)) + caplog.text
    assert re.fullmatch(r"([A-Z2-7]{16} ){8}[A-Z2-7]{16}", guardado)
    for codigo in codigos:
        assert codigo not in registrado and codigo.replace(" ", "") not in guardado + registrado


@pytest.mark.django_db(transaction=True)
def test_o_mesmo_codigo_de_reserva_ao_mesmo_tempo_entra_uma_vez_so():
    pessoa = fabricar_pessoa()
    codigo = com_segundo_fator(pessoa)[0]

    def tentar(_) -> bool:
        try:
            conferir_segundo_fator(por=pessoa, digitado=codigo)
        except CodigoNaoConfere:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as fila:
        assert sum(fila.map(tentar, range(8))) == 1


def test_criar_dez_novos_mata_os_antigos(client):
    pessoa = fabricar_pessoa()
    antigos = com_segundo_fator(pessoa)
    entrar(client, pessoa)
    assert "Os 10 que você tem agora deixam" in client.get(CRIAR).content.decode()

    novos = codigos_mostrados(client.post(CRIAR).content.decode())

    assert len(novos) == 10 and StaticToken.objects.count() == 10 and StaticDevice.objects.count() == 1
    with pytest.raises(CodigoNaoConfere):
        conferir_segundo_fator(por=pessoa, digitado=antigos[0])
    passar_o_tempo()
    assert conferir_segundo_fator(por=pessoa, digitado=novos[0]) == 9


def test_criar_codigos_pede_entrada_e_segundo_fator_ligado(client):
    assert client.get(CRIAR)["Location"].startswith("/entrar/?proximo=")
    entrar(client, fabricar_pessoa())

    assert client.get(CRIAR)["Location"] == LIGAR
    assert client.post(CRIAR).status_code == 404
    assert client.delete(CRIAR).status_code == 405


@pytest.mark.parametrize(
    "sobram, frase",
    [(4, "4 códigos de reserva por usar"), (3, "Restam só 3 códigos"), (1, "Resta só 1 código"), (0, "Você não tem")],
)
def test_a_conta_diz_quando_os_codigos_estao_acabando(client, sobram, frase):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)
    StaticToken.objects.filter(pk__in=StaticToken.objects.values("pk")[sobram:]).delete()

    assert frase in entrar(client, pessoa).get("/minha-conta/").content.decode()


def test_em_entrada_fraca_a_conta_leva_a_confirmar_em_vez_de_desligar(client):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)

    conta = fraca(client, pessoa).get("/minha-conta/").content.decode()

    assert "Confirmar com um código" in conta and "Desligar o segundo fator" not in conta


# --- Desligar o seu


def test_desligar_apaga_o_aplicativo_e_os_codigos(client):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)

    entrar(client, pessoa).post(LIGAR, {"desligar": "1"})

    assert not TOTPDevice.objects.exists() and not StaticDevice.objects.exists() and not StaticToken.objects.exists()
    assert "pessoa.segundo_fator_desligado" in set(Ato.objects.values_list("ato", flat=True))


def test_cada_ato_do_segundo_fator_vai_para_a_auditoria():
    pessoa = fabricar_pessoa()
    codigos = com_segundo_fator(pessoa)
    conferir_segundo_fator(por=pessoa, digitado=codigos[0])
    criar_codigos_de_reserva(por=pessoa)
    desligar_segundo_fator(por=pessoa)

    assert list(Ato.objects.order_by("ocorrido_em", "id").values_list("ato", "detalhes")) == [
        ("pessoa.segundo_fator_ligado", {}),
        ("pessoa.codigo_de_reserva_usado", {"restam": 9}),
        ("pessoa.codigos_de_reserva_criados", {}),
        ("pessoa.segundo_fator_desligado", {}),
    ]


def test_os_dados_da_pessoa_dizem_do_segundo_fator_sem_segredo_nenhum(client):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)

    dados = json.loads(entrar(client, pessoa).post("/minha-conta/dados/").content)

    assert dados["segundo_fator"] == {"ligado": True, "codigos_de_reserva_por_usar": 10}


def test_excluir_a_conta_apaga_o_segundo_fator_e_os_codigos_ainda_que_em_entrada_fraca(client):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)

    fraca(client, pessoa).post("/minha-conta/excluir/", {"confirmo": "on"})

    assert not TOTPDevice.objects.exists() and not StaticDevice.objects.exists() and not StaticToken.objects.exists()


# --- Desligar o de quem perdeu


def test_a_equipe_central_desliga_e_a_pessoa_sai_de_todos_os_aparelhos(client):
    pessoa, da_pessoa, fora = fabricar_pessoa(cpf=fabricar_cpf()), Client(), Client()
    com_segundo_fator(pessoa)
    entrar(da_pessoa, pessoa)
    entrar(fora, fabricar_pessoa())
    central = fabricar_central()

    resposta = entrar(client, central).post(CENTRAL, {"quem": pessoa.cpf, "motivo": MOTIVO}, follow=True)

    assert "Segundo fator desligado" in resposta.content.decode() and pessoa.nome in resposta.content.decode()
    assert not tem_segundo_fator(pessoa) and not StaticToken.objects.exists()
    assert da_pessoa.get("/minha-conta/").status_code == 302
    assert fora.get("/minha-conta/").status_code == client.get("/minha-conta/").status_code == 200
    ato = Ato.objects.get(ato="pessoa.segundo_fator_desligado_por_outra")
    assert (ato.pessoa_id, ato.objeto, ato.detalhes) == (central.pk, f"pessoa:{pessoa.pk}", {"motivo": MOTIVO})
    assert "Segundo fator desligado" not in client.get(CENTRAL).content.decode()


def cpf_com_pontos(pessoa) -> str:
    return "{}{}{}.{}{}{}.{}{}{}-{}{}".format(*pessoa.cpf)


def email_em_maiusculas(pessoa) -> str:
    return f" {pessoa.email.upper()} "


@pytest.mark.parametrize("escrever", [cpf_com_pontos, email_em_maiusculas])
def test_a_pessoa_se_acha_pelo_cpf_com_pontos_ou_pelo_email(escrever):
    pessoa = fabricar_pessoa(cpf=fabricar_cpf())
    com_segundo_fator(pessoa)

    assert desligar_segundo_fator_de(por=fabricar_central(), quem=escrever(pessoa), motivo=MOTIVO) == pessoa


def test_o_cpf_escrito_no_motivo_nao_vai_para_a_auditoria():
    pessoa = fabricar_pessoa(cpf=fabricar_cpf())
    com_segundo_fator(pessoa)

    desligar_segundo_fator_de(por=fabricar_central(), quem=pessoa.cpf, motivo=f"Pediu {pessoa.cpf}, {pessoa.email}")

    detalhes = json.dumps(Ato.objects.get(ato="pessoa.segundo_fator_desligado_por_outra").detalhes)
    assert pessoa.cpf not in detalhes and pessoa.email not in detalhes


def test_a_pessoa_le_na_auditoria_que_desligaram_o_seu_segundo_fator(client):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)
    desligar_segundo_fator_de(por=fabricar_central(), quem=pessoa.email, motivo=MOTIVO)

    pagina = entrar(client, pessoa).get("/auditoria/").content.decode()

    assert "Desligou o segundo fator de outra pessoa" in pagina and MOTIVO in pagina


@pytest.mark.parametrize(
    "quem_pede",
    [
        fabricar_pessoa,
        lambda: fabricar_gestor(fabricar_orgao()),
        lambda: dar_papel(fabricar_pessoa(), Papel.AUDITORIA),
        lambda: dar_papel(fabricar_pessoa(forte=False), Papel.EQUIPE_CENTRAL),
    ],
    ids=["pessoa", "gestor", "auditoria", "central em entrada fraca"],
)
def test_para_quem_nao_e_da_equipe_central_a_pagina_nao_existe(client, quem_pede):
    pessoa, ator = fabricar_pessoa(), quem_pede()
    com_segundo_fator(pessoa)
    entrar(client, ator)

    assert client.get(CENTRAL).status_code == 404
    assert client.post(CENTRAL, {"quem": pessoa.email, "motivo": MOTIVO}).status_code == 404
    assert CENTRAL not in client.get("/minha-conta/").content.decode()
    with pytest.raises(NaoEncontrado):
        desligar_segundo_fator_de(por=ator, quem=pessoa.email, motivo=MOTIVO)
    assert tem_segundo_fator(pessoa)


def test_a_pagina_da_central_pede_entrada_e_se_acha_em_minha_conta(client):
    assert client.get(CENTRAL)["Location"].startswith("/entrar/?proximo=")
    entrar(client, fabricar_central())

    assert CENTRAL in client.get("/minha-conta/").content.decode()
    assert "no-store" in client.get(CENTRAL)["Cache-Control"]
    assert client.put(CENTRAL).status_code == 405


def test_ninguem_desliga_o_proprio_por_ali(client):
    central = fabricar_central()
    com_segundo_fator(central)

    with pytest.raises(SemPermissao):
        desligar_segundo_fator_de(por=central, quem=central.email, motivo=MOTIVO)
    pagina = entrar(client, central).post(CENTRAL, {"quem": central.email, "motivo": MOTIVO})

    assert "se desliga em «Minha conta»" in pagina.content.decode() and tem_segundo_fator(central)


@pytest.mark.parametrize(
    "quem, motivo, frase",
    [
        ("", MOTIVO, "Informe o CPF ou o e-mail."),
        ("ninguem@exemplo.org", MOTIVO, "Ninguém com esse e-mail ou CPF"),
        ("123", MOTIVO, "Ninguém com esse e-mail ou CPF"),
        ("sem@exemplo.org", MOTIVO, "não está com o segundo fator ligado"),
        ("com@exemplo.org", "  ", "Escreva o motivo"),
        ("com@exemplo.org", "x" * 501, "Escreva até 500 caracteres."),
    ],
)
def test_o_que_falta_se_explica_ao_lado_do_campo_e_no_resumo_e_nada_muda(client, quem, motivo, frase):
    com, _ = fabricar_pessoa(email="com@exemplo.org"), fabricar_pessoa(email="sem@exemplo.org")
    com_segundo_fator(com)

    resposta = entrar(client, fabricar_central()).post(CENTRAL, {"quem": quem, "motivo": motivo})

    assert resposta.status_code == 422 and resposta.content.decode().count(frase) == 2
    assert tem_segundo_fator(com)


@pytest.mark.parametrize("motivo", ["", " \n", "x" * 501])
def test_o_servico_tambem_recusa_o_motivo_vazio_ou_longo(motivo):
    pessoa = fabricar_pessoa()
    com_segundo_fator(pessoa)

    with pytest.raises(PedidoIncompleto):
        desligar_segundo_fator_de(por=None, quem=pessoa.email, motivo=motivo)


def test_o_desligamento_poe_na_fila_um_aviso_que_so_leva_o_numero_da_pessoa(django_capture_on_commit_callbacks):
    pessoa = fabricar_pessoa(cpf=fabricar_cpf())
    com_segundo_fator(pessoa)

    with django_capture_on_commit_callbacks(execute=True):
        desligar_segundo_fator_de(por=fabricar_central(), quem=pessoa.cpf, motivo=MOTIVO)

    trabalho = ProcrastinateJob.objects.latest("id")  # os testes que confirmam a transação deixam os seus na fila
    assert (trabalho.task_name, trabalho.args) == (avisar_segundo_fator_desligado.name, {"pessoa_id": pessoa.pk})


def test_a_pessoa_e_avisada_por_email_e_quem_nao_tem_email_nao_e(settings):
    settings.EMAIL_BACKEND, settings.ENDERECO = "django.core.mail.backends.locmem.EmailBackend", "https://pen.example"
    pessoa = fabricar_pessoa()

    for avisada in (pessoa, fabricar_pessoa(email="")):
        enviar_aviso_de_desligamento(avisada.pk)

    (mensagem,) = mail.outbox
    assert mensagem.to == [pessoa.email] and "segundo fator" in mensagem.subject
    assert "https://pen.example/minha-conta/segundo-fator/" in mensagem.body and MOTIVO not in mensagem.body


# --- Pelo comando


def test_pelo_comando_quem_instala_desliga_o_de_qualquer_pessoa():
    por_cpf, por_email = fabricar_pessoa(cpf=fabricar_cpf()), fabricar_pessoa()
    com_segundo_fator(por_cpf)
    com_segundo_fator(por_email)

    for opcoes in (["--cpf", por_cpf.cpf], ["--email", por_email.email]):
        saida = CliRunner().invoke(comando, ["desligar", *opcoes, "--motivo", MOTIVO])
        assert saida.exit_code == 0 and "Segundo fator desligado" in saida.output

    assert not tem_segundo_fator(por_cpf) and not tem_segundo_fator(por_email)
    assert set(Ato.objects.filter(ato="pessoa.segundo_fator_desligado_por_outra").values_list("pessoa_id", flat=True)) == {
        None
    }


@pytest.mark.parametrize(
    "opcoes, erro",
    [
        (["--cpf", "52998224725"], PessoaNaoEncontrada),
        (["--email", "sem@exemplo.org"], SegundoFatorNaoEncontrado),
        ([], SystemExit),
        (["--cpf", "52998224725", "--email", "sem@exemplo.org"], SystemExit),
    ],
)
def test_o_comando_recusa_o_que_nao_serve(opcoes, erro):
    fabricar_pessoa(email="sem@exemplo.org")

    saida = CliRunner().invoke(comando, ["desligar", *opcoes, "--motivo", MOTIVO])

    assert saida.exit_code != 0 and isinstance(saida.exception, erro)
