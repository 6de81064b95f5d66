"""O assistente acha o trecho certo, diz «não sei» quando deve, e responde depressa?

A base são os manuais do produto (``docs/manuais``). As perguntas de ``perguntas.toml`` foram escritas por quem leu os manuais e não
o código, com as palavras, os acentos que faltam e os erros de quem pergunta. As de «treino» ensinaram a base; as de «ajuste», que
ela não tem, escolheram os pesos e os limites (``python -m bench.assistente.ajustar``); as de «medida» só se medem. Ao lado, a busca
de texto do PostgreSQL sobre os mesmos artigos, com todas as palavras e com qualquer uma delas. Depois, os títulos dos artigos como
perguntas, estragados por máquina, e vinte conversas ao mesmo tempo numa base maior.
"""

from bench.assistente.medida import medir

__all__ = ["medir"]
