/* First screen: the walks on this telephone and those to take, the room left, who is signed in. And the closed door. */
import * as coffre from "./coffre.js";
import { compte, demander, h, heure, jourLong, poids, remplir, typo } from "./dom.js";
import { direLesAutres } from "./ecran_file.js";
import * as file from "./file.js";
import { demanderPersistance, place } from "./magasin.js";
import * as paquets from "./paquets.js";
import * as session from "./session.js";

export const PLACE_MIN = 50e6;

/** Show the home of the field mode. */
export async function montrer(zone, { app }) {
  const liste = h("div", { class: "pile" });
  const reste = h("div", { class: "pile" });

  async function dessiner() {
    const emportes = await paquets.tous();
    const ici = new Set(emportes.map((p) => p.marche.id));
    const ailleurs = (session.serveur?.marches || []).filter((m) => !ici.has(m.id));
    const carte = (m, paquet) => h("article", { class: "marche" },
      h("h3", {}, m.intitule),
      h("p", { class: "doux petit" }, `${m.reference} · ${m.quartier.nom || m.quartier} · ${jourLong(m.prevu_le)}${m.heure ? `, ${m.heure.replace(":", "\u00a0h\u00a0")}` : ""}`),
      paquet && h("p", { class: "etat etat-recu" }, h("span", { "aria-hidden": "true" }, "✓"), typo(` Sur ce téléphone, ${poids(paquet.poids)} ; à jour à ${heure(paquet.emporte_le)}`)),
      h("div", { class: "gestes" }, paquet
        ? h("a", { class: "bouton bouton-fort", href: `#/marche/${m.id}` }, "Ouvrir")
        : h("button", { class: "bouton", type: "button", on: { click: () => app.emporter(m.id) } }, "Emporter ce diagnostic"),
      !paquet && m.a_revoir > 0 && h("span", { class: "doux petit" }, compte(m.a_revoir, "constat à revoir", "constats à revoir"))));
    remplir(liste,
      h("section", { "aria-labelledby": "t-ici" }, h("h2", { id: "t-ici" }, "Sur ce téléphone"),
        emportes.length ? emportes.map((p) => carte(p.marche, p)) : h("p", { class: "vide" }, "Aucune marche n’est emportée. Emportez-la avant de partir : elle s’ouvrira sans réseau.")),
      ailleurs.length > 0 && h("section", { "aria-labelledby": "t-a-emporter" }, h("h2", { id: "t-a-emporter" }, "À emporter"), ailleurs.map((m) => carte(m, null))),
      !session.serveur && h("p", { class: "note" }, "Sans réseau, seules les marches déjà emportées s’ouvrent."));
  }

  async function dessinerLaPlace() {
    const { libre, persistant } = await place();
    const autres = await file.desAutres();
    const qui = coffre.compte();
    remplir(reste, h("section", { "aria-labelledby": "t-telephone" }, h("h2", { id: "t-telephone" }, "Ce téléphone"),
      h("dl", { class: "faits" },
        h("dt", {}, "Compte"), h("dd", {}, qui.nom),
        libre !== null && [h("dt", {}, "Place libre"), h("dd", {}, poids(libre))],
        h("dt", {}, "Conservation"), h("dd", {}, persistant ? "garantie par le navigateur" : "non garantie si le téléphone manque de place")),
      direLesAutres(autres),
      h("div", { class: "gestes" },
        !persistant && h("button", { class: "bouton", type: "button", on: { click: garantir } }, "Demander la conservation"),
        h("a", { class: "bouton", href: "/" }, "Aller au bureau"),
        h("button", { class: "bouton", type: "button", on: { click: fermer } }, "Fermer ce téléphone"))));
  }

  async function garantir() {
    app.dire((await demanderPersistance())
      ? "Le navigateur gardera ces données, même si le téléphone manque de place."
      : "Le navigateur n’a pas accepté : installez l’application sur l’écran d’accueil, puis redemandez. D’ici là, envoyez la file dès que possible.", "info");
    await dessinerLaPlace();
  }

  async function fermer() {
    const { restes } = await file.comptes();
    const suite = restes
      ? ` ${compte(restes, "fiche n’est pas encore reçue", "fiches ne sont pas encore reçues")} par la Ville. Ce qui reste ici sera illisible jusqu’à ce que vous vous reconnectiez sur ce téléphone.`
      : "";
    if (!(await demander(`Fermer votre session sur ce téléphone ?${suite}`, "Fermer"))) { return; }
    await session.deconnecter();
    app.porte("ferme");
  }

  app.titre("Terrain", coffre.compte().nom);
  app.pied(null);
  remplir(zone, liste, reste);
  await dessiner();
  await dessinerLaPlace();
  app.bruits.addEventListener("serveur", dessiner);
  return () => app.bruits.removeEventListener("serveur", dessiner);
}

const PORTES = {
  session: ["Connectez-vous", "Connectez-vous une fois avec du réseau : ensuite le terrain s’ouvre sans lui."],
  ferme: ["Téléphone fermé", "Votre session est fermée. Ce qui n’est pas encore parti reste sur ce téléphone, illisible, jusqu’à votre prochaine connexion ici."],
  a_fermer: ["Téléphone fermé", "Votre session se fermera tout à fait au retour du réseau. Ce qui n’est pas encore parti reste ici, illisible, jusqu’à votre prochaine connexion."],
  hors_ligne: ["Pas de réseau", "Personne n’est connecté sur ce téléphone : il faut du réseau une première fois."],
  revoque: ["Téléphone révoqué", "Un administrateur ou vous-même avez révoqué ce téléphone : ce qu’il contient n’y est plus lisible. S’il est retrouvé, faites-le rétablir, puis reconnectez-vous : rien n’est perdu."],
};

/** Show the closed door: who must sign in, and what waits behind. */
export async function montrerPorte(zone, { app, motif }) {
  const [titre, texte] = PORTES[motif] || PORTES.session;
  const autres = await file.desAutres();
  const { connexion } = document.getElementById("terrain").dataset;
  app.titre(titre, "Terrain");
  app.pied(motif === "hors_ligne" || motif === "a_fermer"
    ? h("button", { class: "bouton bouton-fort bouton-terrain", type: "button", on: { click: () => location.reload() } }, "Réessayer")
    : h("a", { class: "bouton bouton-fort bouton-terrain", href: `${connexion}?next=/terrain/` }, "Se connecter"));
  remplir(zone, h("p", { class: "note" }, texte),
    autres > 0 && h("p", {}, typo(`${compte(autres, "fiche attend", "fiches attendent")} sur ce téléphone.`)));
}
