/* Sending: records first, in the order of the walk, then photos two at a time, each resumed where it stopped.
   A pass ends by saying what it did. Nothing is deleted here: see menage.js. */
import * as coffre from "./coffre.js";
import { annoncer, clePhoto, comptes, contenu, enCours, ficheRecue, liste, muter, octetsDe, seul } from "./file.js";
import { appeler, jetonPerime, televerser } from "./reseau.js";

const DE_FRONT = 2;
const PETIT = 128 * 1024;
const ESSAIS_MAX = 6; /* of one photo in one pass, when the server and the device do not agree on the offset */
const PERIODE = 30000;
const COUPURES_MAX = 3;
let passeEnCours = null;
let reprise = null;
let echecsDeSuite = 0;

/** What stops a pass for everybody, by code. */
export const ARRETS = {
  ferme: "Ce téléphone est fermé : reconnectez-vous pour envoyer. Rien n’est perdu.",
  session: "Votre session a expiré : reconnectez-vous pour envoyer. Rien n’est perdu.",
  revoque: "Ce téléphone a été révoqué : ce qu’il contient n’y est plus lisible.",
  autre_compte: "Un autre compte est connecté dans ce navigateur : reconnectez-vous avec le vôtre pour envoyer. Rien n’est perdu.",
  reseau: "Pas de réseau",
};
/** Last thing that stopped the sending (code of ARRETS, or ""); the page shows it. */
export let arret = "";

/** Say what stands in the way of sending, from any call of the page. */
export function noterArret(code) {
  if (code === arret) { return; }
  arret = code;
  annoncer();
}

const accorder = (n, un, plusieurs) => `${n} ${n > 1 ? plusieurs : un}`;

/** Say what a pass did and what remains, in one sentence. */
export function dire(bilan, restes) {
  const fait = [];
  if (bilan.fiches) { fait.push(accorder(bilan.fiches, "fiche envoyée", "fiches envoyées")); }
  if (bilan.photos) { fait.push(accorder(bilan.photos, "photo envoyée", "photos envoyées")); }
  const phrases = fait.length ? [`${fait.join(", ")}.`] : [];
  const attend = `${accorder(restes.restes, "fiche attend", "fiches attendent")} sur le téléphone`;
  if (bilan.arret === "reseau" || (bilan.muets && !fait.length)) { phrases.push(`Pas de réseau : ${attend}, rien n’est perdu.`); }
  else if (bilan.arret) { phrases.push(ARRETS[bilan.arret]); }
  else if (restes.refuse) { phrases.push(`${accorder(restes.refuse, "fiche est refusée", "fiches sont refusées")} : ouvrez la file pour voir pourquoi.`); }
  else if (bilan.echecs.size) { phrases.push(`Le serveur n’a pas tout pris : ${attend}, un nouvel essai part bientôt.`); }
  else if (restes.preparation) { phrases.push(`${accorder(restes.preparation, "fiche part", "fiches partent")} dans quelques secondes.`); }
  else if (bilan.ailleurs) { phrases.push("Un autre onglet est en train d’envoyer."); }
  else if (!restes.restes) { phrases.push(fait.length ? "Tout est reçu par la Ville." : "Rien à envoyer : tout est reçu par la Ville."); }
  return phrases.join(" ");
}

/** Send what can be sent; a second call while one runs waits for it. `force` ignores the pauses between attempts. */
export function envoyer({ force = false } = {}) {
  if (!passeEnCours) {
    passeEnCours = seul("envoi", (verrou) => (verrou ? passer(force) : { ...neuf(), ailleurs: true }), { ifAvailable: true })
      .finally(() => { passeEnCours = null; });
    passeEnCours.then(planifier, planifier);
  }
  return passeEnCours;
}

const neuf = () => ({ fiches: 0, photos: 0, echecs: new Set(), reessayes: new Set(), arret: "", muets: 0, force: false });

