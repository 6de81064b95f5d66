// Liga os avisos deste navegador. Sem script, a página continua servindo para todo o resto.
"use strict";

const lugar = document.querySelector("[data-push]");

function bytes(base64url) {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letra) => letra.charCodeAt(0));
}

function dizer(frase) {
  lugar.querySelector("[data-push-resposta]").textContent = frase;
}

async function ligar() {
  if ((await Notification.requestPermission()) !== "granted") {
    dizer("O navegador não deu permissão. Mude isso nas configurações dele e tente de novo.");
    return;
  }
  dizer("Ligando…");
  await navigator.serviceWorker.register(lugar.dataset.pushTrabalhador);
  const registro = await navigator.serviceWorker.ready;
  const inscricao = await registro.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(lugar.dataset.push),
  });
  const resposta = await fetch(lugar.dataset.pushEndereco, {
    method: "POST",
    redirect: "error",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": lugar.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify(inscricao),
  });
  const corpo = await resposta.json();
  dizer(resposta.ok ? "Pronto: os avisos vão aparecer aqui." : corpo.detail);
}

if (lugar && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  const botao = lugar.querySelector("[data-push-ligar]");
  lugar.querySelector("[data-push-controle]").hidden = false;
  dizer("");
  botao.addEventListener("click", () => {
    botao.disabled = true;
    ligar()
      .catch(() => dizer("Não deu para ligar os avisos neste navegador. Tente de novo mais tarde."))
      .finally(() => {
        botao.disabled = false;
      });
  });
}
