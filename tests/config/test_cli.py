"""O comando ``pen``: frases em português, saída certa, nunca um rastro de pilha."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PEN = [sys.executable, "-m", "pen.config"]


def pen(*argumentos: str, entrada: str = "", **ambiente: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PEN, *argumentos],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | ambiente,
        timeout=60,
        input=entrada,
    )


@pytest.mark.parametrize(
    ("argumentos", "saida", "frase"),
    [
        (["naoexiste"], 2, "Esse comando não existe"),
        (["nup", "conferir"], 2, "Falta informar"),
        (["nup", "conferir", "/nao/ha.csv"], 2, "ARQUIVO: não encontrei esse arquivo"),
        (["nup", "conferir", "x", "--opcao-que-nao-ha"], 2, "não existe"),
        (["remessa", "enviar", __file__, "--orgao", "1", "--senha-arquivo", __file__], 2, "Falta informar"),
        (["remessa", "conferir", __file__], 1, "XML malformado na linha 1"),
        (["importar-chamados", "--de", "jira", __file__], 2, "escolha entre glpi, zammad"),
        (["importar-chamados", "--de", "glpi"], 2, "Falta informar ARQUIVO"),
        (["importar-chamados", "--de", "glpi", __file__], 2, "Falta informar --mapa"),
        (["importar-chamados", "--de", "glpi", __file__, "--mapa", __file__], 1, "não é TOML"),
        (["importar-artigos"], 2, "Falta informar PASTA"),
        (["importar-artigos", "/nao/ha"], 2, "PASTA: não encontrei"),
    ],
)
def test_uso_errado_e_uma_frase_em_portugues(argumentos, saida, frase):
    resultado = pen(*argumentos)

    assert resultado.returncode == saida and frase in resultado.stderr
    assert "Traceback" not in resultado.stderr and len(resultado.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("ambiente", "frase"),
    [
        ({"DATABASE_URL": "postgresql://ninguem@127.0.0.1:1/nada"}, "banco"),
        ({"DATABASE_URL": "isto não é"}, "DATABASE_URL não se entende"),
        ({"PEN_CONEXOES": "muitas"}, "PEN_CONEXOES deve ser um número"),
        ({"PEN_CHAVE_SECRETA_FILE": "/nao/ha"}, "PEN_CHAVE_SECRETA_FILE"),
        ({"PEN_CHAVE_SECRETA": "", "PEN_LOCAL": "nao", "PEN_GOVBR_DE_TESTE": "nao"}, "Falta a variável PEN_CHAVE_SECRETA"),
        ({"PEN_LOCAL": "nao"}, "PEN_GOVBR_DE_TESTE só vale na demonstração"),
        ({"PEN_LOCAL": "nao", "PEN_GOVBR_DE_TESTE": "nao", "PEN_CAIXA_LOCAL": "sim"}, "PEN_CAIXA_LOCAL só vale"),
        ({"PEN_LOCAL": "nao", "PEN_GOVBR_DE_TESTE": "nao", "PEN_WEBHOOKS_NA_MAQUINA": "sim"}, "PEN_WEBHOOKS_NA_MAQUINA só"),
        (
            {"PEN_GOVBR_DE_TESTE": "nao", "PEN_GOVBR_EMISSOR": "https://exemplo.com/", "PEN_GOVBR_SEGREDO": "x"},
            "acesso.gov.br",
        ),
    ],
)
def test_configuracao_errada_diz_qual_variavel(ambiente, frase):
    resultado = pen("orgao", "credencial", "1", **ambiente)

    assert resultado.returncode == 1 and frase in resultado.stderr and "Traceback" not in resultado.stderr


@pytest.mark.parametrize("comando", ["resposta", "devolucao"])
@pytest.mark.parametrize(
    "ambiente",
    [{"DATABASE_URL": "postgresql://ninguem@127.0.0.1:1/nada"}, {"DATABASE_URL": "isto não é"}],
    ids=["banco fora do ar", "configuração errada"],
)
def test_o_que_o_servidor_de_correio_chama_pede_que_ele_tente_mais_tarde(comando, ambiente):
    mensagem = (
        "To: central+aaaaaaaaaaaaaaaaaaaaaaaaaa@exemplo.gov.br, avisos+00000000000000000000000000000000@exemplo.gov.br\n"
        "Content-Type: multipart/report\n\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n"
    )
    recebem = {"PEN_CHAMADOS_RESPOSTAS": "central@exemplo.gov.br", "PEN_AVISOS_DEVOLUCOES": "avisos@exemplo.gov.br"}

    resultado = pen(comando, entrada=mensagem, **recebem | ambiente)

    assert resultado.returncode == os.EX_TEMPFAIL and resultado.stderr.startswith("Erro: ")


def test_conferir_numeros_de_uma_coluna_em_json_na_ordem_do_arquivo(tmp_path: Path):
    arquivo = tmp_path / "numeros.csv"
    arquivo.write_bytes("órgão;nup\nANTT;50650.001658/2017-17\nANAC;86000244201746\nX;\nY;abc\n".encode("cp1252"))

    resultado = pen("nup", "conferir", str(arquivo), "--coluna", "nup", "--json")

    lista = json.loads(resultado.stdout)
    assert [n["veredito"] for n in lista] == ["ok", "ok", "forma_desconhecida", "forma_desconhecida"]
    assert lista[1]["normalizado"] == "00086000244201746" and set(lista[0]) == {
        "numero", "normalizado", "forma", "veredito", "explicacao",
    }  # fmt: skip


def test_coluna_que_nao_ha_diz_as_que_ha(tmp_path: Path):
    arquivo = tmp_path / "numeros.csv"
    arquivo.write_text("a,b\n1,2\n")

    resultado = pen("nup", "conferir", str(arquivo))

    assert resultado.returncode == 1 and "não tem a coluna «numero»; as que há: a, b" in resultado.stderr


def test_diagnostico_da_uma_linha_por_coisa_e_sai_com_1_quando_algo_falha():
    resultado = pen("diagnostico", "--json", PEN_SMTP_PORTA="1")

    conferencias = {c["nome"]: c["certo"] for c in json.loads(resultado.stdout)}
    assert resultado.returncode == 1 and set(conferencias) >= {"banco", "disco", "correio"} and not conferencias["correio"]


def test_ajuda_lista_os_comandos():
    resultado = pen("--help")

    assert resultado.returncode == 0 and "remessa" in resultado.stdout and "Uso: " in resultado.stdout


@pytest.mark.parametrize(
    "comando", ["demo", "servir", "trabalhar", "preparar", "diagnostico", "orgao credencial", "remessa enviar"]
)
def test_cada_comando_explica_a_si_mesmo_sem_ligar_banco(comando):
    resultado = pen(*comando.split(), "--help", DATABASE_URL="", PEN_DADOS="/nao/pode/criar")

    assert resultado.returncode == 0 and "Uso: " in resultado.stdout and "Options" not in resultado.stdout
