// A conversa sem sair da página: o painel que abre no botão «Assistente», e as perguntas que vão e voltam sem recarregar.
// Sem script, o botão leva à página do assistente, e cada pergunta a recarrega.
"use strict";

const CABECALHO = { "X-Pedaco": "1" };

// Põe no registro as falas que faltam, e troca as que mudaram; as outras ficam, para que não se leiam de novo. Devolve a que mexeu.
function juntarFalas(conversa, nova) {
  const registro = conversa.querySelector(".conversa-falas");
  const falas = [...nova.querySelectorAll(".conversa-falas > li")];
  const ficam = new Set(falas.map((fala) => fala.id));
  [...registro.children].filter((fala) => !ficam.has(fala.id)).forEach((fala) => fala.remove());
  let mexida = null;
  for (const fala of falas) {
    const velha = [...registro.children].find((outra) => outra.id === fala.id);
    if (velha?.textContent === fala.textContent) {
      continue;
    }
    mexida = fala;
    if (velha) {
      velha.replaceWith(fala);
    } else {
      registro.append(fala);
    }
  }
  return mexida;
}

function mostrarConversa(conversa, nova, formulario) {
  const campo = conversa.querySelector("textarea");
  const [noCampo, escrito] = [document.activeElement === campo, campo.value];
  for (const parte of [".conversa-comeco", ".conversa-fim"]) {
    conversa.querySelector(parte).replaceWith(nova.querySelector(parte));
  }
  const mexida = juntarFalas(conversa, nova);
  const outro = conversa.querySelector("textarea");
  if (!formulario.contains(campo)) {
    outro.value = escrito;
  }
  (noCampo || outro.ariaInvalid === "true" || !mexida ? outro : mexida).focus({ preventScroll: true });
  (mexida ?? outro).scrollIntoView({ block: "nearest" });
}

async function trocarConversa(conversa, formulario) {
  if ("ocupada" in conversa.dataset) {
    return;
  }
  conversa.dataset.ocupada = "";
  const espera = conversa.querySelector(".conversa-espera");
  espera.textContent = "Procurando na base de conhecimento…";
  try {
    const opcoes = { method: "POST", body: new FormData(formulario), headers: CABECALHO, cache: "no-store" };
    const resposta = await fetch(formulario.action, opcoes);
    const nova = new DOMParser().parseFromString(await resposta.text(), "text/html").querySelector("[data-assistente-conversa]");
    if (!nova) {
      throw new Error(`resposta ${resposta.status}`);
    }
    mostrarConversa(conversa, nova, formulario);
    espera.textContent = "";
  } catch {
    espera.textContent = "Não consegui responder agora. Confira a conexão e pergunte de novo.";
  } finally {
    delete conversa.dataset.ocupada;
  }
}

document.addEventListener("submit", (evento) => {
  const formulario = evento.target.closest("[data-assistente-envio]");
  const conversa = formulario?.closest("[data-assistente-conversa]");
  if (conversa) {
    evento.preventDefault();
    trocarConversa(conversa, formulario);
  }
});

document.addEventListener("keydown", (evento) => {
  const campo = evento.target.closest?.("[data-assistente-conversa] textarea");
  if (campo && evento.key === "Enter" && !evento.shiftKey && !evento.isComposing) {
    evento.preventDefault();
    campo.form.requestSubmit();
  }
});

async function abrirPainel(chamada) {
  let painel = document.getElementById("assistente-painel");
  if (!painel) {
    painel = document.createElement("section");
    painel.id = "assistente-painel";
    painel.className = "assistente-painel";
    painel.setAttribute("aria-labelledby", "assistente-titulo");
    painel.hidden = true;
    const topo = document.createElement("div");
    topo.className = "assistente-topo";
    const titulo = document.createElement("h2");
    titulo.id = "assistente-titulo";
    titulo.textContent = "Assistente";
    const fechar = document.createElement("button");
    fechar.type = "button";
    fechar.className = "br-button small";
    fechar.textContent = "Fechar";
    topo.append(titulo, fechar);
    painel.append(topo);
    document.body.append(painel);
    const esconder = () => {
      painel.hidden = true;
      chamada.setAttribute("aria-expanded", "false");
      chamada.focus();
    };
    fechar.addEventListener("click", esconder);
    painel.addEventListener("keydown", (evento) => evento.key === "Escape" && esconder());
  }
  if (!painel.querySelector("[data-assistente-conversa]")) {
    const resposta = await fetch(chamada.dataset.assistente, { cache: "no-store" });
    const lida = new DOMParser().parseFromString(await resposta.text(), "text/html").querySelector("[data-assistente-conversa]");
    if (!lida) {
      location.assign(chamada.href);
      return;
    }
    painel.append(lida);
  }
  painel.hidden = false;
  chamada.setAttribute("aria-expanded", "true");
  painel.scrollTop = painel.scrollHeight;
  painel.querySelector("textarea")?.focus();
}

const chamada = document.querySelector("[data-assistente]");
if (chamada) {
  chamada.setAttribute("aria-expanded", "false");
  chamada.setAttribute("aria-controls", "assistente-painel");
  chamada.addEventListener("click", (evento) => {
    if (!evento.ctrlKey && !evento.metaKey && !evento.shiftKey) {
      evento.preventDefault();
      abrirPainel(chamada).catch(() => location.assign(chamada.href));
    }
  });
}
