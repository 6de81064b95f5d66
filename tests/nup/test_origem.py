"""A sugestão de onde o número nasceu."""

from pen.nup.public import Origem, gerar_nipe, gerar_nup, ler_numero, sugerir_origem


def origem_de(up: str) -> Origem | None:
    return sugerir_origem(gerar_nup(up, 1, 2017))


def test_prefixo_visto_traz_no_maximo_tres_orgaos_e_a_faixa_de_2003():
    origem = origem_de("23480")

    assert origem.orgaos[0] == "MEC – Ministério da Educação"
    assert len(origem.orgaos) == 3
    assert origem.faixa == "Ministério da Educação"


def test_frase_diz_que_e_onde_o_numero_nasceu_e_nao_com_quem_esta():
    for numero in (gerar_nup("23480", 1, 2017), gerar_nipe("17", "137", "001", 1, 2026)):
        assert "onde ele nasceu, não com quem o processo está" in sugerir_origem(numero).frase


def test_prefixo_so_da_faixa_nao_inventa_orgao():
    assert origem_de("19999") == Origem(up="19999", faixa="Ministério da Fazenda")


def test_prefixo_de_que_nada_se_sabe_fica_sem_sugestao():
    assert origem_de("48500") is None
    assert origem_de("70001") is None


def test_nome_de_orgao_com_virgula_e_mantido_inteiro():
    assert origem_de("03950").orgaos[0] == "MP – Ministério do Planejamento, Desenvolvimento e Gestão"


def test_nipe_traz_o_estado():
    origem = sugerir_origem(gerar_nipe("17", "137", "001", 1, 2026))

    assert (origem.up, origem.uf) == ("17137001", "Tocantins")
    assert "Tocantins" in origem.frase


def test_numero_sem_unidade_fica_sem_sugestao():
    assert sugerir_origem(ler_numero("0002308.00000001/2016-30")) is None
    assert sugerir_origem(ler_numero("S/N")) is None
    assert sugerir_origem(ler_numero("99.137001.000001/2026-21")) is None
