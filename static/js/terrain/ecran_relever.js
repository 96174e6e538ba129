/* Record one thing with one thumb: nature, photo, theme, sub-theme, save. The rest comes by itself or waits for the desk.
   The same screen corrects a record of the queue. */
import { compte, couper, demander, h, image, liberer, poids, remplir, typo } from "./dom.js";
import { choisirLePoint } from "./carte.js";
import * as file from "./file.js";
import { masquer } from "./masque.js";
import { garderBrouillon, lireBrouillon } from "./paquets.js";
import * as position from "./position.js";
import { reduire } from "./photo.js";

const NATURES = [["positif", "Positif"], ["negatif", "À améliorer"], ["proposition", "Proposition"]];
const PHOTOS_MAX = 6;
const THEMES_VUS = 8;
const PRECISION_BONNE = 15;
const PRECISION_DOUTEUSE = 30;
const ATTENTE_POSITION = 20000;
const VIDE = {
  nature: "negatif", theme: null, sous_theme: null, principe: null, description: "", proposition: "", repere: "", danger: false,
};

/** Show the screen in `zone`; `app` is the frame of the page. Return what to do when it is left. */
export async function montrer(zone, { paquet, envoi, app }) {
  const marche = paquet.marche;
  const nom = envoi ? `corriger-${envoi.uuid}` : `relever-${marche.id}`;
  const saisie = { ...VIDE, uuid: crypto.randomUUID(), revision: envoi?.revision, etape: null, position: null, photos: [], gardees: null, tousThemes: false };
  if (envoi) { await reprendreEnvoi(saisie, envoi); }
  const brouillon = await brouillonValable(nom, envoi, app);
  if (brouillon) { Object.assign(saisie, brouillon.valeur, { photos: brouillon.photos }); }
  if (!envoi && !brouillon) { saisie.etape = app.etapeChoisie; }
  let occupe = 0;
  let enregistre = false;

  async function garder() {
    if (enregistre) { return; }
    const { photos, ...reste } = saisie;
    await garderBrouillon(nom, reste, photos).catch(() => undefined);
  }
  const changer = (faits) => { Object.assign(saisie, faits); garder(); };

  const blocs = {
    photo: h("div"), galerie: h("div"), position: h("p", { class: "terrain-position", "aria-live": "polite" }), etape: h("div"), themes: h("div"), principes: h("div"), mots: h("div"),
  };

  /* Photos */
  async function prendre(fichiers) {
    const place = PHOTOS_MAX - saisie.photos.length;
    if (fichiers.length > place) { app.dire(typo(`${PHOTOS_MAX} photos au plus par fiche : ${fichiers.length - place} de trop, non prises.`), "erreur"); }
    for (const fichier of Array.from(fichiers).slice(0, place)) {
      occupe += 1;
      dessinerPhotos();
      try {
        const photo = await reduire(fichier);
        if (!saisie.photos.some((p) => p.sha === photo.sha)) { saisie.photos.push(photo); }
      } catch {
        app.dire("Cette photo ne peut pas être lue : reprenez-la.", "erreur");
      } finally {
        occupe -= 1;
      }
    }
    dessinerPhotos();
    await garder();
  }

  function champPhoto(etiquette, capture) {
    return h("input", {
      type: "file", accept: "image/*", capture: capture && "environment", multiple: !capture, "aria-label": etiquette, name: capture ? "photo" : "photos",
      on: { change: (e) => { prendre(e.target.files).then(() => { e.target.value = ""; }); } },
    });
  }

  function prevenir(photo) {
    if (!envoi?.photos.some((p) => p.sha === photo.sha && p.recue)) { return; }
    app.dire("La Ville a déjà reçu l’ancienne photo : faites-la écarter au bureau.", "alerte");
  }

  function dessinerPhotos() {
    liberer(blocs.photo);
    const [premiere, ...autres] = saisie.photos;
    const encore = saisie.photos.length < PHOTOS_MAX;
    const oter = (photo) => h("button", { class: "bouton bouton-petit", type: "button", on: { click: async () => {
      if (await demander("Retirer cette photo ?", "Retirer")) { prevenir(photo); changer({ photos: saisie.photos.filter((p) => p !== photo) }); dessinerPhotos(); }
    } } }, "Retirer");
    const cacher = (photo) => h("button", { class: "bouton bouton-petit", type: "button", on: { click: async () => {
      const masquee = await masquer(photo).catch(() => "echec");
      if (masquee === "echec") { app.dire("Cette photo ne peut pas être masquée : retirez-la.", "erreur"); }
      else if (masquee) { prevenir(photo); changer({ photos: saisie.photos.map((p) => (p === photo ? masquee : p)) }); dessinerPhotos(); }
    } } }, "Masquer");
    remplir(blocs.photo,
      premiere
        ? h("figure", { class: "terrain-photo terrain-photo-prise" }, image(premiere.octets, "Photo prise"),
          h("figcaption", {}, h("span", {}, poids(premiere.poids)), cacher(premiere), encore && h("div", { class: "bouton bouton-petit bouton-fichier" }, "Une de plus", champPhoto("Prendre une photo de plus", true)), oter(premiere)))
        : h("div", { class: "terrain-photo" }, h("span", {}, occupe ? "Photo en préparation…" : "Prendre une photo"), champPhoto("Prendre une photo", true)),
      h("div", { class: "terrain-photos" },
        autres.map((p) => h("figure", { class: "terrain-mini" }, image(p.octets, "Photo de plus"), cacher(p), oter(p)))),
    );
    remplir(blocs.galerie, encore && h("div", { class: "bouton bouton-petit bouton-fichier" }, "Choisir dans la galerie", champPhoto("Choisir des photos dans la galerie", false)));
  }

  /* Place: by itself, unless the pin is moved or the stop chosen. */
  const ici = () => saisie.position || (envoi ? saisie.positionInitiale : position.actuelle());

  function dessinerPosition() {
    const point = ici();
    const deplacer = h("button", { class: "lien", type: "button", on: { click: deplacerEpingle } }, point ? "déplacer" : "placer sur la carte");
    let mots = ["Recherche de la position…"];
    if (point && point.source === "epingle") { mots = ["Position ", h("b", {}, "posée à la main"), " (épingle)"]; }
    else if (point) {
      const douteuse = point.precision_m > PRECISION_DOUTEUSE;
      mots = ["Position ", h("b", { class: douteuse ? "douteuse" : null }, `± ${point.precision_m} m`), douteuse ? " (GPS, peu précise)" : " (GPS)"];
    } else if (position.empechement() === "refusee") { mots = ["Position refusée par l’appareil : l’étape ou un repère suffit"]; }
    else if (position.empechement()) { mots = ["Position introuvable : l’étape ou un repère suffit"]; }
    remplir(blocs.position, ...mots, " · ", deplacer);
    if (saisie.etape === null) { dessinerEtape(); }
  }

  async function deplacerEpingle() {
    const choisi = await choisirLePoint({ paquet, point: ici(), app });
    if (!choisi) { return; }
    const suivi = envoi ? position.actuelle() || saisie.position : null;
    changer({ position: choisi === "gps" ? suivi : { ...choisi, source: "epingle", precision_m: null } });
    dessinerPosition();
  }

  const etapeProche = () => position.etapeProche(paquet.etapes, ici());

  function dessinerEtape() {
    if (!paquet.etapes.length) { return; }
    const proche = etapeProche();
    const options = [
      h("option", { value: "", selected: saisie.etape === null }, proche ? `Au plus proche : ${proche.numero}. ${proche.libelle}` : "Selon la position"),
      h("option", { value: "0", selected: saisie.etape === 0 }, "Aucune étape"),
      paquet.etapes.map((e) => h("option", { value: String(e.id), selected: saisie.etape === e.id }, `${e.numero}. ${e.libelle}`)),
    ];
    const choix = h("select", { class: "champ", id: "etape", name: "etape", on: { change: (e) => {
      changer({ etape: e.target.value === "" ? null : Number(e.target.value) });
      if (!envoi) { app.etapeChoisie = saisie.etape; }
      app.sousTitre(titreEtape());
    } } }, options);
    remplir(blocs.etape, h("label", { for: "etape" }, "Étape"), choix);
    app.sousTitre(titreEtape());
  }

  function etapeRetenue() {
    if (saisie.etape === 0) { return null; }
    return saisie.etape ?? etapeProche()?.id ?? null;
  }

  function titreEtape() {
    const e = paquet.etapes.find((x) => x.id === etapeRetenue());
    return e ? `Étape ${e.numero}, ${e.libelle}` : marche.reference;
  }

  /* Theme, then its sub-themes at the same place under the thumb. */
  function dessinerThemes() {
    const choisi = paquet.themes.find((t) => t.id === saisie.theme);
    if (choisi) {
      remplir(blocs.themes,
        h("div", { class: "theme-choisi" }, h("b", {}, choisi.libelle),
          h("button", { class: "bouton bouton-petit", type: "button", on: { click: () => { changer({ theme: null, sous_theme: null }); dessinerThemes(); } } }, "Changer de thème")),
        h("div", { class: "themes themes-2", role: "group", "aria-label": `Sous-thème, ${choisi.libelle}` },
          choisi.sous_themes.map((s) => tuile(s.libelle, s.id === saisie.sous_theme, () => {
            changer({ sous_theme: s.id === saisie.sous_theme ? null : s.id });
            dessinerThemes();
          }))),
      );
      return;
    }
    const vus = saisie.tousThemes || paquet.themes.length <= THEMES_VUS + 1 ? paquet.themes : paquet.themes.slice(0, THEMES_VUS);
    remplir(blocs.themes, h("div", { class: "themes", role: "group", "aria-label": "Thème" },
      vus.map((t) => tuile(t.court, false, () => { changer({ theme: t.id }); dessinerThemes(); montrerLeChoix(); }, t.libelle)),
      vus.length < paquet.themes.length && tuile("Plus…", false, () => { changer({ tousThemes: true }); dessinerThemes(); }, "Plus… de thèmes")));
  }

  const montrerLeChoix = () => blocs.themes.scrollIntoView({ block: "center", behavior: "instant" });

  function tuile(mot, presse, geste, nomEntier) {
    return h("button", { class: "theme", type: "button", "aria-pressed": String(presse), on: { click: geste } },
      couper(mot), nomEntier && nomEntier.startsWith(mot) && h("span", { class: "invisible" }, nomEntier.slice(mot.length)));
  }

  function dessinerPrincipes() {
    if (!paquet.principes.length) { return; }
    const choisi = paquet.principes.find((p) => p.id === saisie.principe);
    remplir(blocs.principes,
      h("div", { class: "themes themes-2", role: "group", "aria-label": "Principe" },
        paquet.principes.map((p) => tuile(`${p.numero}. ${p.libelle}`, p.id === saisie.principe, () => {
          changer({ principe: p.id === saisie.principe ? null : p.id });
          dessinerPrincipes();
        }))),
      choisi ? h("p", { class: "question" }, choisi.question) : h("p", { class: "doux" }, "Touchez un principe pour lire sa question."),
    );
  }

  /* Words, when there is time. */
  function dessinerMots() {
    const champ = (cle, libelle, balise, aide) => [
      h("label", { for: cle }, libelle),
      h(balise, { class: "champ", id: cle, name: cle, rows: balise === "textarea" ? 3 : null, maxlength: balise === "textarea" ? 2000 : 200, value: saisie[cle],
        "aria-describedby": aide ? `aide-${cle}` : null, on: { input: (e) => changer({ [cle]: e.target.value }) } }),
      aide && h("p", { class: "doux petit", id: `aide-${cle}` }, aide),
    ];
    remplir(blocs.mots, h("details", { open: Boolean(saisie.description || saisie.repere || saisie.proposition || saisie.danger) },
      h("summary", {}, "Ajouter un mot, un repère"),
      champ("description", "Ce que l’on voit", "textarea", "Ni nom de personne, ni santé, ni infraction."),
      champ("proposition", "Proposition des habitants", "textarea"),
      champ("repere", "Adresse ou repère", "input"),
      h("label", { class: "case" }, h("input", { type: "checkbox", name: "danger", checked: saisie.danger, on: { change: (e) => changer({ danger: e.target.checked }) } }), "Danger immédiat (U1)")));
  }

  const natures = h("fieldset", { class: "segments" }, h("legend", { class: "invisible" }, "Nature"),
    NATURES.map(([valeur, mot]) => h("div", {}, h("input", {
      type: "radio", name: "nature", id: `nature-${valeur}`, value: valeur, checked: saisie.nature === valeur, on: { change: () => changer({ nature: valeur }) },
    }), h("label", { for: `nature-${valeur}` }, mot))));

  /* Save */
  const bouton = h("button", { class: "bouton bouton-fort bouton-terrain", type: "button", on: { click: enregistrer } }, envoi ? "Enregistrer la correction" : "Enregistrer le constat");

  async function enregistrer() {
    if (enregistre) { return; }
    if (occupe) { app.dire("La photo se prépare encore : un instant.", "info"); return; }
    if (!saisie.theme && !saisie.principe && !saisie.photos.length && !saisie.description.trim() && !saisie.proposition.trim()) {
      app.dire("Touchez un thème, prenez une photo ou écrivez un mot avant d’enregistrer.", "erreur");
      return;
    }
    enregistre = true;
    app.taire();
    bouton.setAttribute("aria-busy", "true");
    try {
      const garde = envoi ? await corriger() : await creer();
      await garderBrouillon(nom, null).catch(() => undefined); /* the record knows its draft by name: it will not be offered again */
      if (envoi) { app.enregistre(garde, "Correction enregistrée sur le téléphone.", `#/file/${garde.uuid}`); }
      else { app.enregistre(garde, "Constat enregistré sur le téléphone."); }
    } catch (erreur) {
      enregistre = false;
      app.dire(erreur.name === "QuotaExceededError"
        ? "Le téléphone est plein : libérez de la place ou envoyez la file, puis enregistrez de nouveau. Votre saisie est toujours là."
        : `Le téléphone n’a pas pu enregistrer (${erreur.message}). Votre saisie est toujours là : réessayez.`, "erreur");
    } finally {
      bouton.removeAttribute("aria-busy");
    }
  }

  function faits(point) {
    const { nature, theme, sous_theme, principe, description, proposition, repere, danger } = saisie;
    return {
      nature, theme, sous_theme, principe, description: description.trim(), proposition: proposition.trim(), repere: repere.trim(), danger, etape: etapeRetenue(),
      position: point && { lon: point.lon, lat: point.lat, precision_m: point.precision_m ?? null, source: point.source },
    };
  }

  async function creer() {
    const point = ici();
    const aPreciser = !saisie.position && !position.empechement() && (!point || point.precision_m > PRECISION_BONNE);
    const garde = await file.ajouter({
      uuid: saisie.uuid, genre: "constat", marche: marche.id, photos: saisie.photos, pretLe: aPreciser ? Date.now() + ATTENTE_POSITION : 0,
      contenu: { diagnostic: marche.id, quartier: marche.quartier.id, releve_a: new Date().toISOString(), ...faits(point) },
    });
    if (aPreciser) { position.ameliorer(point, (mieux) => file.preciser(garde.uuid, mieux, PRECISION_BONNE), ATTENTE_POSITION); }
    return garde;
  }

  async function corriger() {
    const restent = saisie.photos.map((p) => p.sha);
    return file.corriger(envoi.uuid, {
      revision: envoi.revision,
      faits: faits(ici()),
      gardees: saisie.anciennes.filter((sha) => restent.includes(sha) || saisie.illisibles.includes(sha)),
      nouvelles: saisie.photos.filter((p) => !saisie.anciennes.includes(p.sha)),
    });
  }

  dessinerPhotos(); dessinerPosition(); dessinerEtape(); dessinerThemes(); dessinerPrincipes(); dessinerMots();
  remplir(zone, natures, blocs.photo, blocs.position, blocs.principes, blocs.themes, blocs.etape, blocs.galerie, blocs.mots);
  app.pied(bouton);
  app.titre(envoi ? "Corriger la fiche" : marche.quartier.nom, titreEtape());
  if (brouillon && (saisie.photos.length || saisie.theme || saisie.description)) {
    app.dire(typo(`Votre saisie en cours a été retrouvée${saisie.photos.length ? `, avec ${compte(saisie.photos.length, "photo", "photos")}` : ""}.`), "info");
  }
  position.suivre();
  position.bruits.addEventListener("fix", dessinerPosition);
  return () => { position.bruits.removeEventListener("fix", dessinerPosition); liberer(zone); };
}

