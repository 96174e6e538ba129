/* The second walk: what was open last time, in walking order; « levé, inchangé, pire » in two taps, with the photo of today
   beside the old one. */
import * as cadrage from "./cadrage.js";
import { compte, h, image, jour, liberer, poids, remplir, typo } from "./dom.js";
import * as file from "./file.js";
import * as paquets from "./paquets.js";
import * as position from "./position.js";
import { reduire } from "./photo.js";

const VERDICTS = [["leve", "Levé", "✓"], ["inchange", "Inchangé", "○"], ["pire", "Pire", "▲"]];
export const MOTS = { leve: "levé", inchange: "inchangé", pire: "pire" };

/** Return verdicts by constat: those of the queue first, then those that the City already has. */
export async function revues(paquet) {
  const connues = new Map(paquet.a_revoir.filter((c) => c.revue).map((c) => [c.id, c.revue]));
  for (const envoi of await file.liste()) {
    if (envoi.genre === "revue" && envoi.marche === paquet.marche.id) {
      const faits = await file.contenu(envoi).catch(() => null);
      if (faits) { connues.set(faits.constat, faits.verdict); }
    }
  }
  return connues;
}

const titreDe = (constat) => `${constat.numero}. ${constat.titre}`;

function loin(constat) {
  const ici = position.actuelle();
  return ici && constat.lon !== null ? `à ${position.direDistance(position.distance(ici, constat))}` : "";
}

/** Show the list. */
export async function montrerListe(zone, { paquet, app }) {
  const faites = await revues(paquet);
  const restent = paquet.a_revoir.filter((c) => !faites.has(c.id));
  const base = `#/marche/${paquet.marche.id}/revoir/`;
  const ligne = async (c) => {
    const vue = await paquets.imageDe(paquet.marche.id, c.id);
    const verdict = faites.get(c.id);
    return h("li", {}, h("a", { class: "revoir-ligne", href: base + c.id },
      vue ? image(vue, "") : h("span", { class: "sans-photo", "aria-hidden": "true" }, "–"),
      h("span", {}, h("b", {}, titreDe(c)),
        h("span", { class: "doux petit" }, [c.repere, c.etape, loin(c)].filter(Boolean).join(" · ") || c.etat_libelle)),
      verdict ? h("span", { class: `verdict verdict-${verdict}` }, `${VERDICTS.find(([v]) => v === verdict)[2]} ${MOTS[verdict]}`) : h("span", { class: "verdict" }, "à revoir")));
  };
  app.titre("À revoir", typo(`${compte(paquet.a_revoir.length - restent.length, "revu", "revus")} sur ${paquet.a_revoir.length}`));
  app.pied(restent.length ? h("a", { class: "bouton bouton-fort bouton-terrain", href: base + restent[0].id }, "Revoir le suivant") : null);
  remplir(zone, paquet.a_revoir.length
    ? h("ol", { class: "revoir" }, await Promise.all(paquet.a_revoir.map(ligne)))
    : h("p", { class: "vide" }, "Rien à revoir sur ce parcours : aucun constat de la dernière marche n’est resté ouvert."));
  return () => liberer(zone);
}

