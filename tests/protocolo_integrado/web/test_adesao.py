"""As páginas da adesão e das credenciais: quem vê, quem faz, e a senha que só aparece uma vez."""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pen.identidade.models import CredencialDeSistema
from pen.identidade.public import Ambiente, Papel, SituacaoDoOrgao, autenticar_sistema, papel_em_vigor
from pen.protocolo_integrado.enums import CodigoDeRecusa, SituacaoDaAdesao
from pen.protocolo_integrado.interfaces.web.presenters.como_corrigir import COMO_CORRIGIR
from pen.protocolo_integrado.models import Adesao
from pen.protocolo_integrado.services import adesao as servicos
from tests.fabricas.adesao import DADOS, fabricar_adesao, homologar, renovar
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_cpf, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao
PEDIDO = {
    "sistema": "sei", "cargo": "Analista", "portaria": "Portaria 12, de 3 de maio de 2026", "email": "ti@orgao.gov.br",
    "telefone": "(61) 3333-4444",
}  # fmt: skip
RESPONSAVEL = {c: getattr(DADOS, c) for c in DADOS.__slots__}


def como(pessoa) -> Client:
    return entrar(Client(), renovar(pessoa))


def endereco(caso, resto: str = "") -> str:
    return f"/adesao/{caso.pk}/{resto}"


def do_orgao(orgao, resto: str = "credenciais/") -> str:
    return f"/orgaos/{orgao.pk}/{resto}"


def senha(texto: str) -> str:
    return re.search(r"<dt>Senha</dt><dd><code>(\w{20})</code>", texto)[1]


# O caminho inteiro, pelas páginas


def test_do_pedido_a_senha_de_producao_pelas_paginas():
    orgao, ana, bia = fabricar_orgao(sigla="ANTT"), fabricar_pessoa(nome="Ana Souza"), fabricar_central()
    dela, central = como(ana), como(bia)

    resposta = dela.post("/adesao/pedir/", PEDIDO | {"orgao": "antt"})
    pagina = resposta["Location"]
    assert "A equipe central confere o pedido" in dela.get(pagina).text
    assert "ANTT" in central.get("/central/adesoes/?situacao=pedida").text
    assert "Portaria 12, de 3 de maio de 2026" in central.get(pagina).text and "Ana Souza" in central.get(pagina).text
    assert central.post(f"{pagina}aprovar/").status_code == 302

    de_teste = senha(dela.post(f"{pagina}homologacao/").text)
    sistema = autenticar_sistema(codigo=orgao.codigo, segredo=de_teste, origem="x")
    assert sistema.ambiente == Ambiente.HOMOLOGACAO and "falta" in dela.get(pagina).text
    homologar(orgao)
    assert "A conferência abaixo está completa" in dela.get(pagina).text
    assert dela.post(f"{pagina}conferencia/").status_code == 302
    assert central.post(f"{pagina}aprovar-producao/").status_code == 302

    de_producao = senha(dela.post(f"{pagina}producao/").text)
    assert autenticar_sistema(codigo=orgao.codigo, segredo=de_producao, origem="x").ambiente == Ambiente.PRODUCAO
    assert "o sistema já pode enviar" in dela.get(pagina).text


def test_a_senha_so_aparece_na_resposta_de_quem_a_criou():
    caso = fabricar_adesao(S.CONCLUIDA)
    dele = como(caso.responsavel)

    resposta = dele.post(endereco(caso, "producao/"))
    segredo = senha(resposta.text)

    assert (
        resposta.status_code == 200 and "no-store" in resposta["Cache-Control"] and "private" in resposta["Cache-Control"]
    )
    assert segredo not in str(dict(dele.session)) and segredo not in str(resposta.headers)
    for pagina in (endereco(caso), do_orgao(caso.orgao), "/adesao/", "/auditoria/"):
        assert segredo not in dele.get(pagina).text
    de_novo = dele.post(endereco(caso, "producao/"))
    assert de_novo.status_code == 409 and segredo not in de_novo.text and "crie outra" in de_novo.text
    assert CredencialDeSistema.objects.filter(orgao=caso.orgao, ambiente="producao").count() == 1


# O começo


def test_qualquer_um_le_como_aderir_sem_entrar(client):
    resposta = client.get("/adesao/")

    assert resposta.status_code == 200 and "/adesao/pedir/" in resposta.text and "Seus pedidos" not in resposta.text