function planifier(bilan) {
  clearTimeout(reprise);
  const aReprendre = bilan?.echecs?.size && ["", "reseau"].includes(bilan.arret);
  if (!aReprendre) { echecsDeSuite = 0; return; }
  echecsDeSuite = bilan.fiches + bilan.photos ? 1 : echecsDeSuite + 1;
  reprise = setTimeout(() => envoyer({ force: bilan.arret === "reseau" }), Math.min(1000 * 2 ** echecsDeSuite, PERIODE));
}

async function passer(force) {
  const bilan = { ...neuf(), force };
  if (!coffre.compte()) { bilan.arret = "ferme"; return bilan; }
  try {
    while (!bilan.arret) {
      const fiche = (await liste()).find((e) => ficheAEnvoyer(e, bilan));
      if (fiche) {
        await envoyerFiche(fiche, bilan);
      } else if (!(await envoyerPhotos(bilan))) {
        break;
      }
    }
  } finally {
    enCours.clear();
    if (bilan.arret !== "reseau") { arret = bilan.arret; }
    annoncer();
  }
  return bilan;
}

const attend = (envoi, bilan) => !bilan.echecs.has(envoi.uuid) && (bilan.force || envoi.prochain <= Date.now());

function ficheAEnvoyer(envoi, bilan) {
  return !ficheRecue(envoi) && !envoi.refus && envoi.pretLe <= Date.now() && attend(envoi, bilan);
}

/* Common to records and photos: what the answer means for the pass. Return true when the answer is for this row alone. */
async function juger({ etat: code, json }, envoi, bilan) {
  if (code !== 0) { bilan.muets = 0; }
  if (code === 401) { bilan.arret = "session"; return false; }
  if (code === 403 && json.code === "revoque") { bilan.arret = "revoque"; return false; }
  if (code === 409 && json.code === "autre_compte") { bilan.arret = "autre_compte"; return false; }
  /* Only our own server refuses, and then it names its reason: what a proxy or a portal answers is tried again. */
  if (!json.code || code >= 500 || (code === 403 && jetonPerime(json))) {
    bilan.echecs.add(envoi.uuid);
    if (code === 0 && ((bilan.muets += 1) >= 2 || !navigator.onLine)) { bilan.arret = "reseau"; }
    if (code !== 0) { /* a dead line is nobody's fault: order is kept, so that numbers follow the walk */
      await muter(envoi.uuid, (e) => {
        e.essais += 1;
        e.prochain = Date.now() + Math.min(1000 * 2 ** e.essais, 60000);
      });
    }
    return false;
  }
  return true;
}

/* Write on a row in passing: a full telephone still sends, it only does not remember. */
async function noter(envoi, bilan, geste) {
  try {
    return await muter(envoi.uuid, geste);
  } catch (erreur) {
    if (erreur.name !== "QuotaExceededError") { throw erreur; }
    bilan.echecs.add(envoi.uuid);
    return null;
  }
}

const ILLISIBLE = "Cette fiche n’est plus lisible sur le téléphone.";

/* Take the row as it stands now, marked as tried, with its content; null when there is nothing to send any more. */
async function prendreEnMain(envoi) {
  let ligne = envoi;
  try {
    ligne = await muter(envoi.uuid, (e) => { e.tente = e.revision; });
  } catch (erreur) {
    if (erreur.name !== "QuotaExceededError") { throw erreur; }
  }
  if (!ligne) { return null; }
  try {
    return { ligne, faits: await contenu(ligne) };
  } catch (erreur) {
    if (erreur.name !== "OperationError") { throw erreur; } /* sealed with another key, or damaged */
    await muter(envoi.uuid, (e) => { e.refus = ILLISIBLE; });
    return null;
  }
}

