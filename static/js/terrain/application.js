/* The frame of the field mode: one page, a few screens chosen by the hash of the address, a counter on each of them. */
import * as coffre from "./coffre.js";
import { compte, h, remplir, typo } from "./dom.js";
import { montrer as montrerAccueil, montrerPorte, PLACE_MIN } from "./ecran_accueil.js";
import { montrer as montrerFile, montrerFiche } from "./ecran_file.js";
import { montrer as montrerMarche, montrerCarte, montrerContacts } from "./ecran_marche.js";
import { montrer as relever } from "./ecran_relever.js";
import { montrer as revoir, montrerListe } from "./ecran_revoir.js";
import * as envoi from "./envoi.js";
import * as file from "./file.js";
import * as magasin from "./magasin.js";
import * as menage from "./menage.js";
import { installer as installerHorsLigne, pretSansReseau } from "./hors_ligne.js";
import * as paquets from "./paquets.js";
import * as photo from "./photo.js";
import * as position from "./position.js";
import * as session from "./session.js";
import * as trace from "./trace.js";

const $ = (id) => document.getElementById(id);
const zone = $("contenu");
let quitter = null;
let motifDePorte = "";
let aDire = [];
let tour = 0;

export const app = {
  etapeChoisie: null,
  bruits: new EventTarget(),

  titre(titre, sous) {
    $("titre").textContent = titre;
    $("sous-titre").textContent = sous;
    document.title = `${titre} · Terrain`;
  },
  sousTitre(texte) { $("sous-titre").textContent = texte; },
  pied(contenu) {
    $("pied").hidden = !contenu;
    remplir($("pied-dedans"), contenu);
  },
  /** Go to a screen; `dit` are the arguments of `dire`, said once it is shown. */
  aller(adresse, ...dit) {
    aDire = dit;
    if (location.hash === adresse) { suivreLAdresse(); } else { location.hash = adresse; }
  },
  dire(phrase, genre = "info", lien = null) {
    const role = genre === "erreur" ? "alert" : null;
    remplir($("messages"), h("p", { class: `note note-${genre}`, role }, typo(phrase), lien && [" ", lien]));
    $("messages").scrollIntoView({ block: "nearest" });
  },
  taire() { $("messages").replaceChildren(); },
  porte(motif) { motifDePorte = motif; afficher(); },

  /** After something was kept on the device: say it, come straight back for the next, let it go. */
  async enregistre(garde, mots, suivant = "") {
    const { restes } = await file.comptes();
    const suite = `${compte(restes, "fiche à envoyer", "fiches à envoyer")}.`;
    const lien = garde && !suivant ? h("a", { href: `#/marche/${garde.marche}/corriger/${garde.uuid}` }, "Corriger") : null;
    app.aller(suivant || location.hash, `${mots} ${suite}`, "succes", lien);
    envoyerSansAttendre();
  },

  /** Carry a walk: its packet and its old photos, with a progress bar. */
  async emporter(id) {
    const barre = h("progress", { "aria-label": "Photos de la dernière fois" });
    remplir($("messages"), h("div", { class: "note note-info" }, h("p", {}, "On emporte la marche…"), barre));
    const { paquet, phrase, code } = await paquets.emporter(id, (fait, total) => { barre.max = total || 1; barre.value = total ? fait : 1; });
    if (!paquet) {
      if (code === "session" || code === "revoque") { envoi.noterArret(code); }
      app.dire(phrase, "erreur");
      return null;
    }
    magasin.demanderPersistance();
    const { libre } = await magasin.place();
    const froid = await pretSansReseau();
    app.dire(`La marche est sur le téléphone, avec ${compte(paquet.a_revoir.length, "constat à revoir", "constats à revoir")}.${libre === null ? "" : ` Place libre : ${Math.round(libre / 1e6).toLocaleString("fr-FR")} Mo.`}${froid
      ? "" : " L’ouverture sans réseau n’est pas encore prête : gardez cette page ouverte, puis emportez la marche de nouveau."}`, froid ? "succes" : "alerte");
    dessinerBandeaux();
    await afficher();
    return paquet;
  },
};