def test_quem_entrou_ve_os_seus_pedidos_e_nao_os_dos_outros():
    caso, outro = fabricar_adesao(), fabricar_adesao()

    texto = como(caso.responsavel).get("/adesao/").text

    assert endereco(caso) in texto and endereco(outro) not in texto
    assert "/central/adesoes/" not in texto and "/central/adesoes/" in como(caso.central).get("/adesao/").text


def test_o_formulario_de_pedido_abre_e_a_entrada_fraca_le_o_que_fazer():
    forte, fraca = como(fabricar_pessoa()), como(fabricar_pessoa(forte=False))

    assert 'name="portaria"' in forte.get("/adesao/pedir/").text
    texto = fraca.get("/adesao/pedir/").text
    assert 'name="portaria"' not in texto and "prata ou ouro" in texto
    orgao = fabricar_orgao()
    assert fraca.post("/adesao/pedir/", PEDIDO | {"orgao": orgao.codigo}).status_code == 403 and not Adesao.objects.exists()


@pytest.mark.parametrize(
    ("campo", "valor", "frase"),
    [("orgao", "", "Informe o órgão."), ("orgao", "não existe", "Nenhum órgão com essa sigla, código ou nome."),
     ("cargo", " ", "Informe o cargo."), ("portaria", "", "Informe o número e a data da portaria."),
     ("email", "ana", "O e-mail deve ser como nome@orgao.gov.br."), ("telefone", "ligue", "Escreva o telefone só com números"),
     ("sistema", "", "Escolha o sistema."), ("sistema", "outro", "Informe o nome do sistema."), ("sistema", "x", "não é uma das")],
)  # fmt: skip
def test_pedido_invalido_explica_ao_lado_do_campo_e_no_resumo(campo, valor, frase):
    orgao = fabricar_orgao()

    resposta = como(fabricar_pessoa()).post("/adesao/pedir/", PEDIDO | {"orgao": orgao.codigo} | {campo: valor})

    assert resposta.status_code == 422 and resposta.text.count(frase) == 2 and "<title>Erro: " in resposta.text
    assert not Adesao.objects.exists()


def test_orgao_que_ja_pediu_ou_homonimo_aparece_como_erro_do_campo():
    caso = fabricar_adesao()
    fabricar_orgao(sigla="MS", nome="Saúde")
    fabricar_orgao(sigla="MS", nome="Mato Grosso do Sul")
    dela = como(fabricar_pessoa())

    assert "já tem um pedido de adesão" in dela.post("/adesao/pedir/", PEDIDO | {"orgao": caso.orgao.codigo}).text
    assert "Há mais de um órgão assim" in dela.post("/adesao/pedir/", PEDIDO | {"orgao": "ms"}).text


def test_pedidos_demais_e_erro_do_formulario():
    ana = fabricar_pessoa()
    for _ in range(servicos.PEDIDOS_MAXIMO):
        servicos.pedir_adesao(por=ana, orgao_id=fabricar_orgao().pk, dados=DADOS, sistema="sei")

    resposta = como(ana).post("/adesao/pedir/", PEDIDO | {"orgao": fabricar_orgao().codigo})

    assert resposta.status_code == 422 and "que é o máximo" in resposta.text


# Quem vê e quem faz: o mesmo para todos os endereços

ATOS_DA_ADESAO = [
    "aprovar/",
    "recusar/",
    "cancelar/",
    "homologacao/",
    "conferencia/",
    "devolver/",
    "aprovar-producao/",
    "producao/",
]
ATOS_DO_ORGAO = ["credenciais/criar/", "responsavel/", "suspender/", "reativar/"]
CORPO = {
    "recusar-texto": "x", "devolver-texto": "x", "dispensar-texto": "x", "texto": "x", "ambiente": "homologacao",
    **RESPONSAVEL,
}  # fmt: skip


def corpo() -> dict[str, str]:
    return CORPO | {"cpf": fabricar_cpf()}


def atos_do_orgao(caso) -> list[str]:
    revogar = f"credenciais/{caso.adesao.credencial_homologacao_id}/revogar/"
    return [do_orgao(caso.orgao, ato) for ato in [*ATOS_DO_ORGAO, revogar]]


