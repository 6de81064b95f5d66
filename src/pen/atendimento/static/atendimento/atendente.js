// Para quem atende: quem mais está com o chamado, a resposta que se guarda sozinha, e os atalhos. Sem script, tudo se faz sem eles.
"use strict";

const SINAL = 15000; // milissegundos entre dois sinais da página aberta
const DEPOIS_DE_ESCREVER = 2000;
const LIGADOS = "pen-atalhos"; // a escolha de quem usa, guardada no navegador

const lugar = document.querySelector("[data-presenca]");
if (lugar) {
  const presentes = lugar.querySelector("[data-presentes]");
  const textos = [...lugar.querySelectorAll("textarea[name$=-texto]")];
  let enviando = false;
  let marcado;

  const emUso = () => textos.find((texto) => texto === document.activeElement) || textos.find((texto) => texto.value.trim());

  const dizer = (estado) => {
    const chegou = estado.passos > Number(lugar.dataset.passos) ? "Chegou algo novo neste chamado: recarregue a página. " : "";
    const frase = chegou + estado.outros;
    if (presentes.textContent !== frase) {
      presentes.textContent = frase;
    }
  };

  const sinalizar = async () => {
    if (enviando) {
      return;
    }
    enviando = true;
    const campos = new FormData();
    const texto = emUso();
    campos.set("csrfmiddlewaretoken", lugar.dataset.csrf);
    if (texto) {
      campos.set("passo", texto.name.replace(/-texto$/, ""));
      campos.set("texto", texto.value);
    }
    try {
      const resposta = await fetch(lugar.dataset.presenca, { method: "POST", body: campos, redirect: "error", cache: "no-store" });
      if (resposta.ok) {
        dizer(await resposta.json());
      }
    } catch {
      presentes.textContent = "Sem conexão: o que você escreve ainda não está guardado.";
    } finally {
      enviando = false;
    }
  };

  sinalizar();
  setInterval(() => document.hidden || sinalizar(), SINAL);
  lugar.addEventListener("input", () => {
    clearTimeout(marcado);
    marcado = setTimeout(sinalizar, DEPOIS_DE_ESCREVER);
  });
}

function abrirPasso(nome) {
  const passo = document.getElementById(`passo-${nome}`);
  const endereco = document.querySelector(`[data-passo="${nome}"]`);
  if (endereco) {
    endereco.click();
  } else if (passo) {
    passo.open = true;
    (passo.querySelector("textarea, select, input:not([type=hidden])") || passo).focus();
  }
}

function andarNaFila(quanto) {
  const enderecos = [...document.querySelectorAll("td a.numero, th a.numero")];
  const onde = enderecos.indexOf(document.activeElement);
  const alvo = enderecos[Math.min(Math.max(onde + quanto, 0), enderecos.length - 1)];
  if (alvo) {
    alvo.focus();
  }
}

const ATALHOS = {
  fila: {
    j: ["o chamado seguinte", () => andarNaFila(1)],
    k: ["o chamado anterior", () => andarNaFila(-1)],
    "/": ["a busca", () => document.querySelector("input[type=search]").focus()],
  },
  chamado: {
    r: ["responder", () => abrirPasso("responder")],
    p: ["pedir informação", () => abrirPasso("pedir-informacao")],
    n: ["anotar", () => abrirPasso("anotar")],
    e: ["encaminhar", () => abrirPasso("encaminhar")],
    f: ["encerrar", () => abrirPasso("encerrar")],
  },
};

const comAtalhos = document.querySelector("[data-atalhos]");
if (comAtalhos) {
  const atalhos = ATALHOS[comAtalhos.dataset.atalhos];
  const rotulo = document.createElement("label");
  const caixa = document.createElement("input");
  caixa.type = "checkbox";
  caixa.checked = localStorage.getItem(LIGADOS) === "sim";
  const frases = Object.entries(atalhos).map(([tecla, [o_que]]) => `${tecla} ${o_que}`);
  rotulo.append(caixa, ` Atalhos de teclado: ${frases.join("; ")}.`);
  comAtalhos.append(rotulo);
  caixa.addEventListener("change", () => localStorage.setItem(LIGADOS, caixa.checked ? "sim" : "nao"));
  document.addEventListener("keydown", (evento) => {
    const escrevendo = evento.target.closest("input, textarea, select, [contenteditable]");
    const atalho = atalhos[evento.key];
    if (!caixa.checked || escrevendo || !atalho || evento.ctrlKey || evento.altKey || evento.metaKey) {
      return;
    }
    evento.preventDefault();
    atalho[1]();
  });
}
