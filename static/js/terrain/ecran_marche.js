/* One walk on the telephone: what to do next, what was recorded, the map, the track. */
import { dessiner as dessinerCarte } from "./carte.js";
import { compte, demander, h, heure, jour, poids, remplir, typo } from "./dom.js";
import { direEtat, marque, titre } from "./ecran_file.js";
import { revues } from "./ecran_revoir.js";
import * as file from "./file.js";
import * as paquets from "./paquets.js";
import * as position from "./position.js";
import * as trace from "./trace.js";

const URGENCES = [{ nom: "Urgences (Europe)", telephone: "112" }, { nom: "Pompiers", telephone: "18" }, { nom: "Police secours", telephone: "17" }];
const joignables = (paquet) => paquet.organismes.filter((o) => o.telephone);

/** Show the walk. */
export async function montrer(zone, { paquet, app }) {
  const marche = paquet.marche;
  const base = `#/marche/${marche.id}`;
  const corps = h("div", { class: "pile" });
  let dernier = 0;

  async function dessiner() {
    const numero = (dernier += 1);
    const envois = (await file.liste()).filter((e) => e.marche === marche.id && e.genre === "constat").reverse();
    const faites = await revues(paquet);
    const connus = new Set(envois.map((e) => e.fiche?.constat?.id));
    const lignes = await Promise.all(envois.map(async (e) => h("li", {}, h("a", { class: "file-ligne", href: `#/file/${e.uuid}` },
      h("b", {}, `${e.fiche?.constat ? `${e.fiche.constat.numero}. ` : ""}${await titre(e, paquet)}`), marque(e), h("span", { class: "doux petit" }, `${heure(e.cree)} · ${direEtat(e)}`)))));
    const autres = paquet.constats.filter((c) => !connus.has(c.id)).map((c) => h("li", {}, h("span", { class: "file-ligne" },
      h("b", {}, `${c.numero}. ${c.titre}`), h("span", { class: "doux petit" }, "déjà à la Ville"))));
    if (numero !== dernier) { return; }
    const suivi = trace.suivie() === marche.id;
    remplir(corps,
      !marche.ouvert && h("p", { class: "note note-alerte" }, typo(`Ce diagnostic est ${marche.etat_libelle || "clos"} : ce que vous relevez sera gardé par le bureau, qui le rattachera.`)),
      h("nav", { class: "grands", "aria-label": "Cette marche" },
        paquet.a_revoir.length > 0 && h("a", { class: "grand", href: `${base}/revoir` }, h("b", {}, "À revoir"), h("span", {}, `${paquet.a_revoir.length - faites.size} sur ${paquet.a_revoir.length}`)),
        h("a", { class: "grand", href: `${base}/carte` }, h("b", {}, "Carte"), h("span", {}, compte(paquet.etapes.length, "étape", "étapes"))),
        h("button", { class: `grand${suivi ? " grand-actif" : ""}`, type: "button", "aria-pressed": String(suivi), on: { click: basculerLaTrace } },
          h("b", {}, "Trace"), h("span", {}, suivi ? "● en cours, toucher pour arrêter" : "arrêtée")),
        h("a", { class: "grand", href: `${base}/contacts` }, h("b", {}, "Qui appeler"), h("span", {}, compte(joignables(paquet).length + URGENCES.length, "numéro", "numéros")))),
      h("section", { "aria-labelledby": "t-releves" }, h("h2", { id: "t-releves" }, `Relevés avec ce téléphone (${lignes.length})`),
        lignes.length ? h("ol", { class: "file" }, lignes) : h("p", { class: "vide" }, "Aucun constat pour l’instant.")),
      autres.length > 0 && h("details", {}, h("summary", {}, `Relevés par d’autres ou déjà effacés d’ici (${autres.length})`), h("ol", { class: "file" }, autres)),
      h("section", { class: "doux petit" },
        h("p", {}, typo(`Emporté le ${jour(paquet.emporte_le)} à ${heure(paquet.emporte_le)}, ${poids(paquet.poids)}${paquet.photos_manquantes ? ` ; ${compte(paquet.photos_manquantes, "ancienne photo n’a pas pu être emportée", "anciennes photos n’ont pas pu être emportées")}` : ""}.`)),
        h("div", { class: "gestes" },
          h("button", { class: "bouton bouton-petit", type: "button", on: { click: () => app.emporter(marche.id) } }, "Mettre à jour"),
          h("button", { class: "bouton bouton-petit", type: "button", on: { click: laisser } }, "Retirer du téléphone"))));
  }

  async function basculerLaTrace() {
    if (trace.suivie()) { await trace.finir(); app.dire("La trace est arrêtée et rejoint la file d’envoi.", "info"); }
    else if (await demander("La trace garde votre chemin, point par point, pendant cette marche. Elle s’arrête quand vous le dites. La commencer ?", "Commencer la trace")) {
      const seule = await trace.commencer(marche.id, marche.quartier.id);
      if (!seule) { app.dire("Une trace est déjà en cours dans un autre onglet.", "erreur"); }
    }
    await dessiner();
  }

  async function laisser() {
    if (!(await demander("Retirer cette marche du téléphone ? Les constats de la file restent.", "Retirer"))) { return; }
    await paquets.laisser(marche.id);
    app.aller("#/");
  }

  app.titre(marche.intitule, `${marche.reference} · ${marche.quartier.nom}`);
  app.pied(h("a", { class: "bouton bouton-fort bouton-terrain", href: `${base}/relever` }, "Relever un constat"));
  remplir(zone, corps);
  await dessiner();
  position.suivre();
  file.bruits.addEventListener("change", dessiner);
  return () => file.bruits.removeEventListener("change", dessiner);
}

