/* The store: IndexedDB, opened again after every failure; when it fails twice, a second store (Cache API) takes over and the
   page says so. Rows are plain objects; what is private in them is sealed by the vault before it comes here.
     envois   uuid      records of the queue, with the state of each photo
     photos   cle       bytes of a photo, "uuid sha256"
     paquets  cle       walks carried, "compte marche"
     images   cle       photos of last time, "compte marche constat"
     brouillons cle     what is being typed, "compte marche" */
import { openDB } from "../../vendor/idb-8.0.4/idb.js";

const BASE = "terrain";
const TABLES = { envois: "uuid", photos: "cle", paquets: "cle", images: "cle", brouillons: "cle" };
const RESERVE = "terrain-reserve";
let ouverte = null;
let enPanne = false;
const muettes = new Set(); /* tables that could not be read the last time */
const bruits = new EventTarget();

/** Listen to "reserve": the second store is in use. */
export function surveiller(fonction) {
  bruits.addEventListener("reserve", fonction);
}

/** Tell whether the second store had to be used since the page was opened. */
export function reserveEmployee() {
  return enPanne;
}

/** Tell whether the last reading of a table missed what the first store holds. */
export const muette = (table) => muettes.has(table);

function base() {
  if (!ouverte) {
    ouverte = openDB(BASE, 1, {
      upgrade(db) {
        for (const [nom, cle] of Object.entries(TABLES)) { db.createObjectStore(nom, { keyPath: cle }); }
      },
      blocking() { refermer(); },
      terminated() { ouverte = null; },
    });
    ouverte.catch(() => { ouverte = null; });
  }
  return ouverte;
}

async function refermer() {
  const promesse = ouverte;
  ouverte = null;
  try { (await promesse)?.close(); } catch { /* it was never open */ }
}

async function tenter(geste, repli) {
  try {
    return await geste(await base());
  } catch (erreur) {
    if (erreur?.name === "QuotaExceededError") { throw erreur; }
    await refermer();
  }
  try {
    return await geste(await base());
  } catch (erreur) {
    await refermer();
    if (erreur?.name === "QuotaExceededError" || !repli || !("caches" in window)) { throw erreur; }
    enPanne = true;
    bruits.dispatchEvent(new Event("reserve"));
    return repli();
  }
}

/* The second store: one JSON response a row, bytes in base64. */
const adresse = (table, cle) => `/terrain/reserve/${table}/${encodeURIComponent(cle)}`;

function enBase64(octets) {
  const vue = new Uint8Array(octets);
  let texte = "";
  for (let i = 0; i < vue.length; i += 32768) { texte += String.fromCharCode(...vue.subarray(i, i + 32768)); }
  return btoa(texte);
}

const ecrire = (rangee) => JSON.stringify(rangee, (_, valeur) => {
  if (valeur instanceof ArrayBuffer) { return { $octets: enBase64(valeur) }; }
  if (valeur instanceof Uint8Array) { return { $vue: enBase64(valeur) }; }
  return valeur;
});

const lire = (texte) => JSON.parse(texte, (_, valeur) => {
  const brut = valeur && (valeur.$octets || valeur.$vue);
  if (!brut) { return valeur; }
  const octets = Uint8Array.from(atob(brut), (c) => c.charCodeAt(0));
  return valeur.$octets ? octets.buffer : octets;
});

async function reserver(rangees) {
  const cache = await caches.open(RESERVE);
  for (const [table, rangee] of [...rangees].reverse()) { /* the photos before the record that needs them */
    await cache.put(adresse(table, rangee[TABLES[table]]), new Response(ecrire(rangee)));
  }
}

/* A row of the second store is always newer than the one of the first: writing there again takes it away.
   `ote` marks a row that could not be deleted. */
async function reserve() {
  return "caches" in window && (await caches.has(RESERVE)) ? caches.open(RESERVE) : null;
}

async function lireReserve(table) {
  const cache = await reserve();
  const cles = cache ? (await cache.keys()).filter((r) => new URL(r.url).pathname.startsWith(`/terrain/reserve/${table}/`)) : [];
  const textes = await Promise.all(cles.map(async (r) => (await cache.match(r))?.text())); /* taken away meanwhile: none */
  return textes.filter(Boolean).map(lire);
}

