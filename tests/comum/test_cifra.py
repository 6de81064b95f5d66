from pen.comum.cifra import cifrar, decifrar


def test_endereco_cifrado_nao_diz_nada_e_volta_igual():
    cifrado = cifrar({"interessado": "Ana Souza"})

    assert "Ana" not in cifrado and cifrado.replace("-", "").replace("_", "").isalnum()
    assert decifrar(cifrado) == {"interessado": "Ana Souza"}


def test_endereco_adulterado_ou_alheio_e_ignorado():
    assert decifrar(cifrar({"a": "b"})[:-2] + "xx") is None and decifrar("") is None and decifrar("ç\0") is None
