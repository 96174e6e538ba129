/* Where we are: the last fix, told to whoever listens; never waited for. Distances are in metres, instants in milliseconds. */
const AGE_MAX = 60000;
const MARCHE = 1.3; /* metres a second: what a fix is worth less each second, for one who walks */
export const bruits = new EventTarget();
let fix = null;
let erreur = "";
let veille = null;

/** Start following the position (nothing happens when it is followed already). */
export function suivre() {
  if (!navigator.geolocation) { erreur = "absente"; return; }
  if (veille !== null) { return; }
  veille = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      erreur = "";
      fix = {
        lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)),
        precision_m: Math.round(coords.accuracy), a: Math.min(timestamp || Date.now(), Date.now()),
      };
      bruits.dispatchEvent(new Event("fix"));
    },
    ({ code }) => {
      erreur = code === 1 ? "refusee" : "introuvable";
      bruits.dispatchEvent(new Event("fix"));
    },
    { enableHighAccuracy: true, maximumAge: 5000, timeout: 30000 },
  );
}

/** Stop following (battery). */
export function arreter() {
  if (veille !== null) { navigator.geolocation.clearWatch(veille); }
  veille = null;
}

/** Return {lon, lat, precision_m, source, a} when the last fix is fresh, else null. */
export function actuelle(maintenant = Date.now()) {
  return fix && maintenant - fix.a <= AGE_MAX ? { ...fix, source: "gps" } : null;
}

/** Return why there is no position: "", "refusee", "introuvable", "absente". */
export function empechement() {
  return erreur;
}

/** Return the distance in metres between two {lon, lat} (flat, good within a town). */
export function distance(a, b) {
  const x = (a.lon - b.lon) * Math.cos(((a.lat + b.lat) / 2) * Math.PI / 180);
  return Math.hypot(x, a.lat - b.lat) * 111320;
}

/** Call `geste(position)` for each fix of the next seconds that is surely better than the one given (null: any). */
export function ameliorer(depart, geste, duree = 20000) {
  let meilleure = depart;
  const debut = depart ? depart.a : Date.now();
  const juger = () => {
    const neuve = actuelle();
    if (!neuve) { return; }
    const ecart = neuve.precision_m + MARCHE * Math.max(0, neuve.a - debut) / 1000;
    if (!meilleure || ecart < meilleure.precision_m) {
      meilleure = { ...neuve, precision_m: Math.round(ecart) };
      geste({ lon: neuve.lon, lat: neuve.lat, precision_m: Math.round(ecart), source: "gps" });
    }
  };
  bruits.addEventListener("fix", juger);
  setTimeout(() => bruits.removeEventListener("fix", juger), duree);
}

/** Return the stop within reach of a position, or null; the accuracy counts. */
export function etapeProche(etapes, position, portee = 80) {
  if (!position || position.precision_m > portee) { return null; }
  const placees = etapes.filter((e) => e.lon !== null).map((e) => [distance(e, position), e]);
  placees.sort((a, b) => a[0] - b[0]);
  return placees.length && placees[0][0] <= portee ? placees[0][1] : null;
}

/** Say a distance as one says it on the street. */
export function direDistance(metres) {
  return metres < 1000 ? `${Math.max(5, Math.round(metres / 5) * 5)}\u00a0m` : `${(metres / 1000).toLocaleString("fr-FR", { maximumFractionDigits: 1 })}\u00a0km`;
}
