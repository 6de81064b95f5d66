"""O tipo de aparelho, em poucas palavras, para a pessoa reconhecer o seu na lista."""

NAVEGADORES = [("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
               ("Chrome", "Chrome"), ("Safari", "Safari")]  # fmt: skip
SISTEMAS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("CrOS", "Chromebook"), ("Linux", "Linux")]  # fmt: skip


def descrever_aparelho(agente: str) -> str:
    """«Chrome em Android»; o que não se reconhece vira «navegador desconhecido»."""
    navegador = next((nome for marca, nome in NAVEGADORES if marca in agente), "navegador desconhecido")
    sistema = next((nome for marca, nome in SISTEMAS if marca in agente), "")
    return f"{navegador} em {sistema}" if sistema else navegador
