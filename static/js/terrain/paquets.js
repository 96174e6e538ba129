/* Walks carried on the device: the packet of the server and the photos of last time, sealed. */
import * as coffre from "./coffre.js";
import * as magasin from "./magasin.js";
import { appeler, octets } from "./reseau.js";

const cle = (marche) => `${coffre.compte().id} ${marche}`;
const cleImage = (marche, constat) => `${cle(marche)} ${constat}`;

const vus = new Map(); /* packets read since the page was opened: the walk goes on when the store no longer answers */

/** Return the packet of a walk, or null. */
export async function lire(marche) {
  const qui = cle(marche);
  const rangee = await magasin.prendre("paquets", qui, { sur: true }).catch(() => vus.get(qui));
  const paquet = rangee ? await coffre.ouvrir(rangee.scelle).catch(() => null) : null;
  if (paquet) { vus.set(qui, rangee); } else { vus.delete(qui); }
  return paquet;
}

/** Return the packets on the device, the nearest day first. */
export async function tous() {
  const miens = (await magasin.tout("paquets")).filter((r) => r.cle.startsWith(`${coffre.compte().id} `));
  const lus = await Promise.all(miens.map((r) => coffre.ouvrir(r.scelle).catch(() => null)));
  return lus.filter(Boolean).sort((a, b) => a.marche.prevu_le.localeCompare(b.marche.prevu_le));
}

/** Fetch a walk and the photos of last time; `avance(fait, total)` says how far. Return {paquet} or {phrase}. */
export async function emporter(marche, avance = () => undefined) {
  const reponse = await appeler("GET", `marches/${marche}/`);
  if (reponse.etat !== 200) {
    return { code: reponse.json.code || "", etat: reponse.etat, phrase: reponse.json.phrase || (reponse.etat ? `Le serveur n’a pas pu répondre (${reponse.etat}).` : "Pas de réseau.") };
  }
  const paquet = reponse.json;
  paquet.emporte_le = Date.now();
  paquet.poids = JSON.stringify(paquet).length;
  paquet.photos_manquantes = 0;
  const avecPhoto = paquet.a_revoir.filter((c) => c.photo);
  avance(0, avecPhoto.length);
  for (const [rang, constat] of avecPhoto.entries()) {
    const cleDeLImage = cleImage(marche, constat.id);
    const deja = await magasin.prendre("images", cleDeLImage);
    if (deja && deja.url === constat.photo.url) {
      paquet.poids += deja.scelle.donnees.byteLength;
    } else {
      const image = await octets(constat.photo.url);
      if (image) {
        paquet.poids += image.byteLength;
        await magasin.ranger([["images", { cle: cleDeLImage, url: constat.photo.url, scelle: await coffre.sceller(image) }]]);
      } else {
        paquet.photos_manquantes += 1;
      }
    }
    avance(rang + 1, avecPhoto.length);
  }
  await magasin.ranger([["paquets", { cle: cle(marche), scelle: await coffre.sceller(paquet) }]]);
  return { paquet };
}

/** Return the old photo of a constat as a Blob, or null. */
export async function imageDe(marche, constat) {
  const rangee = await magasin.prendre("images", cleImage(marche, constat));
  const brute = rangee ? await coffre.ouvrir(rangee.scelle).catch(() => null) : null;
  return brute ? new Blob([brute], { type: "image/jpeg" }) : null;
}

/** Forget a walk: its packet and its old photos; the records of the queue stay. */
export async function laisser(marche) {
  const prefixe = `${cle(marche)} `;
  const images = (await magasin.tout("images")).filter((r) => r.cle.startsWith(prefixe));
  await magasin.oter([["paquets", cle(marche)], ...images.map((r) => ["images", r.cle])]);
}

const scellees = new Map(); /* photos of the draft, sealed once: sha → row */

/** Keep what is being typed (`valeur` is JSON, `photos` as photo.js makes them); null erases. */
export async function garderBrouillon(nom, valeur, photos = []) {
  if (valeur === null) {
    scellees.clear();
    await magasin.oter([["brouillons", cle(nom)]]);
    return;
  }
  for (const photo of photos) {
    if (!scellees.has(photo.sha)) {
      const { octets: brut, ...faits } = photo;
      scellees.set(photo.sha, { faits, scelle: await coffre.sceller(brut) });
    }
  }
  const rangee = { cle: cle(nom), scelle: await coffre.sceller(valeur), photos: photos.map((p) => scellees.get(p.sha)) };
  await magasin.ranger([["brouillons", rangee]]);
}

/** Return {valeur, photos} of what was being typed, or null. */
export async function lireBrouillon(nom) {
  const rangee = await magasin.prendre("brouillons", cle(nom));
  if (!rangee) { return null; }
  try {
    const photos = await Promise.all((rangee.photos || []).map(async ({ faits, scelle }) => ({ ...faits, octets: await coffre.ouvrir(scelle) })));
    return { valeur: await coffre.ouvrir(rangee.scelle), photos };
  } catch {
    return null; /* of another key */
  }
}