async function envoyerFiche(envoi, bilan) {
  enCours.set(envoi.uuid, null);
  annoncer();
  try {
    let base = envoi.base;
    if (envoi.tente && envoi.tente !== envoi.revision) {
      /* An earlier text left without an answer: the correction is based on it if it did arrive. */
      const connu = await appeler("POST", "recus/", { uuids: [envoi.uuid] }, envoi);
      if (connu.etat !== 200) { await juger(connu.etat === 404 ? { ...connu, etat: 500 } : connu, envoi, bilan); return; }
      base = connu.json.recus?.[envoi.uuid]?.empreinte || base;
    }
    const prise = await prendreEnMain(envoi);
    if (!prise) { bilan.echecs.add(envoi.uuid); return; }
    const corps = { format: 1, genre: envoi.genre, base, contenu: prise.faits };
    const reponse = await appeler("PUT", `envois/${envoi.uuid}/`, { ...corps, envoye_a: new Date().toISOString() }, envoi);
    if (reponse.json.recu) {
      bilan.fiches += 1;
      await noter(envoi, bilan, (e) => accuser(e, reponse.json.recu, prise.ligne.revision));
    } else if (reponse.etat === 0) {
      await attendreLeReseau(envoi, bilan);
    } else if (await juger(reponse, envoi, bilan)) {
      await muter(envoi.uuid, (e) => { e.refus = reponse.json.phrase || `Le serveur a refusé cette fiche (${reponse.etat}).`; });
    }
  } finally {
    enCours.delete(envoi.uuid);
    annoncer();
  }
}

/* A dead line stops the pass, so that numbers follow the walk; a record that kills a living line three times lets the others by. */
async function attendreLeReseau(envoi, bilan) {
  bilan.echecs.add(envoi.uuid);
  bilan.muets += 1;
  const ligne = await muter(envoi.uuid, (e) => { e.coupures = (e.coupures || 0) + 1; });
  if (!navigator.onLine || !ligne || ligne.coupures < COUPURES_MAX || (await appeler("GET", "moi/")).etat === 0) {
    bilan.arret = "reseau";
    return;
  }
  if (!bilan.reessayes.has(envoi.uuid)) { /* the line may have come back in between: the first goes first */
    bilan.reessayes.add(envoi.uuid);
    bilan.echecs.delete(envoi.uuid);
    return;
  }
  await muter(envoi.uuid, (e) => { e.prochain = Date.now() + PERIODE; });
}

function accuser(envoi, recu, revision) {
  Object.assign(envoi, { fiche: recu, ficheRevision: revision, base: recu.empreinte, tente: 0, refus: "", essais: 0, prochain: 0, coupures: 0 });
  for (const photo of envoi.photos) { photo.recue = photo.recue || recu.photos.includes(photo.sha); }
  clore(envoi);
}

function clore(envoi) {
  if (ficheRecue(envoi) && envoi.photos.every((p) => p.recue)) { envoi.complet = envoi.complet || Date.now(); }
}

async function envoyerPhotos(bilan) {
  const prises = new Set();
  let parties = 0;
  const suivante = async () => {
    const tous = await liste();
    if (tous.some((e) => ficheAEnvoyer(e, bilan))) { return null; }
    for (const envoi of tous) {
      if (!ficheRecue(envoi) || envoi.refus || !attend(envoi, bilan)) { continue; }
      const photo = envoi.photos.find((p) => !p.recue && !p.refus && !prises.has(clePhoto(envoi.uuid, p.sha)));
      if (photo) { prises.add(clePhoto(envoi.uuid, photo.sha)); return [envoi, photo]; }
    }
    return null;
  };
  const tourner = async () => {
    while (!bilan.arret) {
      const tache = await seul("choix", suivante);
      if (!tache) { return; }
      parties += 1;
      await envoyerPhoto(...tache, bilan);
    }
  };
  await Promise.all(Array.from({ length: DE_FRONT }, tourner));
  return parties > 0;
}

const dePhoto = (envoi, sha) => envoi.photos.find((p) => p.sha === sha) || {};

