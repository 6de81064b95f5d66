// Só melhora o que já funciona sem script: mostra e liga os botões de imprimir e de voltar.
"use strict";

function ligar(seletor, acao) {
  for (const botao of document.querySelectorAll(seletor)) {
    botao.hidden = false;
    botao.addEventListener("click", acao);
  }
}

ligar("[data-imprimir]", () => window.print());

if (document.referrer.startsWith(`${location.origin}/`)) {
  ligar("[data-voltar]", () => history.back());
}
