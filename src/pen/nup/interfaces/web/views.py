"""A página ``/nup/``: diz em palavras o que está certo ou errado num número."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pen.nup.enums import Forma, Veredito
from pen.nup.interfaces.web.forms import NumeroForm
from pen.nup.selectors.origem import sugerir_origem
from pen.nup.values import Numero, ler_numero

TITULOS = {
    Veredito.OK: ("success", "Número correto"),
    Veredito.OK_ANO_2_DIGITOS: ("success", "Número correto pela regra antiga"),
    Veredito.SEM_DV: ("info", "Número sem dígitos verificadores"),
    Veredito.LETRAS_DV: ("info", "Número com letras no lugar dos dígitos"),
    Veredito.DV_NAO_CONFERE: ("warning", "Os dígitos verificadores não conferem"),
    Veredito.FORMA_DESCONHECIDA: ("danger", "Não parece um número de processo"),
}
FORMAS = {
    Forma.ANTIGA_SEM_DV: "antiga, sem dígitos verificadores (13 algarismos)",
    Forma.ANTIGA_UM_DV: "antiga, com um dígito verificador (14 algarismos)",
    Forma.ANTIGA: "antiga, com ano de dois algarismos (15 algarismos)",
    Forma.ANTIGA_LETRAS: "antiga, com letras no lugar dos dígitos",
    Forma.ATUAL: "atual: NUP de 17 algarismos",
    Forma.ATUAL_LETRAS: "atual, com letras no lugar dos dígitos",
    Forma.ATUAL_SEM_DV: "atual, sem dígitos verificadores",
    Forma.SIORG_21: "de 21 algarismos, que nunca entrou em vigor",
    Forma.NIPE: "NIPE, de estados e municípios (20 algarismos)",
    Forma.DESCONHECIDA: "desconhecida",
}


@require_safe
def conferir(request: HttpRequest) -> HttpResponse:
    """Confere o número de ``?numero=``. O endereço do resultado pode ser guardado."""
    form = NumeroForm(request.GET if "numero" in request.GET else None)
    contexto: dict[str, Any] = {"form": form, "numero": None}
    if form.is_valid():
        contexto |= _resultado(ler_numero(form.cleaned_data["numero"]))
    return render(request, "nup/conferir.jinja", contexto)


def _resultado(numero: Numero) -> dict[str, Any]:
    estilo, titulo = TITULOS[numero.veredito]
    digitos = numero.dv or "não tem"
    if numero.dv_esperado and numero.dv_esperado != numero.dv:
        digitos = f"{digitos} (pela conta, seriam {numero.dv_esperado})"
    partes: list[tuple[str, str | None]] = [("Número", numero.formatado), ("Forma", FORMAS[numero.forma])]
    if numero.forma != Forma.DESCONHECIDA:
        partes += [
            ("Unidade que criou o número", numero.up),
            ("Sequência no ano", None if numero.sequencia is None else str(numero.sequencia)),
            ("Ano", str(numero.ano) if numero.ano else None),
            ("Dígitos verificadores", digitos),
        ]
    return {"numero": numero, "estilo": estilo, "titulo": titulo, "partes": partes, "origem": sugerir_origem(numero)}