async function envoyerPhoto(envoi, photo, bilan) {
  const { uuid } = envoi;
  enCours.set(uuid, 0);
  try {
    const octets = await octetsDe(uuid, photo.sha).catch(() => undefined);
    if (octets === undefined) { bilan.echecs.add(uuid); return; } /* the store does not answer: another time */
    if (!octets) {
      await muter(uuid, (e) => { dePhoto(e, photo.sha).refus = "Cette photo n’est plus lisible sur le téléphone."; });
      return;
    }
    await pousser(envoi, photo, octets, bilan);
  } finally {
    enCours.delete(uuid);
    annoncer();
  }
}

async function pousser(envoi, photo, octets, bilan) {
  const chemin = `envois/${envoi.uuid}/photos/${photo.sha}/`;
  let debut = 0;
  let petits = photo.petits;
  if (photo.tente) {
    const connu = await appeler("GET", chemin, undefined, envoi);
    if (connu.etat === 200 && connu.json.recue) { await recue(envoi, photo, bilan); return; }
    debut = Math.min(connu.json.octets || 0, octets.byteLength - 1);
  } else {
    await muter(envoi.uuid, (e) => { dePhoto(e, photo.sha).tente = true; }).catch(() => undefined);
  }
  for (let essai = 0; essai < ESSAIS_MAX + octets.byteLength / PETIT; essai += 1) {
    const fin = petits ? Math.min(debut + PETIT, octets.byteLength) : octets.byteLength;
    const reponse = await televerser(chemin, octets, { debut, fin, compte: envoi.compte, avance: (n) => avancer(envoi.uuid, n / octets.byteLength) });
    if (reponse.json.recue) { await recue(envoi, photo, bilan); return; }
    if (reponse.etat === 202 || (reponse.etat === 409 && reponse.json.code === "decalage")) {
      debut = reponse.json.octets;
    } else if (reponse.etat === 413 && !petits) {
      petits = true;
      await muter(envoi.uuid, (e) => { dePhoto(e, photo.sha).petits = true; });
    } else if (reponse.etat === 403 && jetonPerime(reponse.json) && essai < 2) {
      await appeler("GET", "moi/");
    } else if (reponse.etat === 422 && reponse.json.code === "empreinte" && essai < 2) {
      debut = 0;
    } else if (reponse.etat === 404 && reponse.json.code === "envoi_inconnu") {
      await muter(envoi.uuid, (e) => { e.ficheRevision = 0; e.complet = null; });
      return;
    } else {
      if (await juger(reponse, envoi, bilan)) {
        const phrase = reponse.json.phrase || `Le serveur a refusé cette photo (${reponse.etat}).`;
        await muter(envoi.uuid, (e) => { dePhoto(e, photo.sha).refus = phrase; });
      }
      return;
    }
  }
  bilan.echecs.add(envoi.uuid);
}

let dernierSigne = 0;
function avancer(uuid, part) {
  enCours.set(uuid, part);
  if (Date.now() - dernierSigne > 250) { dernierSigne = Date.now(); annoncer(); }
}

async function recue(envoi, photo, bilan) {
  bilan.photos += 1;
  bilan.muets = 0;
  await noter(envoi, bilan, (e) => {
    Object.assign(dePhoto(e, photo.sha), { recue: true, refus: "" });
    Object.assign(e, { essais: 0, prochain: 0 });
    clore(e);
  });
}

/** Send by itself: at the opening, when the network or the page comes back, every 30 seconds. */
export function veiller(apres) {
  const tenter = async (force) => {
    const restes = await comptes();
    if (coffre.compte() && restes.restes) { apres(await envoyer({ force })); }
  };
  window.addEventListener("online", () => tenter(true));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { tenter(true); } });
  setInterval(() => tenter(false), PERIODE);
  tenter(true);
}

/** Write the sentence of the button: what was done, what remains. */
export async function envoyerEtDire() {
  const bilan = await envoyer({ force: true });
  return dire(bilan, await comptes());
}
