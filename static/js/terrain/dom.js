/* Small hands: elements, words, numbers. No HTML is ever parsed from a string. */

/** Make an element: h("p", {class: "doux", on: {click: f}}, "text", child…). False and null are skipped. */
export function h(balise, attributs, ...enfants) {
  const element = document.createElement(balise);
  for (const [nom, valeur] of Object.entries(attributs || {})) {
    if (valeur === false || valeur === null || valeur === undefined) { continue; }
    if (nom === "on") {
      for (const [bruit, geste] of Object.entries(valeur)) { element.addEventListener(bruit, geste); }
    } else if (["value", "checked", "disabled", "hidden", "open", "selected"].includes(nom)) {
      element[nom] = valeur;
    } else {
      element.setAttribute(nom, valeur === true ? "" : String(valeur));
    }
  }
  element.append(...enfants.flat(Infinity).filter((e) => e !== false && e !== null && e !== undefined));
  return element;
}

/** Replace what an element holds; false and null are skipped. */
export function remplir(element, ...enfants) {
  element.replaceChildren(...enfants.flat(Infinity).filter((e) => e !== false && e !== null && e !== undefined));
}

const FINE = "\u202f";
const INSECABLE = "\u00a0";

/** Give a sentence the spaces of French typography. */
export function typo(texte) {
  return texte.replace(/ ([;!?])/g, `${FINE}$1`).replace(/ (:|»)/g, `${INSECABLE}$1`).replace(/« /g, `«${INSECABLE}`).replace(/n° /g, `n°${INSECABLE}`);
}

/** Say a number of things: compte(3, "constat", "constats"). */
export const compte = (n, un, plusieurs) => `${n.toLocaleString("fr-FR")}${INSECABLE}${n > 1 ? plusieurs : un}`;

/** Say a weight in bytes. */
export function poids(octets) {
  const [diviseur, unite] = octets < 999500 ? [1e3, "ko"] : octets < 999.5e6 ? [1e6, "Mo"] : [1e9, "Go"];
  return `${(octets / diviseur).toLocaleString("fr-FR", { maximumFractionDigits: unite === "ko" ? 0 : 1 })}${INSECABLE}${unite}`;
}

/** Say the hour of an instant (ms or ISO): 14 h 32. */
export function heure(instant) {
  const [h2, m] = new Date(instant).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).split(":");
  return `${h2}${INSECABLE}h${INSECABLE}${m}`;
}

/** Say a day: 26/11/2026. */
export const jour = (instant) => new Date(instant).toLocaleDateString("fr-FR");

/** Say a day as one reads an agenda: jeudi 26 novembre. */
export const jourLong = (instant) => new Date(instant).toLocaleDateString("fr-FR", { weekday: "long", day: "numeric", month: "long" });

/** Give a long word the places where a narrow tile may cut it. */
export const couper = (mot) => mot.replace(/(\p{L}{4,})(nement|ments?|tions?|bilités?)(?!\p{L})/gu, "$1\u00ad$2");

/** Ask a question in a dialog; resolve to true for yes. */
export function demander(question, oui, non = "Annuler") {
  return new Promise((suite) => {
    const titre = h("p", { id: "question" }, typo(question));
    const dialogue = h("dialog", { class: "dialogue", "aria-labelledby": "question" }, titre,
      h("form", { method: "dialog", class: "gestes" },
        h("button", { class: "bouton bouton-fort", value: "oui" }, oui), h("button", { class: "bouton", value: "" }, non)));
    dialogue.addEventListener("close", () => { dialogue.remove(); suite(dialogue.returnValue === "oui"); });
    document.body.append(dialogue);
    dialogue.showModal();
  });
}

const adresses = new WeakMap();

/** Show bytes as a picture whose address is freed with `liberer`. */
export function image(octets, alt, attributs = {}) {
  const url = URL.createObjectURL(octets instanceof Blob ? octets : new Blob([octets], { type: "image/jpeg" }));
  const element = h("img", { alt, src: url, ...attributs });
  adresses.set(element, url);
  return element;
}

/** Free the addresses of the pictures under an element. */
export function liberer(racine) {
  for (const element of racine.querySelectorAll("img")) {
    if (adresses.has(element)) { URL.revokeObjectURL(adresses.get(element)); }
  }
}