@pytest.mark.parametrize(
    "pagina", ["/adesao/pedir/", f"/adesao/{uuid.UUID(int=7)}/", "/central/adesoes/", "/orgaos/1/credenciais/"]
)
def test_sem_entrar_vai_para_entrar_e_volta(client, pagina):
    resposta = client.get(pagina)

    assert resposta.status_code == 302 and resposta["Location"].startswith("/entrar/?proximo=%2F")


def test_sem_entrar_nenhum_ato_acontece(client):
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)

    for ato in [*(endereco(caso, a) for a in ATOS_DA_ADESAO), *atos_do_orgao(caso)]:
        resposta = client.post(ato, corpo())
        assert (resposta.status_code, resposta["Location"]) == (302, "/entrar/?proximo=%2F"), ato
    assert caso.agora().situacao == S.EM_HOMOLOGACAO


def test_para_estranhos_nada_existe():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for estranho in (fabricar_pessoa(), fabricar_gestor(fabricar_orgao())):
        dele = como(estranho)
        for pagina in (
            endereco(caso),
            endereco(caso, "cancelar/"),
            do_orgao(caso.orgao),
            do_orgao(caso.orgao, "responsavel/"),
        ):
            assert dele.get(pagina).status_code == 404, pagina
        for ato in [*(endereco(caso, a) for a in ATOS_DA_ADESAO), *atos_do_orgao(caso)]:
            assert dele.post(ato, corpo()).status_code == 404, ato
    inexistente = como(fabricar_pessoa()).get(f"/adesao/{uuid.uuid4()}/")
    assert inexistente.status_code == 404
    assert como(fabricar_central()).get("/orgaos/99999999/credenciais/").status_code == 404


def test_quem_so_consulta_ve_sem_botoes_e_nao_muda():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    leitor = como(dar_papel(fabricar_pessoa(), Papel.CONSULTA, caso.orgao))

    for pagina in (endereco(caso), do_orgao(caso.orgao)):
        resposta = leitor.get(pagina)
        formularios = re.findall(r'<form[^>]*action="(/(?:adesao|orgaos)/[^"]*)"', resposta.text)
        assert resposta.status_code == 200 and formularios == [] and "O que fazer agora" not in resposta.text
    for ato in [*(endereco(caso, a) for a in ATOS_DA_ADESAO), *atos_do_orgao(caso)]:
        assert leitor.post(ato, corpo()).status_code == 403, ato
    assert caso.agora().situacao == S.EM_HOMOLOGACAO


def test_entrada_fraca_le_a_propria_adesao_e_nao_age():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    caso.responsavel.entrada_forte = False
    dele = como(caso.responsavel)

    texto = dele.get(endereco(caso)).text
    assert "prata ou ouro" in texto and "O que fazer agora" not in texto
    for ato in [*(endereco(caso, a) for a in ATOS_DA_ADESAO), *atos_do_orgao(caso)]:
        assert dele.post(ato, corpo()).status_code == 403, ato
    assert dele.get(do_orgao(caso.orgao)).status_code == 403


def test_a_lista_da_central_e_so_dela():
    caso = fabricar_adesao()

    for pessoa in (caso.responsavel, fabricar_gestor(caso.orgao), fabricar_pessoa()):
        assert como(pessoa).get("/central/adesoes/").status_code == 403
    assert como(caso.central).get("/central/adesoes/").status_code == 200


@pytest.mark.parametrize("ato", [a for a in ATOS_DA_ADESAO if a != "cancelar/"])
def test_ato_por_get_e_405(ato):
    caso = fabricar_adesao()

    assert como(caso.central).get(endereco(caso, ato)).status_code == 405


@pytest.mark.parametrize(("metodo", "pagina"), [("post", "/adesao/"), ("put", "/adesao/pedir/"), ("post", "/central/adesoes/"),
                                                ("post", "/orgaos/1/credenciais/"), ("get", "/orgaos/1/credenciais/criar/"),
                                                ("get", "/orgaos/1/suspender/"), ("get", "/orgaos/1/reativar/"),
                                                ("delete", "/orgaos/1/responsavel/")])  # fmt: skip
def test_metodo_errado_e_405(metodo, pagina):
    assert getattr(como(fabricar_central()), metodo)(pagina).status_code == 405


def test_sem_a_marca_do_formulario_nenhum_ato_vale():
    caso = fabricar_adesao()
    desconfiado = entrar(Client(enforce_csrf_checks=True), caso.central)

    assert desconfiado.post(endereco(caso, "aprovar/")).status_code == 403 and caso.agora().situacao == S.PEDIDA


