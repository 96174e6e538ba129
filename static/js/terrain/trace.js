/* The track of the walk: off unless asked, shown as long as it runs, kept in pieces that go through the queue like the rest.
   The piece being written is a draft in the store: a killed page loses nothing. */
import * as coffre from "./coffre.js";
import * as magasin from "./magasin.js";
import { ajouter, connait } from "./file.js";
import * as position from "./position.js";

const PAS_M = 6;
const PAS_MS = 4000;
const MORCEAU = 120;
const PRECISION_MAX = 60;
export const bruits = new EventTarget();
let enMarche = null; /* {uuid, marche, quartier, debut, points} */
let relacher = () => undefined;

/* One tab follows: the lock lasts as long as the track, and dies with the page. */
function tenir() {
  if (!navigator.locks) { return Promise.resolve(true); }
  return new Promise((suite) => {
    navigator.locks.request("terrain trace", { ifAvailable: true }, (verrou) => {
      suite(Boolean(verrou));
      return verrou ? new Promise((fin) => { relacher = fin; }) : undefined;
    });
  });
}

const cle = () => `${coffre.compte().id} trace`;

/** Return the walk being tracked, or null. */
export const suivie = () => (enMarche ? enMarche.marche : null);

async function garder() {
  await magasin.ranger([["brouillons", { cle: cle(), scelle: await coffre.sceller(enMarche) }]]);
}

async function verser() {
  const { uuid, marche, quartier, debut, points } = enMarche;
  if (points.length > 1) {
    await ajouter({
      uuid, genre: "trace", marche,
      contenu: { diagnostic: marche, quartier, releve_a: new Date(debut).toISOString(), points },
    });
  }
  continuer();
}

/* The next piece starts where this one ends, so that the line has no hole. */
function continuer() {
  const dernier = enMarche.points.at(-1);
  const fin = enMarche.debut + (dernier ? dernier[3] * 1000 : 0);
  Object.assign(enMarche, { uuid: crypto.randomUUID(), debut: fin, points: dernier ? [[dernier[0], dernier[1], dernier[2], 0]] : [] });
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

/** Start the track of a walk; false when another tab follows one. */
export async function commencer(marche, quartier) {
  if (!(await tenir())) { return false; }
  enMarche = { uuid: crypto.randomUUID(), marche, quartier, debut: Date.now(), points: [] };
  position.suivre();
  await noter();
  await garder();
  bruits.dispatchEvent(new Event("change"));
  return true;
}

/** End the track; what was noted joins the queue. */
export async function finir() {
  if (!enMarche) { return; }
  await verser();
  enMarche = null;
  await magasin.oter([["brouillons", cle()]]);
  relacher();
  bruits.dispatchEvent(new Event("change"));
}

/** Go on with the track that a closed page left running. */
export async function reprendre() {
  const brouillon = await magasin.prendre("brouillons", cle());
  const suite = brouillon ? await coffre.ouvrir(brouillon.scelle).catch(() => null) : null;
  enMarche = suite && (await tenir()) ? suite : null;
  if (enMarche) {
    if (await connait(enMarche.uuid)) { continuer(); }
    position.suivre();
  }
  bruits.dispatchEvent(new Event("change"));
}

position.bruits.addEventListener("fix", () => { noter(); });
