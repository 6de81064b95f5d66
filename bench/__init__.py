"""Medições do PEN Aberto: uma pergunta por arquivo, cada resposta com o limite da máquina ao lado (``make bench``)."""
