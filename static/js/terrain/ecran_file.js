/* The queue on screen: each record with its state in words, and what one can do with it. */
import { compte, demander, h, heure, image, jour, liberer, poids, remplir, typo } from "./dom.js";
import { MOTS } from "./ecran_revoir.js";
import { envoyerEtDire } from "./envoi.js";
import * as file from "./file.js";
import { exporter, telecharger } from "./menage.js";
import * as paquets from "./paquets.js";

const FORMES = { preparation: "◐", a_envoyer: "▲", en_cours: "◐", refuse: "◆", recu: "✓" };
const GENRES = { constat: "Constat", revue: "Constat revu", trace: "Trace de la marche" };

/** Return the words of a record: what it is, from its content and the grid carried. */
export async function titre(envoi, paquet) {
  const faits = await file.contenu(envoi).catch(() => null);
  if (!faits) { return "Fiche illisible"; }
  if (envoi.genre === "revue") {
    const constat = paquet?.a_revoir.find((c) => c.id === faits.constat);
    return typo(`${constat ? `${constat.numero}. ${constat.titre}` : GENRES.revue} : ${MOTS[faits.verdict]}`);
  }
  if (envoi.genre === "trace") { return `${GENRES.trace}, ${compte(faits.points.length, "point", "points")}`; }
  const theme = paquet?.themes.find((t) => t.id === faits.theme);
  const sous = theme?.sous_themes.find((s) => s.id === faits.sous_theme);
  return faits.description.split("\n")[0] || sous?.libelle || theme?.libelle || faits.proposition.split("\n")[0] || "Constat à compléter";
}

/** Say the state of a record in one or two sentences. */
export function direEtat(envoi) {
  const etat = file.etat(envoi);
  const manquent = envoi.photos.filter((p) => !p.recue).length;
  const part = file.enCours.get(envoi.uuid);
  if (etat === "recu") { return envoi.fiche.phrase; }
  if (etat === "refuse") { return typo(`Refusé : ${envoi.refus || envoi.photos.find((p) => p.refus).refus}`); }
  if (etat === "en_cours") { return part ? `Envoi d’une photo, ${Math.round(part * 100)}\u00a0%` : "Envoi en cours"; }
  if (etat === "preparation") { return "En préparation : la position s’affine quelques secondes."; }
  const reste = manquent ? `${compte(manquent, "photo", "photos")} à envoyer` : "";
  if (file.ficheRecue(envoi)) { return typo(`${envoi.fiche.phrase.replace(/\.$/, "")} ; ${reste}.`); }
  return `À envoyer${envoi.photos.length ? `, avec ${compte(envoi.photos.length, "photo", "photos")}` : ""}.`;
}

/** Draw the mark of a state: shape and word. */
export function marque(envoi) {
  const etat = file.etat(envoi);
  return h("span", { class: `etat etat-${etat}` }, h("span", { "aria-hidden": "true" }, FORMES[etat]), " ", file.ETATS[etat]);
}

/** Say what waits here for other accounts; nothing when nothing does. */
export const direLesAutres = (autres) => autres > 0 && h("p", { class: "note note-alerte" }, typo(`${compte(autres, "fiche d’un autre compte attend", "fiches d’un autre compte attendent")} sur ce téléphone : l’auteur doit s’y reconnecter pour l’envoyer, rien ne s’en lit ici.`));

/** Export records and hand the ZIP to the person. */
async function sauver(app, choisis) {
  const { fichier, nombre, illisibles } = await exporter(choisis);
  if (!nombre) { app.dire("Rien à exporter : tout est reçu par la Ville.", "info"); return; }
  const quand = new Date();
  telecharger(fichier, `terrain-${quand.toISOString().slice(0, 10)}-${quand.toTimeString().slice(0, 5).replace(":", "h")}.zip`);
  app.dire(`${compte(nombre, "fiche exportée", "fiches exportées")} (${poids(fichier.size)}). Remettez ce fichier au bureau : « Réception du terrain », « Importer un fichier ». La file reste sur le téléphone.${illisibles ? ` ${compte(illisibles, "fiche illisible n’y est pas", "fiches illisibles n’y sont pas")}.` : ""}`, illisibles ? "alerte" : "succes");
}

