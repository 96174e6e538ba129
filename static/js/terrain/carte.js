/* Light map of a walk: outline, route, stops, points; the background only where it was already seen. Leaflet is loaded when
   a map is first asked for. Every map is doubled by a list on its page. */
import { h } from "./dom.js";
import * as position from "./position.js";

const TOURS = [47.385, 0.695];
let chargement = null;

function reglages() {
  return document.getElementById("terrain").dataset;
}

function charger() {
  if (!chargement) {
    chargement = new Promise((suite, refus) => {
      const { leafletJs, leafletCss } = reglages();
      document.head.append(h("link", { rel: "stylesheet", href: leafletCss }));
      const script = h("script", { src: leafletJs, on: { load: () => suite(window.L), error: () => refus(new Error("carte")) } });
      document.head.append(script);
    });
    chargement.catch(() => { chargement = null; });
  }
  return chargement;
}

function puce(L, lettre, allure) {
  const bulle = h("span", {}, lettre);
  return L.divIcon({ className: `point point-${allure}`, html: bulle, iconSize: [30, 30] });
}

function poser(L, carte, paquet, { points = [], toucher = null }) {
  const fond = reglages().plan;
  if (fond) { L.tileLayer(fond, { maxZoom: 19, crossOrigin: true, attribution: "IGN, Géoplateforme" }).addTo(carte); }
  const lignes = { ...paquet.carte, features: paquet.carte.features.filter((f) => f.geometry.type !== "Point") };
  const trait = (f) => (f.geometry.type.endsWith("LineString")
    ? { color: "#0b4f6c", weight: 5 }
    : { color: "#13242d", weight: 2, fillOpacity: 0.03, dashArray: f.properties.provisoire ? "6 5" : null });
  const dessin = L.geoJSON(lignes, { style: trait, interactive: false }).addTo(carte);
  for (const e of paquet.etapes.filter((x) => x.lon !== null)) {
    L.marker([e.lat, e.lon], { icon: puce(L, String(e.numero), "etape"), title: `Étape ${e.numero}, ${e.libelle}`, interactive: false, keyboard: false }).addTo(carte);
  }
  for (const p of points.filter((x) => x.lon !== null && x.lon !== undefined)) {
    const marque = L.marker([p.lat, p.lon], { icon: puce(L, p.lettre, p.allure || "a-revoir"), title: p.titre, interactive: Boolean(toucher), keyboard: Boolean(toucher) }).addTo(carte);
    if (toucher) { marque.on("click", () => toucher(p)); }
  }
  return dessin.getBounds();
}

function moi(L, carte) {
  let marque = null;
  const placer = () => {
    const fix = position.actuelle();
    if (!fix) { return; }
    if (!marque) { marque = L.layerGroup([L.circle([fix.lat, fix.lon], { radius: 1, color: "#0b4f6c", weight: 1 }), L.circleMarker([fix.lat, fix.lon], { radius: 7, color: "#fff", weight: 2, fillColor: "#0b4f6c", fillOpacity: 1 })]).addTo(carte); }
    marque.eachLayer((c) => { c.setLatLng([fix.lat, fix.lon]); if (c.setRadius && c instanceof L.Circle) { c.setRadius(fix.precision_m); } });
  };
  placer();
  position.bruits.addEventListener("fix", placer);
  return () => position.bruits.removeEventListener("fix", placer);
}

function centrer(carte, point, cadre) {
  if (point) { carte.setView([point.lat, point.lon], 18); }
  else if (cadre && cadre.isValid()) { carte.fitBounds(cadre, { padding: [16, 16] }); }
  else { carte.setView(TOURS, 14); }
}

const OPTIONS = { zoomControl: true, attributionControl: true, fadeAnimation: false, zoomAnimation: false, markerZoomAnimation: false };

/** Draw the map of a walk in `zone`; `points` are {lon, lat, lettre, titre, allure}; `toucher(point)` follows a tap. Return how to end it. */
export async function dessiner(zone, { paquet, points = [], toucher = null }) {
  const L = await charger();
  const carte = L.map(zone, OPTIONS);
  carte.attributionControl.setPrefix(false);
  const cadre = poser(L, carte, paquet, { points, toucher });
  centrer(carte, null, cadre);
  const cesser = moi(L, carte);
  return () => { cesser(); carte.remove(); };
}

/** Ask for a place: the map moves under a pin. Resolve to {lon, lat}, "gps" (follow the device again), or null. */
export async function choisirLePoint({ paquet, point, app }) {
  let L;
  try {
    L = await charger();
  } catch {
    app.dire("La carte n’a pas pu s’ouvrir : choisissez l’étape ou écrivez un repère.", "erreur");
    return null;
  }
  return new Promise((suite) => {
    const fond = h("div", { class: "carte-fond", role: "application", "aria-label": "Carte : déplacez-la sous l’épingle, au doigt ou avec les flèches" });
    const finir = (valeur) => { dialogue.close(); suite(valeur); };
    const dialogue = h("dialog", { class: "plein", "aria-labelledby": "t-epingle" },
      h("h2", { id: "t-epingle" }, "Déplacez la carte sous l’épingle"),
      h("div", { class: "carte-viseur" }, fond, h("span", { class: "epingle", "aria-hidden": "true" }, "▼")),
      h("div", { class: "gestes" },
        h("button", { class: "bouton bouton-fort", type: "button", on: { click: () => { const c = carte.getCenter(); finir({ lon: Number(c.lng.toFixed(6)), lat: Number(c.lat.toFixed(6)) }); } } }, "Placer l’épingle ici"),
        h("button", { class: "bouton", type: "button", on: { click: () => finir("gps") } }, "Suivre le GPS"),
        h("button", { class: "bouton", type: "button", on: { click: () => finir(null) } }, "Annuler")));
    document.body.append(dialogue);
    dialogue.showModal();
    const carte = L.map(fond, OPTIONS);
    carte.attributionControl.setPrefix(false);
    const cadre = poser(L, carte, paquet, {});
    centrer(carte, point, cadre);
    const cesser = moi(L, carte);
    fond.focus();
    dialogue.addEventListener("cancel", () => suite(null));
    dialogue.addEventListener("close", () => { cesser(); carte.remove(); dialogue.remove(); });
  });
}