async function oublierReserve(cles) {
  const cache = await reserve();
  if (cache) { await Promise.all(cles.map(([table, cle]) => cache.delete(adresse(table, cle)))); }
}

/** Write rows of several tables in one transaction: [[table, row], …]. */
export async function ranger(rangees) {
  const tables = [...new Set(rangees.map(([table]) => table))];
  const ici = await tenter(async (db) => {
    const transaction = db.transaction(tables, "readwrite", { durability: "strict" });
    for (const [table, rangee] of rangees) { transaction.objectStore(table).put(rangee).catch(() => undefined); }
    await transaction.done;
    return true;
  }, () => reserver(rangees));
  if (ici) { await oublierReserve(rangees.map(([table, rangee]) => [table, rangee[TABLES[table]]])).catch(() => undefined); }
}

/** Return one row, from the second store or the first. `sur`: raise rather than say "none" when the first cannot be read. */
export async function prendre(table, cle, { sur = false } = {}) {
  const gardee = await (await reserve().catch(() => null))?.match(adresse(table, cle));
  if (gardee) {
    const rangee = lire(await gardee.text());
    return rangee.ote ? undefined : rangee;
  }
  const lecture = tenter((db) => db.get(table, cle), () => { throw new Error("La mémoire du navigateur ne répond pas"); });
  return sur ? lecture : lecture.catch(() => undefined);
}

/** Return every row of a table; a row of the second store stands for the one of the first. */
export async function tout(table) {
  let lisible = true;
  const enReserve = await lireReserve(table); /* first: `ramener` may move a row while we read */
  const rangees = await tenter((db) => db.getAll(table), () => { lisible = false; return []; }).catch(() => { lisible = false; return []; });
  muettes[lisible ? "delete" : "add"](table);
  const gardees = new Map(rangees.map((r) => [r[TABLES[table]], r]));
  for (const rangee of enReserve) {
    const cle = rangee[TABLES[table]];
    if (rangee.ote) { gardees.delete(cle); } else { gardees.set(cle, rangee); }
  }
  return [...gardees.values()];
}

/** Delete rows in one transaction: [[table, key], …]. */
export async function oter(cles) {
  const tables = [...new Set(cles.map(([table]) => table))];
  const ici = await tenter(async (db) => {
    const transaction = db.transaction(tables, "readwrite");
    for (const [table, cle] of cles) { transaction.objectStore(table).delete(cle).catch(() => undefined); }
    await transaction.done;
    return true;
  }, () => reserver(cles.map(([table, cle]) => [table, { [TABLES[table]]: cle, ote: true }])));
  if (ici) { await oublierReserve(cles); }
}

/** Bring back to the first store what the second holds, once it works again. */
export async function ramener() {
  for (const table of Object.keys(TABLES)) {
    for (const { [TABLES[table]]: cle } of await lireReserve(table)) {
      const seule = table === "envois" && navigator.locks; /* the lock of file.js: nobody changes the row meanwhile */
      const fait = await (seule ? navigator.locks.request(`terrain ligne ${cle}`, () => ramenerUne(table, cle)) : ramenerUne(table, cle));
      if (!fait) { return; }
    }
  }
}

async function ramenerUne(table, cle) {
  const texte = await (await (await reserve())?.match(adresse(table, cle)))?.text();
  if (!texte) { return true; } /* written to the first store meanwhile */
  const rangee = lire(texte);
  try {
    await (rangee.ote ? (await base()).delete(table, cle) : (await base()).put(table, rangee));
  } catch {
    await refermer();
    return false;
  }
  await oublierReserve([[table, cle]]);
  return true;
}

/** Return {libre, persistant} in bytes (null when the browser does not say). */
export async function place() {
  const estime = await navigator.storage?.estimate?.().catch(() => null);
  const persistant = await navigator.storage?.persisted?.().catch(() => false);
  const libre = estime && estime.quota ? estime.quota - estime.usage : null;
  return { libre, employe: estime ? estime.usage : null, persistant: Boolean(persistant) };
}

/** Ask the browser to keep our data; true when it accepts. */
export async function demanderPersistance() {
  return Boolean(await navigator.storage?.persist?.().catch(() => false));
}