/** Show the queue. */
export async function montrer(zone, { app }) {
  const corps = h("div", { class: "pile" });
  const tous = new Map((await paquets.tous()).map((p) => [p.marche.id, p]));
  let dernier = 0;

  async function dessiner() {
    const numero = (dernier += 1);
    const envois = (await file.liste()).reverse();
    const total = await file.comptes();
    const autres = await file.desAutres();
    const lignes = await Promise.all(envois.map(async (e) => h("li", {}, h("a", { class: "file-ligne", href: `#/file/${e.uuid}` },
      h("b", {}, await titre(e, tous.get(e.marche))), marque(e), h("span", { class: "doux petit" }, `${heure(e.cree)} · ${direEtat(e)}`)))));
    if (numero !== dernier) { return; }
    const restent = total.restes;
    app.titre("File d’envoi", restent ? `${compte(restent, "fiche", "fiches")}, ${compte(total.photos, "photo", "photos")} à envoyer` : "Tout est reçu par la Ville");
    remplir(corps,
      total.photos > 0 || restent > 0 ? h("progress", { max: String(envois.length), value: envois.length - restent, "aria-label": "Fiches reçues" }) : null,
      lignes.length ? h("ol", { class: "file" }, lignes) : h("p", { class: "vide" }, "La file est vide. Ce que vous relevez s’inscrit ici, puis part vers la Ville."),
      direLesAutres(autres),
      h("p", { class: "doux petit" }, "Une fiche reçue reste encore sept jours sur le téléphone, puis s’efface d’elle-même une fois contrôlée."));
  }

  const envoyer = h("button", { class: "bouton bouton-fort", type: "button", on: { click: async () => {
    envoyer.setAttribute("aria-busy", "true");
    app.dire("Envoi en cours…", "info");
    try { app.dire(await envoyerEtDire(), "info"); } finally { envoyer.removeAttribute("aria-busy"); }
  } } }, "Envoyer maintenant");
  app.pied(h("div", { class: "gestes" }, envoyer, h("button", { class: "bouton", type: "button", on: { click: () => sauver(app) } }, "Exporter la file")));
  remplir(zone, corps);
  await dessiner();
  file.bruits.addEventListener("change", dessiner);
  return () => file.bruits.removeEventListener("change", dessiner);
}

/** Show one record: its content, its photos, what was answered, and the gestures. */
export async function montrerFiche(zone, { uuid, app }) {
  const corps = h("div", { class: "pile" });
  let dernier = 0;

  async function dessiner() {
    const numero = (dernier += 1);
    const envoi = (await file.liste()).find((e) => e.uuid === uuid);
    if (!envoi) { app.aller("#/file"); return; }
    const paquet = await paquets.lire(envoi.marche);
    const faits = await file.contenu(envoi).catch(() => ({}));
    const photos = await Promise.all(envoi.photos.map(async (p) => [p, await file.octetsDe(uuid, p.sha).catch(() => null)]));
    const theme = paquet?.themes.find((t) => t.id === faits.theme);
    const etape = paquet?.etapes.find((e) => e.id === faits.etape);
    const etat = file.etat(envoi);
    const nomDeLaFiche = await titre(envoi, paquet);
    if (numero !== dernier) { return; }
    app.titre(nomDeLaFiche, typo(`${GENRES[envoi.genre]} du ${jour(envoi.cree)}, ${heure(envoi.cree)}`));
    liberer(corps);
    remplir(corps,
      h("p", { class: `note note-${etat === "refuse" ? "erreur" : "info"}` }, marque(envoi), h("br"), direEtat(envoi)),
      envoi.fiche?.etat === "a_arbitrer" && h("p", { class: "note note-alerte" }, "Deux versions sont arrivées à la Ville : les deux sont gardées, le bureau choisira."),
      h("dl", { class: "faits" },
        theme && [h("dt", {}, "Thème"), h("dd", {}, theme.libelle)],
        etape && [h("dt", {}, "Étape"), h("dd", {}, `${etape.numero}. ${etape.libelle}`)],
        faits.position && [h("dt", {}, "Position"), h("dd", {}, faits.position.source === "gps" ? `GPS, ± ${faits.position.precision_m} m` : "Épingle posée à la main")],
        (faits.description || faits.commentaire) && [h("dt", {}, "Mots"), h("dd", {}, faits.description || faits.commentaire)],
        faits.repere && [h("dt", {}, "Repère"), h("dd", {}, faits.repere)]),
      h("ul", { class: "file-photos" }, photos.map(([p, octets]) => h("li", {},
        octets ? image(octets, "Photo de la fiche") : h("span", { class: "sans-photo" }, "Illisible"),
        h("span", { class: "petit" }, p.refus || (p.recue ? "✓ Reçue" : `▲ À envoyer, ${poids(p.poids)}`))))),
      h("div", { class: "gestes" },
        envoi.genre === "constat" && h("a", { class: "bouton", href: `#/marche/${envoi.marche}/corriger/${uuid}` }, "Corriger"),
        etat === "refuse" && h("button", { class: "bouton bouton-fort", type: "button", on: { click: async () => { await file.reessayer(uuid); app.dire(await envoyerEtDire(), "info"); } } }, "Réessayer"),
        envoi.fiche?.constat && h("a", { class: "bouton", href: envoi.fiche.constat.url }, typo(`Ouvrir le constat n° ${envoi.fiche.constat.numero}`)),
        h("button", { class: "bouton", type: "button", on: { click: () => sauver(app, [envoi]) } }, "Exporter cette fiche"),
        h("button", { class: "bouton bouton-danger", type: "button", on: { click: effacer } }, "Supprimer du téléphone")));

    async function effacer() {
      const question = etat === "recu"
        ? "La Ville a cette fiche : la retirer du téléphone ?"
        : "La Ville n’a pas encore tout de cette fiche. Supprimée ici, elle sera perdue. La supprimer quand même ?";
      if (!(await demander(question, "Supprimer"))) { return; }
      await file.supprimer(uuid);
      app.aller("#/file", "La fiche est supprimée du téléphone.");
    }
  }

  remplir(zone, corps);
  app.pied(null);
  await dessiner();
  file.bruits.addEventListener("change", dessiner);
  return () => { file.bruits.removeEventListener("change", dessiner); liberer(zone); };
}
