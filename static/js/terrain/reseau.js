/* The line to the server: JSON calls and photos. A failure is always a value, never an exception:
   {etat: 0} no answer, {etat: 401, …} and so on with the JSON of the answer when there is one. */
import * as coffre from "./coffre.js";

const DELAI = 25000;
const SILENCE = 30000;
export const RACINE = "/terrain/api/";

function jeton() {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "";
}

/* What is sent speaks for the account that recorded it, whoever is signed in meanwhile. */
function entetes(compte = coffre.compte()?.id) {
  const liste = { Accept: "application/json", "X-Appareil": coffre.appareil() };
  if (compte) { liste["X-Compte"] = String(compte); }
  return liste;
}

async function lire(reponse) {
  if (!(reponse.headers.get("Content-Type") || "").startsWith("application/json")) { return {}; }
  return reponse.json().catch(() => ({}));
}

/** Tell whether a 403 speaks of the CSRF token alone: signing in again in another tab changes it. */
export const jetonPerime = (json) => !json.code || json.code === "jeton";

/** Call the API; `corps` is sent as JSON, for the account of a record when one is given. A stale CSRF token is renewed once. */
export async function appeler(methode, chemin, corps, { compte, reprise = false } = {}) {
  const arret = new AbortController();
  const minuterie = setTimeout(() => arret.abort(), DELAI);
  const options = { method: methode, credentials: "same-origin", redirect: "manual", signal: arret.signal, headers: entetes(compte), cache: "no-store" };
  if (corps !== undefined) {
    options.body = JSON.stringify(corps);
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = jeton();
  }
  try {
    const reponse = await fetch(RACINE + chemin, options);
    const json = await lire(reponse);
    if (reponse.type === "opaqueredirect") { return { etat: 401, json: { code: "session" } }; }
    if (reponse.status === 403 && jetonPerime(json) && methode !== "GET" && !reprise) {
      await appeler("GET", "moi/");
      return await appeler(methode, chemin, corps, { compte, reprise: true });
    }
    return { etat: reponse.status, json };
  } catch {
    return { etat: 0, json: {} };
  } finally {
    clearTimeout(minuterie);
  }
}

/** Fetch bytes of ours (a photo of last time); null when it is not there. */
export async function octets(url) {
  try {
    const reponse = await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
    return reponse.ok ? await reponse.arrayBuffer() : null;
  } catch {
    return null;
  }
}

/** Send bytes [debut, fin[ of a photo; `avance(n)` is told how many have gone. Given up after 30 s without a byte. */
export function televerser(chemin, photo, { debut = 0, fin = photo.byteLength, compte, avance = () => undefined } = {}) {
  return new Promise((suite) => {
    const requete = new XMLHttpRequest();
    let minuterie = null;
    const rendre = (etat) => {
      clearTimeout(minuterie);
      let json = {};
      try { json = JSON.parse(requete.responseText); } catch { /* no answer, or not ours */ }
      suite({ etat, json });
    };
    const veiller = () => {
      clearTimeout(minuterie);
      minuterie = setTimeout(() => requete.abort(), SILENCE);
    };
    requete.open("PUT", RACINE + chemin);
    for (const [nom, valeur] of Object.entries(entetes(compte))) { requete.setRequestHeader(nom, valeur); }
    requete.setRequestHeader("Content-Type", "application/octet-stream");
    requete.setRequestHeader("X-CSRFToken", jeton());
    requete.setRequestHeader("X-Debut", String(debut));
    requete.setRequestHeader("X-Taille", String(photo.byteLength));
    requete.upload.addEventListener("progress", (e) => { veiller(); avance(debut + e.loaded); });
    requete.addEventListener("load", () => rendre(requete.status));
    requete.addEventListener("error", () => rendre(0));
    requete.addEventListener("abort", () => rendre(0));
    veiller();
    requete.send(new Uint8Array(photo, debut, fin - debut)); /* WebKit: a view; no copy */
  });
}
