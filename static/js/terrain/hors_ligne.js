/* The service worker seen from the page: registered, checked for a new version, never swapped while the queue holds something. */
import { h, typo } from "./dom.js";
import * as file from "./file.js";

const HEURE = 3600 * 1000;

async function proposer(enAttente) {
  const zone = document.getElementById("version");
  const { restes } = await file.comptes().catch(() => ({ restes: 0 }));
  const bouton = h("button", { class: "bouton bouton-petit", type: "button", disabled: restes > 0, on: { click: () => enAttente.postMessage("prendre la main") } }, "Installer la nouvelle version");
  zone.replaceChildren(h("p", { class: "bandeau" }, typo(restes
    ? "Une nouvelle version attend : elle s’installera quand la file sera vide."
    : "Une nouvelle version est prête."), " ", bouton));
}

function suivre(inscription) {
  const voir = () => { if (inscription.waiting && navigator.serviceWorker.controller) { proposer(inscription.waiting); } };
  voir();
  file.bruits.addEventListener("change", voir);
  inscription.addEventListener("updatefound", () => {
    const nouveau = inscription.installing;
    nouveau.addEventListener("statechange", () => { if (nouveau.state === "installed") { voir(); } });
  });
  const verifier = () => inscription.update().catch(() => undefined);
  setInterval(verifier, HEURE);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { verifier(); } });
}

/** Register the service worker of the field mode. */
export function installer(app) {
  if (!("serviceWorker" in navigator)) {
    app.dire("Ce navigateur ne sait pas travailler sans réseau : gardez cette page ouverte pendant la marche.", "erreur");
    return;
  }
  let controlee = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (controlee) { location.reload(); }
    controlee = true;
  });
  navigator.serviceWorker.register("/terrain/sw.js", { scope: "/terrain/", updateViaCache: "none" }).then(suivre, () => undefined);
}

/** Tell whether the page would open without network: its service worker holds the whole shell. */
export async function pretSansReseau() {
  const inscription = await navigator.serviceWorker?.getRegistration("/terrain/").catch(() => null);
  return Boolean(inscription?.active);
}
