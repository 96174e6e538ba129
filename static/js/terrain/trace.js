/* The track of the walk: off unless asked, shown as long as it runs, kept in pieces that go through the queue like the rest.
   The piece being written is a draft in the store: a killed page loses nothing. */
import * as coffre from "./coffre.js";
import * as magasin from "./magasin.js";
import { ajouter } from "./file.js";
import * as position from "./position.js";

const PAS_M = 6;
const PAS_MS = 4000;
const MORCEAU = 120;
const PRECISION_MAX = 60;
export const bruits = new EventTarget();
let enMarche = null; /* {marche, quartier, debut, points} */

const cle = () => `${coffre.compte().id} trace`;

/** Return the walk being tracked, or null. */
export const suivie = () => (enMarche ? enMarche.marche : null);

async function garder() {
  await magasin.ranger([["brouillons", { cle: cle(), scelle: await coffre.sceller(enMarche) }]]);
}

async function verser() {
  const { marche, quartier, debut, points } = enMarche;
  if (points.length > 1) {
    await ajouter({
      genre: "trace", marche,
      contenu: { diagnostic: marche, quartier, releve_a: new Date(debut).toISOString(), points },
    });
  }
  const dernier = points.at(-1);
  const fin = debut + (dernier ? dernier[3] * 1000 : 0);
  /* The next piece starts where this one ends, so that the line has no hole. */
  Object.assign(enMarche, { debut: fin, points: dernier ? [[dernier[0], dernier[1], dernier[2], 0]] : [] });
}

async function noter() {
  const fix = position.actuelle();
  if (!enMarche || !fix || fix.precision_m > PRECISION_MAX) { return; }
  const avant = enMarche.points.at(-1);
  const secondes = Math.round((fix.a - enMarche.debut) / 1000);
  if (avant && (secondes - avant[3] < PAS_MS / 1000 || position.distance(fix, { lon: avant[0], lat: avant[1] }) < PAS_M)) { return; }
  enMarche.points.push([fix.lon, fix.lat, fix.precision_m, Math.max(0, secondes)]);
  if (enMarche.points.length >= MORCEAU) { await verser(); }
  await garder();
}

/** Start the track of a walk. */
export async function commencer(marche, quartier) {
  enMarche = { marche, quartier, debut: Date.now(), points: [] };
  position.suivre();
  await noter();
  await garder();
  bruits.dispatchEvent(new Event("change"));
}

/** End the track; what was noted joins the queue. */
export async function finir() {
  if (!enMarche) { return; }
  await verser();
  enMarche = null;
  await magasin.oter([["brouillons", cle()]]);
  bruits.dispatchEvent(new Event("change"));
}

/** Go on with the track that a closed page left running. */
export async function reprendre() {
  const brouillon = await magasin.prendre("brouillons", cle());
  enMarche = brouillon ? await coffre.ouvrir(brouillon.scelle).catch(() => null) : null;
  if (enMarche) { position.suivre(); }
  bruits.dispatchEvent(new Event("change"));
}

position.bruits.addEventListener("fix", () => { noter(); });
