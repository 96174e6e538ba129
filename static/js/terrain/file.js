/* The queue: what was recorded on this device, whatever the form that recorded it, until the City has it and some days more.
   A record is one row of `envois`: its private content sealed, the state of each photo in the clear.
     uuid, compte, marche, genre, cree, revision, pretLe      who, where, when; `pretLe`: not before that instant
     scelle                                                   the content, sealed
     photos [{sha, poids, recue, refus, tente, petits}]       bytes are in the table `photos`
     fiche, ficheRevision, base                               last receipt, the revision that it answers, what a correction is based on
     tente                                                    revision sent without an answer yet
     refus, essais, prochain, complet, verifie                refusal, attempts, next attempt, all received, checked again
   How rows leave is in envoi.js. */
import * as coffre from "./coffre.js";
import * as magasin from "./magasin.js";

export const ETATS = {
  preparation: "En préparation",
  a_envoyer: "À envoyer",
  en_cours: "Envoi en cours",
  refuse: "Refusé",
  recu: "Reçu par la Ville",
};
export const bruits = new EventTarget();
/** Progress of what is leaving now: uuid → part of the photo sent, 0 to 1 (null for the record itself). */
export const enCours = new Map();
const canal = typeof BroadcastChannel === "function" ? new BroadcastChannel("terrain") : null;
if (canal) { canal.onmessage = () => bruits.dispatchEvent(new Event("change")); }

/** Say that something moved, to this page and to the other tabs. */
export function annoncer() {
  bruits.dispatchEvent(new Event("change"));
  canal?.postMessage("change");
}

const attentes = new Map();

/** Run alone, among all the tabs, what changes one thing. */
export async function seul(nom, geste, options = {}) {
  if (navigator.locks) { return navigator.locks.request(`terrain ${nom}`, options, geste); }
  if (options.ifAvailable && attentes.has(nom)) { return geste(null); }
  const avant = attentes.get(nom) || Promise.resolve();
  const suite = avant.then(() => geste({}), () => geste({}));
  attentes.set(nom, suite);
  try {
    return await suite;
  } finally {
    if (attentes.get(nom) === suite) { attentes.delete(nom); }
  }
}

export const clePhoto = (uuid, sha) => `${uuid} ${sha}`;

/** Tell whether the record itself was received as it stands now. */
export const ficheRecue = (envoi) => Boolean(envoi.fiche) && envoi.ficheRevision === envoi.revision;

/** Return one of the five states. */
export function etat(envoi) {
  if (enCours.has(envoi.uuid)) { return "en_cours"; }
  if (envoi.refus || envoi.photos.some((p) => p.refus)) { return "refuse"; }
  if (ficheRecue(envoi)) { return envoi.photos.every((p) => p.recue) ? "recu" : "a_envoyer"; }
  return envoi.pretLe > Date.now() ? "preparation" : "a_envoyer";
}

/** Return the records of this account, oldest first. */
export async function liste() {
  const qui = coffre.compte();
  const tous = await magasin.tout("envois");
  return tous.filter((e) => qui && e.compte === qui.id).sort((a, b) => a.cree - b.cree);
}

/** Return how many records wait here for other accounts, unreadable by this one. */
export async function desAutres() {
  const qui = coffre.compte();
  return (await magasin.tout("envois")).filter((e) => (!qui || e.compte !== qui.id) && etat(e) !== "recu").length;
}

/** Count the records of this account by state, and the photos that are still here only. */
export async function comptes() {
  const total = { preparation: 0, a_envoyer: 0, en_cours: 0, refuse: 0, recu: 0, photos: 0 };
  for (const envoi of await liste()) {
    total[etat(envoi)] += 1;
    total.photos += envoi.photos.filter((p) => !p.recue).length;
  }
  total.restes = total.preparation + total.a_envoyer + total.en_cours + total.refuse;
  return total;
}

/** Return the content of a record. */
export async function contenu(envoi) {
  return coffre.ouvrir(envoi.scelle);
}

/** Return the bytes of a photo of a record, or null when the device no longer has them; raise when the store does not answer. */
export async function octetsDe(uuid, sha) {
  const rangee = await magasin.prendre("photos", clePhoto(uuid, sha), { sur: true });
  if (!rangee) { return null; }
  return coffre.ouvrir(rangee.scelle).catch((erreur) => {
    if (erreur.name === "OperationError") { return null; } /* sealed with another key, or damaged */
    throw erreur;
  });
}

const decrire = (photos) => photos.map((p) => ({
  sha256: p.sha, role: "avant", poids: p.poids, largeur: p.largeur, hauteur: p.hauteur, prise_a: p.prise_a, texte_alternatif: "",
}));

async function rangerPhotos(uuid, photos) {
  return Promise.all(photos.map(async (p) => ["photos", { cle: clePhoto(uuid, p.sha), scelle: await coffre.sceller(p.octets) }]));
}

const neuve = (p) => ({ sha: p.sha, poids: p.poids, recue: false, refus: "", tente: false, petits: false });

/** Tell whether a record of this name was kept already (a page killed before it could forget its draft). */
export const connait = async (uuid) => Boolean(uuid && (await magasin.prendre("envois", uuid)));