# A página da adesão


def botoes(texto: str) -> set[str]:
    return set(re.findall(r'action="/adesao/[0-9a-f-]+/([a-z-]+)/"', texto))


@pytest.mark.parametrize(
    ("situacao", "do_responsavel", "da_central"),
    [(S.PEDIDA, set(), {"aprovar", "recusar"}), (S.EM_HOMOLOGACAO, {"conferencia"}, set()),
     (S.EM_CONFERENCIA, set(), {"aprovar-producao", "devolver", "recusar"}), (S.CONCLUIDA, {"producao"}, set())],
)  # fmt: skip
def test_cada_um_ve_os_botoes_que_pode_usar_agora(situacao, do_responsavel, da_central):
    caso = fabricar_adesao(situacao)

    assert botoes(como(caso.responsavel).get(endereco(caso)).text) == do_responsavel
    assert botoes(como(caso.central).get(endereco(caso)).text) == da_central


def test_recusar_sem_motivo_explica_e_com_motivo_recusa():
    caso = fabricar_adesao()
    central = como(caso.central)

    resposta = central.post(endereco(caso, "recusar/"), {"recusar-texto": " "})
    assert resposta.status_code == 422 and resposta.text.count("Escreva o motivo: ele fica registrado.") == 2
    assert central.post(endereco(caso, "recusar/"), {"recusar-texto": "Portaria <vencida>"}).status_code == 302

    assert caso.agora().situacao == S.RECUSADA
    assert "Portaria &lt;vencida&gt;" in como(caso.responsavel).get(endereco(caso)).text


def test_aprovar_producao_em_falta_pede_a_dispensa_e_devolver_diz_o_que_falta():
    caso = fabricar_adesao(S.EM_CONFERENCIA)
    central = como(caso.central)

    resposta = central.post(endereco(caso, "aprovar-producao/"), {"dispensar-texto": ""})
    assert resposta.status_code == 422 and resposta.text.count("escreva por que os dispensa") == 2
    assert central.post(endereco(caso, "devolver/"), {"devolver-texto": ""}).status_code == 422
    assert central.post(endereco(caso, "devolver/"), {"devolver-texto": "Faltam unidades."}).status_code == 302

    assert "Faltam unidades." in como(caso.responsavel).get(endereco(caso)).text


def test_passo_ja_dado_responde_409_com_a_situacao():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)

    resposta = como(caso.central).post(endereco(caso, "aprovar/"))

    assert resposta.status_code == 409 and "em homologação" in resposta.text


def test_cancelar_pergunta_antes():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    dele = como(caso.responsavel)

    assert "Você quer cancelar" in dele.get(endereco(caso, "cancelar/")).text and caso.agora().aberta
    assert dele.post(endereco(caso, "cancelar/")).status_code == 302

    assert caso.agora().situacao == S.CANCELADA


def test_a_conferencia_diz_o_que_se_viu_e_como_corrigir():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    nup = fabricar_nup()
    enviar(fabricar_sistema(caso.orgao, Ambiente.HOMOLOGACAO), documento(), documento(nup, assunto=""))

    texto = como(caso.responsavel).get(endereco(caso)).text

    for parte in ("1 protocolo distinto aceito.", "Envie pelo menos 10 protocolos diferentes.", "NF004", nup,
                  "Preencha o elemento que o motivo cita", "Forçar Reenvio"):  # fmt: skip
        assert parte in texto, parte


def test_todo_codigo_de_recusa_diz_como_corrigir():
    assert set(COMO_CORRIGIR) == set(CodigoDeRecusa)
    assert all(len(frase) > 20 for orientacao in COMO_CORRIGIR.values() for frase in orientacao)


def test_dados_de_uma_adesao_nao_vao_a_buscadores_nem_a_caches():
    resposta = como((caso := fabricar_adesao()).responsavel).get(endereco(caso))

    assert "noindex" in resposta["X-Robots-Tag"] and "no-store" in resposta["Cache-Control"]


# A lista da central