/** Show the map of the walk, doubled by its list. */
export async function montrerCarte(zone, { paquet, app }) {
  const marche = paquet.marche;
  const faites = await revues(paquet);
  const points = paquet.a_revoir.map((c) => ({ ...c, lettre: String(c.numero), titre: c.titre, allure: faites.has(c.id) ? "revu" : "a-revoir" }));
  const fond = h("div", { class: "carte-fond carte-haute", role: "region", "aria-label": "Carte du parcours" });
  app.titre("Carte", marche.reference);
  app.pied(h("a", { class: "bouton bouton-fort bouton-terrain", href: `#/marche/${marche.id}/relever` }, "Relever un constat"));
  remplir(zone, fond, h("section", { "aria-labelledby": "t-etapes" }, h("h2", { id: "t-etapes" }, "Les étapes"),
    paquet.etapes.length ? h("ol", { class: "etapes" }, paquet.etapes.map((e) => h("li", {}, h("b", {}, `${e.numero}. ${e.libelle}`), e.attention && h("span", { class: "doux petit" }, e.attention)))) : h("p", { class: "vide" }, "Aucune étape n’est tracée.")));
  position.suivre();
  try {
    return await dessinerCarte(fond, { paquet, points, toucher: (p) => app.aller(`#/marche/${marche.id}/revoir/${p.id}`) });
  } catch {
    remplir(fond, h("p", { class: "vide" }, "La carte n’a pas pu s’ouvrir : la liste dit la même chose."));
    return undefined;
  }
}

/** Show who to call. */
export async function montrerContacts(zone, { paquet, app }) {
  app.titre("Qui appeler", paquet.marche.reference);
  app.pied(null);
  const ligne = ({ nom, telephone }) => h("li", {}, h("b", {}, nom), h("a", { class: "bouton bouton-petit", href: `tel:${telephone.replace(/[^\d+]/g, "")}` }, telephone));
  const connus = joignables(paquet);
  remplir(zone,
    h("section", { "aria-labelledby": "t-urgences" }, h("h2", { id: "t-urgences" }, "Urgences"), h("ul", { class: "contacts" }, URGENCES.map(ligne))),
    h("section", { "aria-labelledby": "t-organismes" }, h("h2", { id: "t-organismes" }, "Organismes"),
      connus.length ? h("ul", { class: "contacts" }, connus.map(ligne)) : h("p", { class: "vide" }, "Aucun numéro n’est inscrit à l’annuaire pour les organismes de cette marche : complétez-le au bureau.")));
}
