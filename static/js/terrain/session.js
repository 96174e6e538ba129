/* Who is signed in, and what the server says of this device. Without network the last known person goes on. */
import * as coffre from "./coffre.js";
import { noterArret } from "./envoi.js";
import { appeler } from "./reseau.js";

const A_FERMER = "terrain-deconnexion";
/** What the server said last: {compte, marches, …}, or null. */
export let serveur = null;

function nomDeLAppareil() {
  const ua = navigator.userAgent;
  const navigateur = ua.includes("Firefox/") ? "Firefox" : ua.includes("Edg/") ? "Edge" : ua.includes("Chrome/") ? "Chrome" : ua.includes("Safari/") ? "Safari" : "Navigateur";
  const systeme = /Android/.test(ua) ? "Android" : /iPhone|iPad/.test(ua) ? "iOS" : /Windows/.test(ua) ? "Windows" : /Mac OS/.test(ua) ? "macOS" : "Linux";
  return `${navigateur} sur ${systeme}`;
}

async function sortir() {
  const jeton = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "";
  const { deconnexion } = document.getElementById("terrain").dataset;
  const arret = new AbortController();
  setTimeout(() => arret.abort(), 25000);
  try {
    const options = { method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": jeton }, signal: arret.signal };
    const reponse = await fetch(deconnexion, options);
    if (reponse.type !== "opaqueredirect" && !reponse.ok) { return false; }
    localStorage.removeItem(A_FERMER);
    return true;
  } catch {
    return false;
  }
}

/** Sign out: the key goes at once, the session as soon as there is a network. */
export async function deconnecter() {
  localStorage.setItem(A_FERMER, "1");
  serveur = null;
  await coffre.fermer();
  await caches.delete("terrain-tuiles").catch(() => undefined); /* the map says where one walked */
  await sortir();
}

/** Ask the server who is there and take or renew the key. Return "ouvert", "session", "hors_ligne", "revoque", "autre_compte" or "a_fermer". */
export async function connecter() {
  if (localStorage.getItem(A_FERMER)) {
    await coffre.fermer(); /* killed before it was done: again */
    if (!(await sortir())) { return "a_fermer"; }
  }
  const reponse = await appeler("GET", "moi/");
  if (reponse.etat === 409) { /* somebody else signed in: what the first one left, on screen too, is sealed */
    await coffre.fermer();
    location.reload();
    return "autre_compte";
  }
  if (reponse.etat === 200) {
    serveur = reponse.json;
    const revoque = await prendreLaCle();
    if (revoque) { return revoque; }
    noterArret("");
    return "ouvert";
  }
  return refuser(reponse);
}

async function prendreLaCle() {
  if (coffre.compte()?.id === serveur.compte.id) { return ""; }
  const reponse = await appeler("PUT", `appareils/${coffre.appareil()}/`, { libelle: nomDeLAppareil() });
  if (reponse.etat !== 200) { return refuser(reponse); }
  await coffre.installer({ ...serveur.compte, cle: reponse.json.cle });
  return "";
}

async function refuser({ etat, json }) {
  if (etat === 401) { noterArret("session"); return "session"; }
  if (etat === 403 && json.code === "revoque") {
    await coffre.fermer();
    noterArret("revoque");
    return "revoque";
  }
  return "hors_ligne";
}