def test_a_lista_da_central_filtra_e_uma_situacao_estranha_mostra_todas():
    pedida, concluida = fabricar_adesao(), fabricar_adesao(S.CONCLUIDA)
    central = como(pedida.central)

    texto = central.get("/central/adesoes/?situacao=concluida").text
    assert endereco(concluida) in texto and endereco(pedida) not in texto
    assert "Nenhum pedido nesta situação" in central.get("/central/adesoes/?situacao=recusada").text
    for estranho in ("?situacao=xyz", "?apos=xyz", "?situacao=%00"):
        assert endereco(pedida) in central.get(f"/central/adesoes/{estranho}").text


def test_a_lista_da_central_pagina_sem_repetir(monkeypatch):
    monkeypatch.setattr("pen.protocolo_integrado.selectors.adesoes.POR_PAGINA", 2)
    casos = [fabricar_adesao() for _ in range(3)]
    central = como(casos[0].central)

    primeira = central.get("/central/adesoes/?situacao=pedida").text
    seguinte = re.search(r'href="(\?[^"]*apos=[^"]+)" rel="next"', primeira)[1].replace("&amp;", "&")
    segunda = central.get(f"/central/adesoes/{seguinte}").text

    assert [endereco(c) in primeira for c in casos] == [False, True, True]
    assert [endereco(c) in segunda for c in casos] == [True, False, False] and 'rel="next"' not in segunda


def consultas(cliente, pagina) -> int:
    with CaptureQueriesContext(connection) as capturadas:
        assert cliente.get(pagina).status_code == 200
    return len(capturadas)


def test_o_numero_de_consultas_nao_cresce():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    central, dele = como(caso.central), como(caso.responsavel)
    paginas = [(central, "/central/adesoes/"), (dele, do_orgao(caso.orgao)), (dele, "/adesao/"), (dele, endereco(caso))]
    enviar(sistema := fabricar_sistema(caso.orgao, Ambiente.HOMOLOGACAO), documento(), documento("sem algarismo"))
    antes = [consultas(*p) for p in paginas]

    for _ in range(3):
        fabricar_adesao()
        fabricar_credencial(caso.orgao, Ambiente.HOMOLOGACAO)
        servicos.pedir_adesao(por=caso.responsavel, orgao_id=fabricar_orgao().pk, dados=DADOS, sistema="sei")
        enviar(sistema, documento(), documento("nada aqui"), documento(assunto=""))

    assert [consultas(*p) for p in paginas] == antes


# As credenciais


def test_rotacao_pelas_paginas():
    caso = fabricar_adesao(S.CONCLUIDA)
    dele = como(caso.responsavel)
    antiga = senha(dele.post(endereco(caso, "producao/")).text)
    antiga_id = caso.agora().credencial_producao_id

    nova = senha(dele.post(do_orgao(caso.orgao, "credenciais/criar/"), {"ambiente": "producao"}).text)
    assert autenticar_sistema(codigo=caso.orgao.codigo, segredo=antiga, origem="x")
    pergunta = dele.get(do_orgao(caso.orgao, f"credenciais/{antiga_id}/revogar/")).text
    assert "usada pela última vez em" in pergunta
    assert dele.post(do_orgao(caso.orgao, f"credenciais/{antiga_id}/revogar/")).status_code == 302

    assert autenticar_sistema(codigo=caso.orgao.codigo, segredo=nova, origem="x")
    texto = dele.get(do_orgao(caso.orgao)).text
    assert texto.count("Revogada em") == 1 and nova not in texto and antiga not in texto


@pytest.mark.parametrize("ambiente", ["", "producao", "outro"])
def test_ambiente_que_nao_se_pode_escolher_explica(ambiente):
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)

    resposta = como(caso.responsavel).post(do_orgao(caso.orgao, "credenciais/criar/"), {"ambiente": ambiente})

    assert resposta.status_code == 422 and "Confira o que você preencheu" in resposta.text
    assert not CredencialDeSistema.objects.filter(orgao=caso.orgao, ambiente="producao").exists()


def test_credenciais_demais_e_erro_do_formulario():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for _ in range(4):
        fabricar_credencial(caso.orgao, Ambiente.HOMOLOGACAO)

    resposta = como(caso.responsavel).post(do_orgao(caso.orgao, "credenciais/criar/"), {"ambiente": "homologacao"})

    assert resposta.status_code == 422 and resposta.text.count("que é o máximo. Revogue alguma antes.") == 2


def test_credencial_de_outro_orgao_nao_se_revoga_por_aqui():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    de_outro, _ = fabricar_credencial()
    dele = como(caso.responsavel)

    for metodo in (dele.get, dele.post):
        assert metodo(do_orgao(caso.orgao, f"credenciais/{de_outro.pk}/revogar/")).status_code == 404
    de_outro.refresh_from_db()
    assert de_outro.revogada_em is None


