"""Toda operação da API da Central, por todo papel: o que não é de quem pede se recusa, e o do órgão alheio não existe."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pen.atendimento.enums import Passo
from pen.atendimento.models import Anexo, DiaSemExpediente, Equipe, Integrante, Meta, Seguidor
from pen.atendimento.services.filtros import guardar_filtro
from pen.atendimento.services.gatilhos import escrever_gatilho
from pen.atendimento.services.inscricoes import criar_inscricao
from pen.atendimento.services.macros import escrever_macro
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.config.api import api
from pen.identidade.enums import Escopo
from tests.atendimento.rest.test_chamados import com_chave
from tests.atendimento.test_manifestacoes import manifestar
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado, fabricar_equipe, fabricar_seguidor
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]

PAPEIS = ["estranho", "de outra equipe", "solicitante", "seguidor", "atendente", "central"]
TODOS, CENTRAL = set(PAPEIS), {"central"}
DO_CHAMADO, ATENDEM = {"solicitante", "seguidor", "atendente"}, {"atendente", "de outra equipe"}
NOTA = {"nome": "Outra", "acoes": [{"passo": "anotar", "texto": "Nota"}]}
POLITICA = {"relogio": "corrido", "horas": 72, "lembretes": [24, 48], "horas_de_reabertura": 48}
PRODUTO = {"nome": "X", "o_que_e": "X", "para_que_serve": "X", "esferas": ["federal"]}
CPF = {"cpf": "111.444.777-35"}

# operação → (quem pode, o corpo). Quem pode tem menos de 400, ou 422 do que o corpo deixa por dizer; os outros, 403 ou 404.
OPERACOES = {
    "catalogo": (TODOS, None), "listar_chamados": (TODOS, None), "buscar_chamados": (TODOS, None), "abrir_chamado": (TODOS, {}),
    "abrir_chamado_com_anexos": (TODOS, "arquivos"), "consultar_chamado": (DO_CHAMADO, None),
    "dar_passo": ({"atendente"}, {"passo": "anotar", "texto": "x"}), "mandar_anexos": ({"solicitante", "seguidor"}, "arquivos"),
    "baixar_anexo": (DO_CHAMADO, None), "listar_fila": (ATENDEM, None), "listar_seguidores": ({"solicitante"}, None),
    "incluir_seguidor": ({"solicitante"}, CPF), "excluir_seguidor": ({"solicitante", "seguidor"}, None),
    "explicar_prazos": (DO_CHAMADO, None), "avaliar_chamado": (set(), {"nota": 5}), "listar_macros": (DO_CHAMADO, None),
    "ver_macro": ({"atendente"}, None),
    "prever_macro": ({"atendente"}, {}), "aplicar_macro": ({"atendente"}, {}), "contar_fila": (ATENDEM, None),
    "listar_filtros": (ATENDEM, None), "guardar_filtro": (ATENDEM, {"nome": "n", "consulta": "meus=on"}),
    "excluir_filtro": (ATENDEM, None), "alterar_recebimento": (ATENDEM, {"recebe": False}),
    "agir_em_lote": (ATENDEM, {"chaves": ["nada"], "pedido": {"passo": "anotar", "texto": "x"}}),
    "listar_manifestacoes": (TODOS, None), "manifestar_se": (TODOS, {}),
    "consultar_manifestacao": ({"solicitante", "central"}, None),
    "tratar_manifestacao": (CENTRAL, {"resposta": "x"}), "listar_equipes": (CENTRAL, None), "incluir_integrante": (CENTRAL, CPF),
    "encerrar_integrante": (CENTRAL, None), "alterar_distribuicao": (CENTRAL, {"distribuicao": "carga"}),
    "ver_politica": (TODOS, None), "adotar_politica": (CENTRAL, POLITICA), "simular_politica": (CENTRAL, POLITICA),
    "painel_da_central": (CENTRAL, None), "listar_guarda": (CENTRAL, None), "listar_produtos_do_cadastro": (CENTRAL, None),
    "criar_produto": (CENTRAL, {**PRODUTO, "codigo": "novo"}), "ver_produto_no_cadastro": (CENTRAL, None),
    "alterar_produto": (CENTRAL, PRODUTO), "retirar_produto": (CENTRAL, {"retirado": True}),
    "criar_tipo": (CENTRAL, {"codigo": "novo", "nome": "Novo"}), "retirar_tipo": (CENTRAL, {"retirado": True}),
    "ver_formulario": (CENTRAL, None), "publicar_formulario": (CENTRAL, {"versao": 1, "definicao": {}}),
    "ver_expediente": (CENTRAL, None), "alterar_semana": (CENTRAL, [{"dia": 0, "inicio": 480, "fim": 1080}]),
    "incluir_dia_sem_expediente": (CENTRAL, {"dia": "2027-03-03", "nome": "Luto"}), "excluir_dia_sem_expediente": (CENTRAL, None),
    "listar_metas": (CENTRAL, None), "definir_meta": (CENTRAL, {"produto": "sei", "resposta_horas": 1, "solucao_horas": 2}),
    "excluir_meta": (CENTRAL, None), "listar_macros_do_cadastro": (CENTRAL, None), "criar_macro": (CENTRAL, NOTA),
    "alterar_macro": (CENTRAL, NOTA), "retirar_macro": (CENTRAL, None), "listar_gatilhos": (CENTRAL, None),
    "criar_gatilho": (CENTRAL, {**NOTA, "quando": "abrir"}), "alterar_gatilho": (CENTRAL, {**NOTA, "quando": "abrir"}),
    "listar_webhooks": (TODOS, None), "criar_webhook": (TODOS, {"endereco": "https://sistema.orgao.exemplo/"}),
    "trocar_segredo_do_webhook": ({"solicitante"}, {}),
    "excluir_webhook": ({"solicitante"}, None), "listar_entregas": ({"solicitante"}, None),
    "ligar_gatilho": (CENTRAL, {"ligado": True}), "ensaiar_gatilho": (CENTRAL, {"quando": "abrir", "condicoes": {}}),
}  # fmt: skip
DA_CENTRAL = {"Chamados", "Fila", "Manifestações", "Gestão da Central", "Cadastro da Central", "Webhooks"}


def operacoes() -> dict[str, tuple[str, str]]:
    """Nome → (verbo, caminho), das rotas da Central."""
    return {
        o["operationId"]: (verbo, caminho)
        for caminho, verbos in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
        for verbo, o in verbos.items() if DA_CENTRAL & set(o.get("tags", ()))
    }  # fmt: skip


def test_toda_operacao_esta_na_tabela():
    assert set(operacoes()) == set(OPERACOES)


@pytest.fixture
def cena():
    chamado, atendente, seguidor, central = fabricar_chamado(), fabricar_atendente(), fabricar_pessoa(), fabricar_central()
    fabricar_seguidor(chamado, seguidor)
    anexo = AnexoNovo("tela.txt", BytesIO(b"O que aparece na tela."))
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[anexo])
    acoes = [{"passo": "anotar", "texto": "Nota"}]
    webhook, _ = criar_inscricao(por=chamado.solicitante, endereco="https://sistema.orgao.exemplo/")
    argumentos = {
        "esfera": "federal", "chave": chamado.chave, "inscricao_id": webhook.pk, "codigo": "sei",
        "anexo_id": Anexo.objects.get().pk,
        "seguidor_id": Seguidor.objects.get().pk, "filtro_id": guardar_filtro(por=atendente, nome="meu", consulta="meus=on").pk,
        "equipe_id": Equipe.objects.get(codigo="tecnica").pk, "integrante_id": Integrante.objects.get(pessoa=atendente).pk,
        "tipo_id": chamado.formulario.tipo_id, "dia_id": DiaSemExpediente.objects.first().pk, "meta_id": Meta.objects.get().pk,
        "macro_id": escrever_macro(por=central, nome="Anotar", produto=None, acoes=acoes).pk,
        "gatilho_id": escrever_gatilho(por=central, nome="G", quando=Passo.ABRIR, condicoes={}, acoes=acoes).pk,
    }  # fmt: skip
    da_manifestacao = argumentos | {"chave": manifestar(chamado.solicitante).chave}
    papeis = {
        "estranho": fabricar_pessoa(), "de outra equipe": fabricar_atendente(fabricar_equipe()), "atendente": atendente,
        "solicitante": chamado.solicitante, "seguidor": seguidor, "central": central,
    }  # fmt: skip
    fabricar_pessoa(cpf="11144477735")
    return papeis, lambda nome: da_manifestacao if nome.endswith("_manifestacao") else argumentos


def endereco(nome, caminho, argumentos):
    return caminho.format(**argumentos(nome)) + ("?desde=2026-11-01&ate=2026-11-30" if nome == "painel_da_central" else "")


def pedir(client, verbo, caminho, corpo, cabecalhos):
    if corpo == "arquivos":
        dados = {"arquivos": SimpleUploadedFile("a.txt", b"texto"), "abertura": "{}"}
        return client.post(caminho, dados, headers=cabecalhos)
    if corpo is None:
        return getattr(client, verbo)(caminho, headers=cabecalhos)
    return getattr(client, verbo)(caminho, corpo, content_type="application/json", headers=cabecalhos)


@pytest.mark.parametrize("papel", PAPEIS)
def test_matriz_operacao_x_papel(client, cena, papel):
    papeis, argumentos = cena
    cabecalhos, erradas = com_chave(papeis[papel]), []
    # O que encerra, exclui ou retira vem por último: o resto ainda precisa do que há.
    em_ordem = sorted(operacoes().items(), key=lambda o: o[0].startswith(("excluir", "retirar", "encerrar", "alterar_re")))
    for nome, (verbo, caminho) in em_ordem:
        podem, corpo = OPERACOES[nome]
        situacao = pedir(client, verbo, endereco(nome, caminho, argumentos), corpo, cabecalhos).status_code
        aceita = situacao < 400 or situacao == 422 if papel in podem else situacao in {403, 404}
        if not aceita:
            erradas.append((nome, situacao))

    assert erradas == []


def test_sem_chave_nenhuma_operacao_responde(client, cena):
    _, argumentos = cena
    respostas = {
        nome: pedir(client, verbo, caminho.format(**argumentos(nome)), OPERACOES[nome][1], {}).status_code
        for nome, (verbo, caminho) in operacoes().items()
    }
    assert {nome: s for nome, s in respostas.items() if s != 401} == {}


def test_sem_o_escopo_dos_papeis_a_equipe_central_nao_age(client, cena):
    papeis, argumentos = cena
    cabecalhos = com_chave(papeis["central"], Escopo.LER, Escopo.ESCREVER)
    for nome, (verbo, caminho) in operacoes().items():
        podem, corpo = OPERACOES[nome]
        if podem == CENTRAL:
            situacao = pedir(client, verbo, endereco(nome, caminho, argumentos), corpo, cabecalhos).status_code
            assert situacao == 403, nome
