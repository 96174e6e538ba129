/* Hide a face or a plate before the photo is kept: rectangles burnt into a new picture, the one that was taken is thrown away. */
import { h } from "./dom.js";
import { depuisImage } from "./photo.js";

const COTE_MIN = 12; /* pixels on the screen: less is a slip of the finger */
const PAVE = 14; /* a hidden zone is this many blocks wide at most: nobody is recognised */

function pixeliser(dessin, toile, { x, y, l, h: haut }) {
  const petits = document.createElement("canvas");
  const pas = Math.max(l, haut) / PAVE;
  petits.width = Math.max(1, Math.round(l / pas));
  petits.height = Math.max(1, Math.round(haut / pas));
  petits.getContext("2d").drawImage(toile, x, y, l, haut, 0, 0, petits.width, petits.height);
  dessin.imageSmoothingEnabled = false;
  dessin.drawImage(petits, 0, 0, petits.width, petits.height, x, y, l, haut);
}

/** Let the person draw rectangles over a photo of photo.js; resolve to the new photo, null when nothing changed, "echec" when it cannot be. */
export async function masquer(photo) {
  const source = await createImageBitmap(new Blob([photo.octets]));
  const toile = h("canvas", { class: "masque", role: "img", "aria-label": "Photo : entourez au doigt ce qu’il faut masquer" });
  toile.width = source.width;
  toile.height = source.height;
  const dessin = toile.getContext("2d");
  const zones = [];
  let depart = null;
  const redessiner = (enCours) => {
    dessin.drawImage(source, 0, 0);
    zones.forEach((zone) => pixeliser(dessin, toile, zone));
    if (enCours) {
      dessin.strokeStyle = "#f2c14e";
      dessin.lineWidth = toile.width / 120;
      dessin.strokeRect(enCours.x, enCours.y, enCours.l, enCours.h);
    }
  };
  const place = (e) => {
    const cadre = toile.getBoundingClientRect();
    const borner = (v, max) => Math.min(Math.max(v, 0), max);
    return { x: borner((e.clientX - cadre.left) / cadre.width, 1) * toile.width, y: borner((e.clientY - cadre.top) / cadre.height, 1) * toile.height };
  };
  const zone = (a, b) => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), l: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) });
  toile.addEventListener("pointerdown", (e) => { depart = place(e); toile.setPointerCapture(e.pointerId); });
  toile.addEventListener("pointermove", (e) => { if (depart) { redessiner(zone(depart, place(e))); } });
  toile.addEventListener("pointerup", (e) => {
    const tracee = depart && zone(depart, place(e));
    depart = null;
    const seuil = COTE_MIN * toile.width / toile.getBoundingClientRect().width;
    if (tracee && tracee.l > seuil && tracee.h > seuil) { zones.push(tracee); }
    redessiner();
    dire();
  });
  redessiner();

  const fini = h("button", { class: "bouton bouton-fort", type: "button" }, "Garder la photo masquée");
  const annuler = h("button", { class: "bouton", type: "button", on: { click: () => { zones.pop(); redessiner(); dire(); } } }, "Effacer le dernier");
  const dire = () => { fini.disabled = annuler.disabled = !zones.length; };
  dire();
  return new Promise((suite) => {
    const dialogue = h("dialog", { class: "plein plein-noir", "aria-labelledby": "t-masque" },
      h("h2", { id: "t-masque" }, "Entourez ce qu’il faut masquer"),
      h("div", { class: "viseur" }, toile),
      h("div", { class: "gestes" }, fini, annuler, h("button", { class: "bouton", type: "button", on: { click: () => finir(null) } }, "Ne rien masquer")));
    const finir = (valeur) => { suite(valeur); dialogue.close(); };
    fini.addEventListener("click", async () => {
      fini.disabled = true;
      const neuve = await depuisImage(toile).catch(() => "echec");
      finir(neuve === "echec" ? neuve : { ...neuve, prise_a: photo.prise_a });
    });
    dialogue.addEventListener("cancel", () => suite(null));
    dialogue.addEventListener("close", () => { source.close(); dialogue.remove(); });
    document.body.append(dialogue);
    dialogue.showModal();
  });
}