/** Show one constat and take its verdict. */
export async function montrer(zone, { paquet, constat, app }) {
  const marche = paquet.marche;
  const ancienne = await paquets.imageDe(marche.id, constat.id);
  const deja = (await revues(paquet)).get(constat.id);
  const suivants = paquet.a_revoir;
  const nom = `revoir-${marche.id}-${constat.id}`;
  const brouillon = await paquets.lireBrouillon(nom);
  const repris = brouillon && !(await file.connait(brouillon.valeur.uuid)) ? brouillon : null;
  const uuid = repris?.valeur.uuid || crypto.randomUUID();
  let photo = repris?.photos[0] || null;
  let attente = Promise.resolve();
  let enregistre = false;
  const blocPhoto = h("div", { class: "paire" });

  async function prendre(fichier) {
    if (!fichier) { return; }
    attente = reduire(fichier).then((prise) => { photo = prise; }, () => app.dire("Cette photo ne peut pas être lue : reprenez-la.", "erreur"));
    await attente;
    dessiner();
    await garder();
  }

  async function garder() {
    if (!enregistre) { await paquets.garderBrouillon(nom, { uuid, commentaire: commentaire.value }, photo ? [photo] : []).catch(() => undefined); }
  }

  async function viser() {
    const prise = await cadrage.viser(ancienne);
    if (prise === "refus") { app.dire("L’appareil photo n’est pas permis à cette page : prenez une photo ordinaire.", "erreur"); return; }
    if (prise) { photo = prise; dessiner(); await garder(); }
  }

  function dessiner() {
    liberer(blocPhoto);
    const champ = (mot, fort) => h("div", { class: `bouton bouton-fichier${fort ? " bouton-fort" : ""}` }, mot,
      h("input", { type: "file", name: "photo", accept: "image/*", capture: "environment", "aria-label": mot, on: { change: (e) => prendre(e.target.files[0]) } }));
    remplir(blocPhoto,
      h("figure", {}, ancienne ? image(ancienne, `Photo de la dernière fois : ${constat.titre}`) : h("div", { class: "sans-photo" }, "Pas de photo"),
        h("figcaption", {}, `Relevé le ${jour(constat.releve_le)}`)),
      h("figure", {}, photo ? image(photo.octets, "Photo d’aujourd’hui") : h("div", { class: "sans-photo" }, "Aujourd’hui"),
        h("figcaption", {}, photo ? `Prise, ${poids(photo.poids)}` : "Photo d’aujourd’hui")),
      h("div", { class: "gestes paire-gestes" },
        ancienne && cadrage.possible() && h("button", { class: "bouton bouton-fort", type: "button", on: { click: viser } }, photo ? "Reprendre au même cadrage" : "Photo au même cadrage"),
        champ(photo ? "Reprendre la photo" : "Prendre une photo", !(ancienne && cadrage.possible()))));
  }

  const commentaire = h("input", { class: "champ", id: "commentaire", maxlength: 300, name: "commentaire", value: repris?.valeur.commentaire || "", on: { change: garder } });

  async function juger(verdict) {
    if (enregistre) { return; }
    enregistre = true;
    await attente; /* the photo just taken goes with its verdict */
    const point = position.actuelle();
    try {
      await file.ajouter({
        uuid, genre: "revue", marche: marche.id, photos: photo ? [photo] : [],
        contenu: {
          diagnostic: marche.id, quartier: marche.quartier.id, releve_a: new Date().toISOString(), constat: constat.id, verdict, commentaire: commentaire.value.trim(),
          position: point && { lon: point.lon, lat: point.lat, precision_m: point.precision_m, source: "gps" },
        },
      });
    } catch (erreur) {
      enregistre = false;
      app.dire(`Le téléphone n’a pas pu enregistrer (${erreur.message}) : réessayez.`, "erreur");
      return;
    }
    await paquets.garderBrouillon(nom, null).catch(() => undefined);
    const faites = await revues(paquet);
    const rang = suivants.indexOf(constat);
    const suivant = [...suivants.slice(rang + 1), ...suivants.slice(0, rang)].find((c) => !faites.has(c.id));
    app.enregistre(null, `« ${titreDe(constat)} » : ${MOTS[verdict]}.`, `#/marche/${marche.id}/revoir${suivant ? `/${suivant.id}` : ""}`);
  }

  dessiner();
  app.titre(titreDe(constat), [constat.reference, constat.etape, loin(constat)].filter(Boolean).join(" · "));
  remplir(zone,
    blocPhoto,
    deja ? h("p", { class: "note" }, typo(`Déjà revu pendant cette marche : ${MOTS[deja]}. Un nouvel avis s’ajoute, le premier reste.`)) : null,
    h("dl", { class: "faits" },
      h("dt", {}, "État"), h("dd", {}, constat.etat_libelle),
      constat.organisme && [h("dt", {}, "Qui répond"), h("dd", {}, constat.organisme)],
      constat.repere && [h("dt", {}, "Repère"), h("dd", {}, constat.repere)],
      constat.description && [h("dt", {}, "Ce qui était vu"), h("dd", {}, constat.description)]),
    h("label", { for: "commentaire" }, "Un mot, si besoin"), commentaire,
  );
  app.pied(h("div", { class: "verdicts", role: "group", "aria-label": "Qu’est-ce que c’est devenu ?" }, VERDICTS.map(([valeur, mot, signe]) =>
    h("button", { class: `bouton bouton-verdict verdict-${valeur}`, type: "button", on: { click: () => juger(valeur) } }, h("span", { "aria-hidden": "true" }, signe), " ", mot))));
  position.suivre();
  return () => liberer(zone);
}