/* The very same facts and photos: a record kept twice by a page killed in between, or by a second tab. */
async function memes(envoi, faits, photos) {
  const { photos: annoncees, releve_a: _, ...siens } = await contenu(envoi).catch(() => ({ photos: [] }));
  const { releve_a: __, ...ceux } = faits;
  const sommes = (liste) => liste.map((p) => p.sha || p.sha256).sort().join(" ");
  return JSON.stringify(siens) === JSON.stringify(ceux) && sommes(annoncees) === sommes(photos);
}

/** Keep a new record and its photos on the device, in one transaction; return its row. Under a name that is taken, the same
    facts change nothing and others take a new name. */
export async function ajouter({ genre, marche, contenu: faits, photos = [], pretLe = 0, uuid = crypto.randomUUID() }) {
  const uniques = [...new Map(photos.map((p) => [p.sha, p])).values()];
  const deja = await magasin.prendre("envois", uuid);
  if (deja) {
    if (await memes(deja, faits, uniques)) { return deja; }
    return ajouter({ genre, marche, contenu: faits, photos, pretLe });
  }
  const envoi = {
    uuid, compte: coffre.compte().id, marche, genre, cree: Date.now(), revision: 1, pretLe,
    scelle: await coffre.sceller({ ...faits, photos: decrire(uniques) }),
    photos: uniques.map(neuve),
    fiche: null, ficheRevision: 0, base: null, tente: 0, refus: "", essais: 0, prochain: 0, complet: null, verifie: null,
  };
  await magasin.ranger([["envois", envoi], ...(await rangerPhotos(uuid, uniques))]);
  annoncer();
  return envoi;
}

/** Change a row under its lock; `geste(row)` returns false to leave it, or rows to write with it. */
export async function muter(uuid, geste) {
  return seul(`ligne ${uuid}`, async () => {
    const envoi = await magasin.prendre("envois", uuid);
    if (!envoi) { return null; }
    const avec = await geste(envoi);
    if (avec === false) { return null; }
    await magasin.ranger([["envois", envoi], ...(Array.isArray(avec) ? avec : [])]);
    return envoi;
  });
}

/** Correct a record: new content, photos kept (by hash) and added. Raises when another tab corrected it since `revision`. */
export async function corriger(uuid, { revision, faits, gardees, nouvelles = [], pretLe = 0 }) {
  let ailleurs = false;
  let retirees = [];
  const envoi = await muter(uuid, async (ligne) => {
    if (revision !== undefined && ligne.revision !== revision) { ailleurs = true; return false; }
    const ancien = await coffre.ouvrir(ligne.scelle);
    const restent = ancien.photos.filter((p) => !gardees || gardees.includes(p.sha256));
    retirees = ancien.photos.filter((p) => !restent.includes(p)).map((p) => p.sha256);
    const ajoutees = nouvelles.filter((p) => !restent.some((r) => r.sha256 === p.sha));
    /* The revision is part of the content: going back to an earlier text is one more correction, not an old sending. */
    ligne.scelle = await coffre.sceller({ ...ancien, ...faits, revision: ligne.revision + 1, photos: [...restent, ...decrire(ajoutees)] });
    ligne.photos = [
      ...ligne.photos.filter((p) => restent.some((r) => r.sha256 === p.sha)).map((p) => ({ ...p, refus: "" })),
      ...ajoutees.map(neuve),
    ];
    Object.assign(ligne, { revision: ligne.revision + 1, pretLe, refus: "", essais: 0, prochain: 0, complet: null, verifie: null });
    return rangerPhotos(uuid, ajoutees);
  });
  if (ailleurs) { throw new Error("Cette fiche a été corrigée dans un autre onglet : rouvrez-la pour voir la dernière version."); }
  if (!envoi) { throw new Error("cette fiche n’est plus sur le téléphone"); }
  const perdues = retirees.filter((sha) => !envoi.photos.some((p) => p.sha === sha));
  if (perdues.length) { await magasin.oter(perdues.map((sha) => ["photos", clePhoto(uuid, sha)])).catch(() => undefined); }
  annoncer();
  return envoi;
}

/** Put the better position of the next seconds in a record that has not left yet; under `suffit` metres it may leave. */
export async function preciser(uuid, position, suffit = 0) {
  return muter(uuid, async (ligne) => {
    const faits = await coffre.ouvrir(ligne.scelle);
    if (ligne.tente || ligne.fiche || (faits.position && faits.position.source !== "gps")) { return false; }
    ligne.scelle = await coffre.sceller({ ...faits, position });
    if (position.precision_m <= suffit) { ligne.pretLe = 0; }
    return [];
  });
}

/** Let a refused record try again. */
export async function reessayer(uuid) {
  await muter(uuid, (ligne) => {
    Object.assign(ligne, { refus: "", essais: 0, prochain: 0, pretLe: 0 });
    ligne.photos.forEach((p) => { p.refus = ""; });
  });
  annoncer();
}

/** Delete a record and its photos from the device, when `si(row)` still says so; nothing is asked of the server. */
export async function supprimer(uuid, si = () => true) {
  await seul(`ligne ${uuid}`, async () => {
    const envoi = await magasin.prendre("envois", uuid);
    if (envoi && si(envoi)) { await magasin.oter([["envois", uuid], ...envoi.photos.map((p) => ["photos", clePhoto(uuid, p.sha)])]); }
  });
  annoncer();
}
