/* Housekeeping: a local copy goes only when the server holds the record and every photo by its hash, and some days later.
   And the way out when nothing else works: the queue as a ZIP that the desk takes in. */
import { makeZip } from "../../vendor/client-zip-2.5.1/client-zip.js";
import * as coffre from "./coffre.js";
import { annoncer, contenu, etat, liste, muter, octetsDe, supprimer } from "./file.js";
import { appeler } from "./reseau.js";

const GARDE_JOURS = 7;
const JOUR = 24 * 3600 * 1000;

async function recusDe(envois) {
  const reponse = await appeler("POST", "recus/", { uuids: envois.map((e) => e.uuid) });
  return reponse.etat === 200 ? reponse.json.recus : null;
}

function concorde(envoi, recu) {
  return Boolean(recu) && recu.empreintes.includes(envoi.base) && envoi.photos.every((p) => recu.photos.includes(p.sha));
}

/** Check again what is said to be received; send again what the server lacks; delete what is old and sure. Return the number deleted. */
export async function faireLeMenage(maintenant = Date.now()) {
  let ote = 0;
  const recus = (await liste()).filter((e) => etat(e) === "recu" && (!e.verifie || e.complet < maintenant - GARDE_JOURS * JOUR));
  for (let i = 0; i < recus.length; i += 100) {
    const lot = recus.slice(i, i + 100);
    const reponse = await recusDe(lot);
    if (!reponse) { return ote; }
    for (const envoi of lot) {
      const recu = reponse[envoi.uuid];
      if (!concorde(envoi, recu)) {
        await reprendre(envoi, recu);
      } else if (envoi.verifie && envoi.complet < maintenant - GARDE_JOURS * JOUR) {
        await supprimer(envoi.uuid, (e) => intacte(e, envoi) && etat(e) === "recu");
        ote += 1;
      } else {
        await muter(envoi.uuid, (e) => intacte(e, envoi) && Object.assign(e, { verifie: maintenant, fiche: recu }));
      }
    }
  }
  if (recus.length) { annoncer(); }
  return ote;
}

/* The row was not corrected while the server was answering. */
const intacte = (ligne, lue) => ligne.revision === lue.revision;

async function reprendre(envoi, recu) {
  await muter(envoi.uuid, (e) => {
    if (!intacte(e, envoi)) { return false; }
    e.complet = e.verifie = null;
    if (!recu?.empreintes.includes(e.base)) { e.ficheRevision = 0; e.tente = e.revision; }
    e.photos.forEach((p) => { p.recue = Boolean(recu) && recu.photos.includes(p.sha); });
    return [];
  });
}

/** Return the ZIP of these records (by default all that the City does not have yet), how many, and how many cannot be read. */
export async function exporter(choisis) {
  const envois = choisis || (await liste()).filter((e) => etat(e) !== "recu");
  const fiches = [];
  const photos = new Map();
  for (const envoi of envois) {
    const faits = await contenu(envoi).catch(() => null);
    if (!faits) { continue; }
    fiches.push({ uuid: envoi.uuid, genre: envoi.genre, base: envoi.base, contenu: faits });
    for (const photo of envoi.photos) { photos.set(photo.sha, envoi.uuid); }
  }
  const entete = { format: 1, exporte_le: new Date().toISOString(), appareil: coffre.appareil(), compte: coffre.compte(), envois: fiches };
  async function* fichiers() {
    yield { name: "file.json", input: JSON.stringify(entete, null, 1) };
    for (const [sha, uuid] of photos) {
      const octets = await octetsDe(uuid, sha).catch(() => null);
      if (octets) { yield { name: `photos/${sha}.jpg`, input: octets }; }
    }
  }
  return { fichier: await new Response(makeZip(fichiers())).blob(), nombre: fiches.length, illisibles: envois.length - fiches.length };
}

/** Hand a file to the person: the downloads of the browser. */
export function telecharger(fichier, nom) {
  const lien = document.createElement("a");
  lien.href = URL.createObjectURL(fichier);
  lien.download = nom;
  document.body.append(lien);
  lien.click();
  lien.remove();
  setTimeout(() => URL.revokeObjectURL(lien.href), 60000);
}
