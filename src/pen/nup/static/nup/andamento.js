// Mantém em dia a barra de uma conferência em lote. Sem script, a página se recarrega sozinha.
"use strict";

const lugar = document.querySelector("[data-andamento]");
const barra = lugar.querySelector("progress");
const frase = document.getElementById(`${barra.id}-frase`);
const aviso = document.getElementById(`${barra.id}-aviso`);
const INTERVALO = 1000;
let decimoDito = 0;

function mostrar(andamento) {
  barra.max = andamento.total;
  barra.value = andamento.feitas;
  frase.textContent = andamento.frase;
  // O leitor de tela ouve só de dez em dez por cento.
  const decimo = Math.floor((10 * andamento.feitas) / andamento.total);
  if (decimo > decimoDito) {
    decimoDito = decimo;
    aviso.textContent = andamento.frase;
  }
}

async function perguntar() {
  try {
    const resposta = await fetch(lugar.dataset.andamento, { cache: "no-store" });
    if (resposta.status === 404) {
      location.reload();
      return;
    }
    if (resposta.ok) {
      const andamento = await resposta.json();
      mostrar(andamento);
      if (andamento.acabou) {
        location.reload();
        return;
      }
    }
  } catch {
    frase.textContent = "Sem resposta do servidor. Tentando de novo…";
  }
  setTimeout(perguntar, INTERVALO);
}

setTimeout(perguntar, INTERVALO);
