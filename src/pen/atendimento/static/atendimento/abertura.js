// Mostra os chamados parecidos enquanto se digita o assunto, e guarda o rascunho sozinho. Sem script, há uma etapa e um botão.
"use strict";

const ESPERA_DOS_PARECIDOS = 400; // milissegundos depois da última tecla
const ESPERA_DO_RASCUNHO = 3000;

function depoisDe(espera, acao) {
  let marcado;
  return () => {
    clearTimeout(marcado);
    marcado = setTimeout(acao, espera);
  };
}

function enviar(endereco, campos) {
  return fetch(endereco, { method: "POST", body: campos, redirect: "manual", cache: "no-store" });
}

const comAssunto = document.querySelector("[data-parecidos]");
if (comAssunto) {
  const lista = comAssunto.querySelector("[data-parecidos-lista]");
  const procurar = async () => {
    const campos = new FormData(comAssunto);
    if (campos.get("assunto").trim().length < 8) {
      lista.replaceChildren();
      return;
    }
    try {
      const resposta = await enviar(comAssunto.dataset.parecidos, campos);
      const achado = new DOMParser().parseFromString(resposta.ok ? await resposta.text() : "", "text/html");
      lista.replaceChildren(...achado.body.childNodes);
    } catch {
      lista.replaceChildren(); // sem conexão, «Continuar» ainda mostra os parecidos
    }
  };
  comAssunto.addEventListener("input", depoisDe(ESPERA_DOS_PARECIDOS, procurar));
}

const comRascunho = document.querySelector("[data-rascunho]");
if (comRascunho) {
  const estado = comRascunho.querySelector("[data-rascunho-estado]");
  let guardado = true;
  const guardar = async () => {
    const campos = new FormData(comRascunho);
    campos.set("sem_pagina", "1");
    for (const [nome, valor] of [...campos]) {
      if (valor instanceof File) {
        campos.delete(nome);
      }
    }
    try {
      const resposta = await enviar(comRascunho.dataset.rascunho, campos);
      guardado = resposta.status === 204;
    } catch {
      guardado = false;
    }
    const hora = new Date().toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit" });
    estado.textContent = guardado
      ? `Rascunho guardado às ${hora}. Os arquivos não ficam nele.`
      : "O rascunho ainda não foi guardado. Não feche a página: ela tenta de novo.";
    if (!guardado) {
      setTimeout(() => guardado || guardar(), ESPERA_DO_RASCUNHO);
    }
  };
  const logo = depoisDe(ESPERA_DO_RASCUNHO, guardar);
  comRascunho.addEventListener("input", () => {
    guardado = false;
    logo();
  });
  window.addEventListener("online", () => guardado || guardar());
}
