// Trabalhador dos avisos: mostra o que chega e, ao toque, abre a página. Não guarda nem intercepta nada.
"use strict";

function caminhoDaqui(endereco) {
  const alvo = new URL(endereco || "/", self.location.origin);
  return alvo.origin === self.location.origin ? alvo.href : self.location.origin;
}

self.addEventListener("push", (evento) => {
  let aviso = {};
  try {
    aviso = evento.data ? evento.data.json() : {};
  } catch {
    aviso = {};
  }
  evento.waitUntil(
    self.registration.showNotification(aviso.titulo || "PEN Aberto", {
      body: aviso.texto || "",
      lang: "pt-BR",
      data: { endereco: aviso.endereco || "/" },
    }),
  );
});

self.addEventListener("notificationclick", (evento) => {
  evento.notification.close();
  evento.waitUntil(self.clients.openWindow(caminhoDaqui(evento.notification.data.endereco)));
});