def test_orgao_sem_credencial_diz_de_onde_elas_vem():
    orgao = fabricar_orgao()

    texto = como(fabricar_gestor(orgao)).get(do_orgao(orgao)).text

    assert "Nenhuma credencial ainda" in texto and "/adesao/" in texto and "Criar outra" not in texto


def test_trocar_o_responsavel_pela_pagina_leva_quem_saiu_ao_comeco():
    caso = fabricar_adesao(S.CONCLUIDA)
    dele, cpf = como(caso.responsavel), fabricar_cpf()
    assert 'name="cpf"' in dele.get(do_orgao(caso.orgao, "responsavel/")).text

    com_pontos = f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"
    resposta = dele.post(do_orgao(caso.orgao, "responsavel/"), RESPONSAVEL | {"cpf": com_pontos})

    assert (resposta.status_code, resposta["Location"]) == (302, "/adesao/")
    assert caso.agora().responsavel.cpf == cpf and papel_em_vigor(caso.adesao.responsavel_id, Papel.GESTOR, caso.orgao.pk)
    assert dele.get(do_orgao(caso.orgao)).status_code == 404 and dele.get(endereco(caso)).status_code == 404


@pytest.mark.parametrize(("cpf", "frase"), [("", "Informe o CPF."), ("123.456.789-00", "O CPF não confere")])
def test_responsavel_com_cpf_errado_explica(cpf, frase):
    caso = fabricar_adesao(S.CONCLUIDA)

    resposta = como(caso.central).post(do_orgao(caso.orgao, "responsavel/"), RESPONSAVEL | {"cpf": cpf})

    assert resposta.status_code == 422 and resposta.text.count(frase) == 2


def test_suspender_e_reativar_pela_pagina_da_central():
    caso = fabricar_adesao(S.CONCLUIDA)
    central = como(caso.central)

    assert central.post(do_orgao(caso.orgao, "suspender/"), {"texto": ""}).status_code == 422
    assert central.post(do_orgao(caso.orgao, "suspender/"), {"texto": "Dados sigilosos."}).status_code == 302
    caso.orgao.refresh_from_db()
    assert caso.orgao.situacao == SituacaoDoOrgao.SUSPENSO
    texto = como(caso.responsavel).get(do_orgao(caso.orgao)).text
    assert "NF008" in texto and "Reativar o órgão" not in texto
    assert central.post(do_orgao(caso.orgao, "suspender/"), {"texto": "De novo."}).status_code == 409
    assert central.post(do_orgao(caso.orgao, "reativar/"), {"texto": "Corrigiu."}).status_code == 302
    caso.orgao.refresh_from_db()
    assert caso.orgao.situacao == SituacaoDoOrgao.ATIVO


# As páginas por dentro


def test_nenhuma_pagina_traz_estilo_ou_script_embutido_e_todo_formulario_tem_a_marca():
    caso, concluida = fabricar_adesao(S.EM_CONFERENCIA), fabricar_adesao(S.CONCLUIDA)
    central, dele = como(caso.central), como(concluida.responsavel)
    respostas = [
        central.get(endereco(caso)), central.get("/central/adesoes/"), central.get(do_orgao(caso.orgao)),
        central.get(do_orgao(caso.orgao, "responsavel/")), central.get("/adesao/pedir/"), central.get("/adesao/"),
        dele.post(endereco(concluida, "producao/")), dele.get(do_orgao(concluida.orgao)),
        central.get(endereco(caso, "cancelar/")),
        dele.get(do_orgao(concluida.orgao, f"credenciais/{concluida.adesao.credencial_homologacao_id}/revogar/")),
    ]  # fmt: skip

    for resposta in respostas:
        texto = resposta.text
        assert resposta.status_code == 200
        assert not re.search(r"<script(?![^>]*\bsrc=)|\bstyle=|<style|\son[a-z]+=", texto)
        conteudo = texto.partition('<main id="conteudo"')[2].partition("</main>")[0]
        postados = len(re.findall(r'<form[^>]*method="post"', conteudo))
        assert conteudo.count("csrfmiddlewaretoken") == postados
        ids = re.findall(r'\sid="([^"]+)"', texto)
        assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
