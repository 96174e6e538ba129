/* The vault: who uses this device, and the key that seals everything kept on it.
   The server gives one AES key to each (device, account); it is stored here as a key that no script can read out, in a
   database of its own. Signing out deletes that database: what was sealed stays on the device, unreadable until the
   same account signs in again. */
import { deleteDB, openDB } from "../../vendor/idb-8.0.4/idb.js";

const BASE = "terrain-cle";
const ACTIVE = "active";
let courante = null;

/* Signing out in one tab, or at the desk, closes every tab. */
const canal = typeof BroadcastChannel === "function" ? new BroadcastChannel(BASE) : null;
if (canal) {
  canal.onmessage = () => {
    courante = null;
    location.reload();
  };
}

async function base() {
  return openDB(BASE, 1, { upgrade(db) { db.createObjectStore("cles"); } });
}

async function avecBase(geste) {
  for (const dernier of [false, true]) {
    try {
      const db = await base();
      try { return await geste(db); } finally { db.close(); }
    } catch (erreur) {
      if (dernier) { throw erreur; }
    }
  }
  return undefined;
}

/** Return the identifier of this device, made at the first call. */
export function appareil() {
  let nom = localStorage.getItem("terrain-appareil");
  if (!nom) {
    nom = crypto.randomUUID();
    localStorage.setItem("terrain-appareil", nom);
  }
  return nom;
}

/** Return {id, nom} of the account whose key is on the device, or null. */
export function compte() {
  return courante ? { id: courante.compte, nom: courante.nom } : null;
}

/** Read the key kept on the device; true when there is one. */
export async function rouvrir() {
  courante = (await avecBase((db) => db.get("cles", ACTIVE)).catch(() => null)) || null;
  const connecte = /(?:^|; )terrain_compte=(\d+)/.exec(document.cookie)?.[1]; /* who signed in last in this browser */
  if (courante && connecte && Number(connecte) !== courante.compte) { await fermer(); }
  return courante !== null;
}

/** Keep the key that the server gave to this account (base64 of 32 bytes). */
export async function installer({ id, nom, cle }) {
  const octets = Uint8Array.from(atob(cle), (c) => c.charCodeAt(0));
  const secrete = await crypto.subtle.importKey("raw", octets, "AES-GCM", false, ["encrypt", "decrypt"]);
  courante = { compte: id, nom, cle: secrete };
  await avecBase((db) => db.put("cles", courante, ACTIVE)).catch(() => undefined); /* lives in memory then */
}

/** Throw the key away: what this account keeps here can no longer be read. */
export async function fermer() {
  courante = null;
  await avecBase((db) => db.clear("cles")).catch(() => undefined);
  await Promise.race([deleteDB(BASE).catch(() => undefined), new Promise((suite) => { setTimeout(suite, 2000); })]);
  canal?.postMessage("fermer");
}

function cle() {
  if (!courante) { throw new Error("coffre fermé"); }
  return courante.cle;
}

/** Seal bytes (ArrayBuffer) or any JSON value. */
export async function sceller(valeur) {
  const brut = valeur instanceof ArrayBuffer;
  const clair = brut ? valeur : new TextEncoder().encode(JSON.stringify(valeur));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, brut, donnees: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, cle(), clair) };
}

/** Open what `sceller` made; raises when the key is another one. */
export async function ouvrir({ iv, brut, donnees }) {
  const clair = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, cle(), donnees);
  return brut ? clair : JSON.parse(new TextDecoder().decode(clair));
}
