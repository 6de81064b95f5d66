// A conversa sem sair da página: o painel que abre no botão «Assistente», e as perguntas que vão e voltam sem recarregar.
// Sem script, o botão leva à página do assistente, e cada pergunta a recarrega.
"use strict";

const CABECALHO = { "X-Pedaco": "1" };

async function trocarConversa(conversa, endereco, campos) {
  const aviso = conversa.querySelector("[data-assistente-espera]") ?? conversa.appendChild(document.createElement("p"));
  aviso.dataset.assistenteEspera = "";
  aviso.setAttribute("role", "status");
  aviso.textContent = "Procurando na base de conhecimento…";
  try {
    const resposta = await fetch(endereco, { method: "POST", body: campos, headers: CABECALHO, cache: "no-store" });
    const nova = new DOMParser().parseFromString(await resposta.text(), "text/html").querySelector("[data-assistente-conversa]");
    if (!nova) {
      throw new Error(`resposta ${resposta.status}`);
    }
    conversa.replaceWith(nova);
    const ultima = nova.querySelector("[data-assistente-ultima]");
    (nova.querySelector("[aria-invalid=true]") ?? ultima)?.focus({ preventScroll: true });
    ultima?.scrollIntoView({ block: "nearest" });
  } catch {
    aviso.textContent = "Não consegui responder agora. Confira a conexão e pergunte de novo.";
  }
}

document.addEventListener("submit", (evento) => {
  const formulario = evento.target.closest("[data-assistente-envio]");
  const conversa = formulario?.closest("[data-assistente-conversa]");
  if (conversa) {
    evento.preventDefault();
    trocarConversa(conversa, formulario.action, new FormData(formulario));
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