const ROUTES = [
  [/^#?\/?$/, () => montrerAccueil(zone, { app }), ""],
  [/^#\/file$/, () => montrerFile(zone, { app }), "#/"],
  [/^#\/file\/([\w-]+)$/, (uuid) => montrerFiche(zone, { uuid, app }), "#/file"],
  [/^#\/marche\/(\d+)$/, avecPaquet((paquet) => montrerMarche(zone, { paquet, app })), "#/"],
  [/^#\/marche\/(\d+)\/relever$/, avecPaquet((paquet) => relever(zone, { paquet, app })), "marche"],
  [/^#\/marche\/(\d+)\/carte$/, avecPaquet((paquet) => montrerCarte(zone, { paquet, app })), "marche"],
  [/^#\/marche\/(\d+)\/contacts$/, avecPaquet((paquet) => montrerContacts(zone, { paquet, app })), "marche"],
  [/^#\/marche\/(\d+)\/revoir$/, avecPaquet((paquet) => montrerListe(zone, { paquet, app })), "marche"],
  [/^#\/marche\/(\d+)\/revoir\/(\d+)$/, avecPaquet((paquet, cle) => {
    const constat = paquet.a_revoir.find((c) => c.id === Number(cle));
    return constat ? revoir(zone, { paquet, constat, app }) : montrerListe(zone, { paquet, app });
  }), "revoir"],
  [/^#\/marche\/(\d+)\/corriger\/([\w-]+)$/, avecPaquet(async (paquet, uuid) => {
    const fiche = (await file.liste()).find((e) => e.uuid === uuid);
    return fiche ? relever(zone, { paquet, envoi: fiche, app }) : montrerFile(zone, { app });
  }), "file"],
];

/* A walk opened from a link is carried at once when there is a network. */
function avecPaquet(ecran) {
  return async (id, ...reste) => {
    const paquet = await paquets.lire(Number(id));
    if (paquet) { return ecran(paquet, ...reste); }
    app.titre("Terrain", "Cette marche n’est pas encore sur le téléphone");
    app.pied(null);
    remplir(zone, h("p", { class: "vide" }, "Cette marche n’est pas sur ce téléphone : emportez-la avec du réseau."),
      h("div", { class: "gestes" }, h("button", { class: "bouton bouton-fort", type: "button", on: { click: () => app.emporter(Number(id)) } }, "Emporter ce diagnostic")));
    if (navigator.onLine && dejaDemandee !== id) { dejaDemandee = id; await app.emporter(Number(id)); }
    return undefined;
  };
}
let dejaDemandee = "";

function retour(genre, id) {
  const vers = { marche: `#/marche/${id}`, revoir: `#/marche/${id}/revoir`, file: "#/file" }[genre] ?? genre;
  $("retour").hidden = !vers;
  if (vers) { $("retour").href = vers; }
}

/** Show the screen of the address; a slower earlier one is dropped. */
async function afficher() {
  const ceTour = (tour += 1);
  if (quitter) { quitter(); quitter = null; }
  if (!coffre.compte()) {
    retour("", "");
    await montrerPorte(zone, { app, motif: motifDePorte || "session" });
    return;
  }
  const [motif, ecran, genre] = ROUTES.find(([m]) => m.test(location.hash)) || ROUTES[0];
  const trouves = motif.exec(location.hash)?.slice(1) || [];
  retour(genre, trouves[0]);
  const fin = await ecran(...trouves);
  if (ceTour !== tour) { if (typeof fin === "function") { fin(); } return; }
  quitter = typeof fin === "function" ? fin : null;
  zone.dataset.pret = location.hash || "#/";
}

async function suivreLAdresse() {
  const dit = aDire;
  aDire = [];
  app.taire();
  await afficher();
  scrollTo({ top: 0 });
  if (dit.length) { app.dire(...dit); }
}

async function dessinerPastille() {
  const pastille = $("pastille");
  if (!coffre.compte()) { pastille.hidden = true; return; }
  const total = await file.comptes();
  pastille.hidden = false;
  if (magasin.muette("envois") && !total.restes) { /* not known is not « received » */
    pastille.className = "pastille-file pastille-refus";
    pastille.textContent = "◆ file illisible";
    return;
  }
  pastille.className = `pastille-file${total.refuse ? " pastille-refus" : total.restes ? "" : " pastille-vide"}`;
  pastille.textContent = total.refuse ? `◆ ${compte(total.refuse, "refusée", "refusées")}` : total.restes ? compte(total.restes, "à envoyer", "à envoyer") : "✓ tout est reçu";
  if (navigator.setAppBadge) { (total.restes ? navigator.setAppBadge(total.restes) : navigator.clearAppBadge()).catch(() => undefined); }
  $("trace").hidden = !trace.suivie();
}

async function dessinerBandeaux() {
  const { connexion } = $("terrain").dataset;
  const { libre } = await magasin.place();
  const lien = ["session", "autre_compte"].includes(envoi.arret) ? h("a", { href: `${connexion}?next=/terrain/` }, "Se reconnecter") : null;
  remplir($("bandeaux"),
    coffre.compte() && envoi.arret && envoi.ARRETS[envoi.arret] && h("p", { class: "bandeau" }, typo(envoi.ARRETS[envoi.arret]), lien && [" ", lien]),
    libre !== null && libre < PLACE_MIN && h("p", { class: "bandeau bandeau-rouge" }, typo(`Il reste moins de ${PLACE_MIN / 1e6} Mo sur ce téléphone : envoyez la file, puis libérez de la place.`)),
    magasin.reserveEmployee() && h("p", { class: "bandeau bandeau-rouge" }, typo("La mémoire du navigateur ne répond pas : vos fiches sont gardées dans une réserve. Envoyez-les ou exportez la file dès que possible.")));
}

/* Many changes of one instant are drawn once. */
let dessinPrevu = null;
function rafraichir() {
  if (dessinPrevu === null) { dessinPrevu = setTimeout(() => { dessinPrevu = null; dessinerLesComptes(); }, 60); }
}

function dessinerLesComptes() {
  if (envoi.arret === "revoque" && coffre.compte()) { coffre.fermer().then(() => app.porte("revoque")); }
  dessinerPastille();
  dessinerBandeaux();
}

async function envoyerSansAttendre() {
  await envoi.envoyer();
  const { preparation } = await file.comptes();
  if (preparation) { setTimeout(() => envoi.envoyer(), 21000); }
  menage.faireLeMenage();
}

async function joindreLeServeur() {
  const avant = coffre.compte()?.id;
  const reponse = await session.connecter();
  if (!coffre.compte()) { motifDePorte = reponse === "ouvert" ? "" : reponse; }
  if (coffre.compte()?.id !== avant) { await afficher(); }
  app.bruits.dispatchEvent(new Event("serveur"));
}

async function demarrer() {
  installerHorsLigne(app);
  magasin.surveiller(dessinerBandeaux);
  const aFermer = localStorage.getItem("terrain-deconnexion");
  const ouvert = !aFermer && (await coffre.rouvrir());
  if (ouvert) { await trace.reprendre(); await afficher(); }
  magasin.ramener().catch(() => undefined); /* after the first screen */
  rafraichir();
  window.addEventListener("hashchange", suivreLAdresse);
  file.bruits.addEventListener("change", rafraichir);
  trace.bruits.addEventListener("change", dessinerPastille);
  await joindreLeServeur();
  if (!ouvert && !coffre.compte()) { await afficher(); }
  window.addEventListener("online", joindreLeServeur);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !trace.suivie()) { position.arreter(); } else if (!document.hidden) { position.suivre(); joindreLeServeur(); }
  });
  envoi.veiller(() => menage.faireLeMenage());
  menage.faireLeMenage();
  rafraichir();
}

/* What a maintainer (or a test) reads from the console of a telephone: the modules themselves. */
const MODULES = { file, envoi, magasin, paquets, photo, position, session, trace, coffre, menage };
window.terrain = { module: (nom) => MODULES[nom] };

demarrer();
