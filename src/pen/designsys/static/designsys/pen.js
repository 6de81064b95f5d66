// Só melhora o que já funciona sem script: os botões de imprimir e de voltar, e soltar arquivos em cima do campo deles.
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

for (const entrada of document.querySelectorAll(".campo input[type=file]")) {
  const campo = entrada.closest(".campo");
  const marcar = (solta) => campo.classList.toggle("solta-aqui", solta);
  campo.addEventListener("dragover", (evento) => {
    evento.preventDefault();
    marcar(true);
  });
  campo.addEventListener("dragleave", () => marcar(false));
  campo.addEventListener("drop", (evento) => {
    evento.preventDefault();
    marcar(false);
    const todos = new DataTransfer();
    const soltos = [...evento.dataTransfer.files];
    for (const arquivo of entrada.multiple ? [...entrada.files, ...soltos] : soltos.slice(0, 1)) {
      todos.items.add(arquivo);
    }
    entrada.files = todos.files;
    entrada.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
