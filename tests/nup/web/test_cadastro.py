"""As páginas do CNUP e da numeração: o que o público vê, o que cada um pode, e o que se explica quando algo falta."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pen.identidade.public import Papel
from pen.nup.enums.situacoes import Operacao, SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.models import Anexo, Contador, GestorDeUp, Participacao, Pedido, Reserva
from pen.nup.services.decisoes import Decisao, deferir_pedido
from pen.nup.services.pedidos import AnexoNovo, pedir_cadastro, pedir_inativacao, pedir_migracao
from pen.nup.services.unidades import carregar_unidades_observadas
from pen.nup.values.numeros import gerar_nup
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.nup import FICHA, fabricar_gestor_de_up, fabricar_participante, fabricar_unidade
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_cpf, fabricar_pessoa

pytestmark = pytest.mark.django_db
PDF = AnexoNovo("portaria nº 7.pdf", b"%PDF-1.7 x")
DESIGNACAO = {"portaria": "Portaria 7", "email": "up@orgao.gov.br", "telefone": "(61) 3333-4444"}


def cadastrar(orgao=None, *, por=None, anexos=()):
    orgao = orgao or fabricar_participante()
    return pedir_cadastro(
        por=por or fabricar_gestor_de_up(orgao), orgao_id=orgao.pk, ficha=FICHA, motivo="Protocolo novo.", anexos=anexos
    )


class TestUnidades:
    def test_a_lista_e_publica_com_filtros_no_endereco(self, client):
        ativa, inativa = fabricar_unidade(), fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA)

        todas = client.get("/nup/unidades/").text
        filtrada = client.get("/nup/unidades/", {"situacao": "inativa"}).text

        assert ativa.codigo in todas
        assert inativa.codigo in todas
        assert ativa.codigo not in filtrada

    def test_a_carga_inicial_aparece_como_tal_em_paginas(self, client):
        carregar_unidades_observadas()

        primeira = client.get("/nup/unidades/", {"situacao": "pendente"})
        segunda = client.get("/nup/unidades/", {"situacao": "pendente", "apos": "00400"})

        assert "Vista em números reais; sem dono no cadastro" in primeira.text
        assert "Próxima" in primeira.text
        assert segunda.status_code == 200

    @pytest.mark.parametrize("consulta", [{"situacao": "outra"}, {"uf": "XX"}, {"apos": "\0"}, {"q": "x" * 300}])
    def test_filtro_que_nao_serve_nao_quebra_a_lista(self, client, consulta):
        assert client.get("/nup/unidades/", consulta).status_code == 200

    def test_o_csv_traz_os_filtros_e_nao_vira_formula(self, client):
        unidade = fabricar_unidade()
        unidade.nome = "=1+1"
        unidade.save()

        texto = b"".join(client.get("/nup/unidades.csv", {"situacao": "ativa"}).streaming_content).decode()

        assert f"{unidade.codigo};ativa;'=1+1" in texto

    def test_a_unidade_mostra_a_historia_sem_motivos_nem_nomes(self, client):
        unidade = fabricar_unidade()

        pagina = client.get(f"/nup/unidades/{unidade.codigo}/").text

        assert unidade.orgao.sigla in pagina
        assert "De teste" not in pagina
        assert "O que você pode fazer" not in pagina
        assert client.get("/nup/unidades/99998/").status_code == 404

    @pytest.mark.parametrize("quem", ["gestor", "equipe PEN", "auditoria"])
    def test_quem_cuida_ou_fiscaliza_ve_quem_mudou_a_unidade_e_por_que(self, client, quem):
        unidade, central = fabricar_unidade(), fabricar_central()
        central.nome = "Quem Inativou"
        central.save()
        gestor = fabricar_gestor_de_up(unidade.orgao)
        pedido = pedir_inativacao(por=gestor, codigo=unidade.codigo, motivo="O setor acabou.")
        deferir_pedido(por=central, pedido_id=pedido.pk, decisao=Decisao("Setor extinto."))
        auditor = dar_papel(fabricar_pessoa(), Papel.AUDITORIA)

        assert "Quem Inativou" not in client.get(f"/nup/unidades/{unidade.codigo}/").text
        pagina = (
            entrar(client, {"gestor": gestor, "equipe PEN": central, "auditoria": auditor}[quem])
            .get(f"/nup/unidades/{unidade.codigo}/")
            .text
        )

        assert "Quem Inativou" in pagina and "Setor extinto." in pagina

    def test_quem_cuida_ve_o_que_pode_pedir(self, client):
        unidade = fabricar_unidade()

        pagina = entrar(client, fabricar_gestor_de_up(unidade.orgao)).get(f"/nup/unidades/{unidade.codigo}/").text

        assert "Pedir inativação de unidade" in pagina
        assert "Pedir reativação" not in pagina

    def test_o_numero_de_consultas_da_lista_nao_cresce(self, client, django_assert_max_num_queries):
        fabricar_unidade()
        client.get("/nup/unidades/")
        with django_assert_max_num_queries(4):
            client.get("/nup/unidades/")
        for _ in range(5):
            fabricar_unidade()
        with django_assert_max_num_queries(4):
            client.get("/nup/unidades/")


class TestGestores:
    def test_a_lista_e_publica_e_se_procura(self, client):
        orgao = fabricar_participante()
        pessoa = fabricar_gestor_de_up(orgao)

        assert pessoa.nome in client.get("/nup/gestores/", {"q": orgao.sigla}).text
        assert pessoa.nome not in client.get("/nup/gestores/", {"q": "outro"}).text
        assert pessoa.nome in b"".join(client.get("/nup/gestores.csv").streaming_content).decode()

    def test_um_gestor_designa_outro_e_encerra(self, client):
        orgao = fabricar_participante()
        entrar(client, fabricar_gestor_de_up(orgao))
        endereco = f"/nup/cadastro/orgaos/{orgao.pk}/gestores/"

        faltando = client.post(endereco, {"cpf": "", **DESIGNACAO})
        errado = client.post(endereco, {"cpf": "11111111111", **DESIGNACAO})
        client.post(endereco, {"cpf": fabricar_cpf(), **DESIGNACAO})

        assert (faltando.status_code, errado.status_code) == (422, 422)
        assert "O CPF não confere" in errado.text
        novo = GestorDeUp.objects.order_by("-id").first()
        assert novo.portaria == "Portaria 7"
        client.post(f"/nup/cadastro/gestores/{novo.pk}/encerrar/")
        novo.refresh_from_db()
        assert novo.ate is not None

    def test_para_o_estranho_a_pagina_nao_existe(self, client):
        orgao = fabricar_participante()

        assert entrar(client, fabricar_pessoa()).get(f"/nup/cadastro/orgaos/{orgao.pk}/gestores/").status_code == 404


class TestPedir:
    def test_sem_entrar_vai_a_entrada_e_entrada_fraca_le_o_que_fazer(self, client):
        assert client.get("/nup/cadastro/adesao/").status_code == 302
        assert "não basta" in entrar(client, fabricar_pessoa(forte=False)).get("/nup/cadastro/adesao/").text

    def test_adesao_pela_pagina_com_anexo(self, client):
        orgao = fabricar_orgao()
        entrar(client, fabricar_pessoa())
        anexo = SimpleUploadedFile("portaria.pdf", PDF.conteudo)

        resposta = client.post(
            "/nup/cadastro/adesao/", {"orgao": orgao.sigla, "motivo": "Vamos numerar.", "anexos": [anexo], **DESIGNACAO}
        )

        pedido = Pedido.objects.get()
        assert resposta["Location"] == reverse("cnup:pedido", args=[pedido.pk])
        assert (pedido.orgao, Anexo.objects.get().pedido) == (orgao, pedido)

    def test_o_erro_aparece_ao_lado_do_campo_e_no_resumo(self, client):
        entrar(client, fabricar_pessoa())

        resposta = client.post(
            "/nup/cadastro/adesao/", {"orgao": fabricar_participante().sigla, "motivo": "x", **DESIGNACAO}
        )

        assert resposta.status_code == 422
        assert resposta.text.count("já participa do CNUP") == 2
        assert "<title>Erro: " in resposta.text

    def test_anexo_que_nao_serve_se_explica(self, client):
        entrar(client, fabricar_pessoa())
        anexo = SimpleUploadedFile("planilha.xls", b"\xd0\xcf")

        resposta = client.post(
            "/nup/cadastro/adesao/", {"orgao": fabricar_orgao().sigla, "motivo": "x", "anexos": [anexo], **DESIGNACAO}
        )

        assert "não é PDF, PNG nem JPEG" in resposta.text

    @pytest.mark.parametrize("operacao", ["alteracao", "inativacao", "reativacao", "migracao"])
    def test_cada_operacao_sobre_unidade_pela_pagina(self, client, operacao):
        situacao = SituacaoDaUnidade.INATIVA if operacao == "reativacao" else SituacaoDaUnidade.ATIVA
        unidade = fabricar_unidade(situacao=situacao)
        entrar(client, fabricar_gestor_de_up(unidade.orgao))
        endereco = f"/nup/unidades/{unidade.codigo}/pedir/{operacao}/"
        dados = {"motivo": "Reforma.", "nome": "Protocolo", "unidade_siorg": "12", "destino": fabricar_participante().sigla}

        assert client.get(endereco).status_code == 200
        assert client.post(endereco, dados).status_code == 302
        assert Pedido.objects.get().operacao == operacao

    def test_cadastro_e_descentralizacao_pela_pagina(self, client):
        ministerio = fabricar_participante()
        entidade = fabricar_participante(orgao_gestor=ministerio)
        fabricar_gestor_de_up(entidade)
        entrar(client, fabricar_gestor_de_up(ministerio))

        client.post(
            f"/nup/cadastro/orgaos/{entidade.pk}/unidade/", {"nome": "Protocolo", "unidade_siorg": "1", "motivo": "Nova."}
        )
        client.post(f"/nup/cadastro/orgaos/{entidade.pk}/descentralizacao/", {"motivo": "Tem equipe."})

        assert set(Pedido.objects.values_list("operacao", flat=True)) == {Operacao.CADASTRO, Operacao.DESCENTRALIZACAO}

    def test_o_estranho_nao_ve_o_formulario_do_orgao_nem_pede_pela_unidade(self, client):
        unidade = fabricar_unidade()
        entrar(client, fabricar_pessoa())

        assert client.get(f"/nup/cadastro/orgaos/{unidade.orgao_id}/unidade/").status_code == 404
        recusa = client.post(f"/nup/unidades/{unidade.codigo}/pedir/inativacao/", {"motivo": "x"})
        assert (recusa.status_code, Pedido.objects.count()) == (403, 0)
        assert client.get(f"/nup/unidades/{unidade.codigo}/pedir/outra/").status_code == 404

    def test_o_inicio_mostra_os_orgaos_de_quem_gere(self, client):
        orgao = fabricar_participante()
        assert orgao.sigla not in client.get("/nup/cadastro/").text

        assert orgao.sigla in entrar(client, fabricar_gestor_de_up(orgao)).get("/nup/cadastro/").text


class TestPedido:
    def test_o_estranho_nao_ve_o_pedido_nem_o_anexo(self, client):
        pedido = cadastrar(anexos=[PDF])
        anexo = Anexo.objects.get()
        entrar(client, fabricar_pessoa())

        assert client.get(f"/nup/cadastro/pedidos/{pedido.pk}/").status_code == 404
        assert client.post(f"/nup/cadastro/pedidos/{pedido.pk}/cancelar/").status_code == 404
        assert client.get(f"/nup/cadastro/anexos/{anexo.pk}/").status_code == 404

    def test_a_equipe_pen_defere_pela_pagina_e_a_unidade_nasce(self, client):
        pedido = cadastrar(anexos=[PDF])
        entrar(client, fabricar_central())
        endereco = f"/nup/cadastro/pedidos/{pedido.pk}/"
        assert "Conferi no SIORG" in client.get(endereco).text

        sem_siorg = client.post(f"{endereco}deferir/", {"deferir-motivo": "Conferido."})
        client.post(
            f"{endereco}deferir/",
            {"deferir-motivo": "Conferido.", "deferir-siorg_conferido": "on", "deferir-codigo": "44556"},
        )

        assert (sem_siorg.status_code, sem_siorg.text.count("declare que conferiu")) == (422, 2)
        pedido.refresh_from_db()
        assert (pedido.situacao, pedido.unidade.codigo) == (SituacaoDoPedido.DEFERIDO, "44556")

    def test_devolver_responder_indeferir_e_cancelar(self, client):
        orgao = fabricar_participante()
        quem = fabricar_gestor_de_up(orgao)
        central = fabricar_central()
        pedido, outro = cadastrar(orgao, por=quem), cadastrar(orgao, por=quem)
        endereco = f"/nup/cadastro/pedidos/{pedido.pk}/"
        entrar(client, central).post(f"{endereco}devolver/", {"devolver-motivo": "Falta a portaria."})

        devolvida = entrar(client, quem).get(endereco).text
        assert "Falta a portaria." in devolvida
        client.post(
            f"{endereco}responder/",
            {"responder-motivo": "Aqui.", "responder-anexos": [SimpleUploadedFile("p.pdf", PDF.conteudo)]},
        )
        client.post(f"/nup/cadastro/pedidos/{outro.pk}/cancelar/")
        entrar(client, central).post(f"{endereco}indeferir/", {"indeferir-motivo": "Duplicado."})

        pedido.refresh_from_db()
        outro.refresh_from_db()
        assert (pedido.situacao, outro.situacao) == (SituacaoDoPedido.INDEFERIDO, SituacaoDoPedido.CANCELADO)
        assert "Duplicado." in entrar(client, quem).get(endereco).text

    def test_migracao_se_confirma_pela_pagina(self, client):
        unidade, destino = fabricar_unidade(), fabricar_participante()
        pedido = pedir_migracao(
            por=fabricar_gestor_de_up(unidade.orgao), codigo=unidade.codigo, destino_id=destino.pk, motivo="Fusão."
        )
        entrar(client, fabricar_gestor_de_up(destino))

        assert "Confirmar a migração" in client.get(f"/nup/cadastro/pedidos/{pedido.pk}/").text
        client.post(f"/nup/cadastro/pedidos/{pedido.pk}/confirmar/")

        unidade.refresh_from_db()
        assert unidade.orgao_gestor == destino

    def test_passo_que_nao_existe_ou_nao_cabe(self, client):
        pedido = cadastrar()
        entrar(client, fabricar_central())

        assert client.post(f"/nup/cadastro/pedidos/{pedido.pk}/expirar/").status_code == 404
        assert client.post(f"/nup/cadastro/pedidos/{pedido.pk}/voar/").status_code == 404
        assert client.get(f"/nup/cadastro/pedidos/{pedido.pk}/deferir/").status_code == 405
        assert client.post(f"/nup/cadastro/pedidos/{pedido.pk}/confirmar/").status_code == 409

    def test_o_anexo_sempre_se_baixa(self, client):
        cadastrar(anexos=[PDF])
        resposta = entrar(client, fabricar_central()).get(f"/nup/cadastro/anexos/{Anexo.objects.get().pk}/")

        assert resposta.content == PDF.conteudo
        assert resposta["Content-Type"] == "application/pdf"
        assert resposta["Content-Disposition"].startswith("attachment; filename*=UTF-8''portaria%20n")
        assert resposta["X-Content-Type-Options"] == "nosniff"

    def test_a_fila_diz_o_que_espera_por_quem_le(self, client):
        cadastrar()

        assert "à sua espera: decidir" in entrar(client, fabricar_central()).get("/nup/cadastro/pedidos/").text
        assert client.get("/nup/cadastro/pedidos/", {"situacao": "deferido", "apos": "x"}).status_code == 200


class TestNumeros:
    def test_o_gestor_da_numeros_e_enviar_duas_vezes_da_os_mesmos(self, client):
        unidade = fabricar_unidade()
        entrar(client, fabricar_gestor_de_up(unidade.orgao))
        endereco = f"/nup/unidades/{unidade.codigo}/numeros/"
        chave = re.search(r'name="dar-chave" value="([^"]+)"', client.get(endereco).text).group(1)

        for _ in range(2):
            client.post(f"{endereco}dar/", {"dar-quantos": "2", "dar-documento": "Ofício 3", "dar-chave": chave})

        assert Reserva.objects.get().ultimo == 2
        assert "Ofício 3" in client.get(endereco).text

    def test_usar_anular_e_externos(self, client):
        unidade = fabricar_unidade()
        entrar(client, fabricar_gestor_de_up(unidade.orgao))
        endereco = f"/nup/unidades/{unidade.codigo}/numeros/"
        client.post(f"{endereco}externos/", {"externos-ultimo": "100", "externos-motivo": "SEI."})
        client.post(f"{endereco}dar/", {"dar-quantos": "1", "dar-chave": "c"})
        inteiro = gerar_nup(unidade.codigo, 101, Contador.objects.get().ano).formatado

        client.post(f"{endereco}usar/", {"usar-numero": inteiro, "usar-documento": "Processo 9"})
        assert "Processo 9" in client.get(endereco).text
        client.post(f"{endereco}anular/", {"anular-numero": inteiro, "anular-motivo": "Engano."})
        assert "Engano." in client.get(endereco).text
        de_novo = client.post(f"{endereco}usar/", {"usar-numero": inteiro})
        assert "o destino dele não muda" in de_novo.text

    def test_procura_um_numero_e_lista_so_os_que_esperam_destino(self, client):
        unidade = fabricar_unidade()
        entrar(client, fabricar_gestor_de_up(unidade.orgao))
        endereco = f"/nup/unidades/{unidade.codigo}/numeros/"
        client.post(f"{endereco}dar/", {"dar-quantos": "120", "dar-chave": "c", "dar-documento": "Lote 7"})
        ano = Contador.objects.get().ano
        primeiro, ultimo = (gerar_nup(unidade.codigo, n, ano).formatado for n in (1, 120))

        pagina = client.get(endereco).text
        assert ultimo in pagina and primeiro not in pagina
        assert primeiro in client.get(endereco, {"ate": re.search(r"ate=(\d+)", pagina).group(1)}).text
        achado = client.get(endereco, {"numero": primeiro}).text
        assert primeiro in achado and ultimo not in achado
        client.post(f"{endereco}usar/", {"usar-numero": ultimo})
        assert ultimo not in client.get(endereco, {"reservados": "on"}).text
        de_outra = client.get(endereco, {"numero": gerar_nup("99998", 1, ano).formatado})
        assert (de_outra.status_code, "não foi dado por uma unidade" in de_outra.text) == (422, True)

    @pytest.mark.parametrize("consulta", [{"ano": "9" * 5000}, {"ate": "x"}, {"ate": "0"}, {"numero": "\0"}, {"ano": "\0"}])
    def test_endereco_estragado_nao_derruba_a_pagina(self, client, consulta):
        unidade = fabricar_unidade()
        entrar(client, fabricar_gestor_de_up(unidade.orgao))

        assert client.get(f"/nup/unidades/{unidade.codigo}/numeros/", consulta).status_code in {200, 422}

    def test_unidade_inativa_explica_por_que_nao_da(self, client):
        unidade = fabricar_unidade(situacao=SituacaoDaUnidade.INATIVA)
        entrar(client, fabricar_gestor_de_up(unidade.orgao))

        resposta = client.post(f"/nup/unidades/{unidade.codigo}/numeros/dar/", {"dar-quantos": "1", "dar-chave": "c"})

        assert (resposta.status_code, Reserva.objects.count()) == (422, 0)
        assert "está inativa e não dá números" in resposta.text

    def test_para_o_estranho_a_pagina_nao_existe(self, client):
        unidade = fabricar_unidade()

        assert client.get(f"/nup/unidades/{unidade.codigo}/numeros/").status_code == 302
        assert entrar(client, fabricar_pessoa()).get(f"/nup/unidades/{unidade.codigo}/numeros/").status_code == 404
        assert client.post(f"/nup/unidades/{unidade.codigo}/numeros/dar/", {}).status_code == 404

    def test_a_auditoria_ve_mas_a_central_nao_numera(self, client):
        unidade = fabricar_unidade()
        entrar(client, fabricar_central())

        assert client.get(f"/nup/unidades/{unidade.codigo}/numeros/").status_code == 200
        recusa = client.post(f"/nup/unidades/{unidade.codigo}/numeros/dar/", {"dar-quantos": "1", "dar-chave": "c"})
        assert "é de outro órgão" in recusa.text


def test_participacao_vinculada_mostra_descentralizar(client):
    ministerio = fabricar_participante()
    fabricar_participante(orgao_gestor=ministerio)

    assert "Descentralizar" in entrar(client, fabricar_gestor_de_up(ministerio)).get("/nup/cadastro/").text
    assert Participacao.objects.count() == 2