/* A draft is taken up unless its record was kept already, or was corrected elsewhere since. */
async function brouillonValable(nom, envoi, app) {
  const brouillon = await lireBrouillon(nom);
  if (!brouillon) { return null; }
  const depasse = envoi ? brouillon.valeur.revision !== envoi.revision : await file.connait(brouillon.valeur.uuid);
  if (!depasse) { return brouillon; }
  await garderBrouillon(nom, null).catch(() => undefined);
  if (envoi) { app.dire("Cette fiche a été corrigée depuis : voici sa dernière version.", "info"); }
  return null;
}

async function reprendreEnvoi(saisie, envoi) {
  const { photos, position: point, etape, ...reste } = await file.contenu(envoi);
  for (const cle of Object.keys(VIDE)) { saisie[cle] = reste[cle] ?? VIDE[cle]; }
  const lues = await Promise.all(photos.map(async (p) => ({ ...p, sha: p.sha256, octets: await file.octetsDe(envoi.uuid, p.sha256).catch(() => null) })));
  Object.assign(saisie, {
    etape: etape ?? 0, positionInitiale: point, position: point && point.source === "epingle" ? point : null,
    photos: lues.filter((p) => p.octets), anciennes: lues.map((p) => p.sha), illisibles: lues.filter((p) => !p.octets).map((p) => p.sha),
  });
}
