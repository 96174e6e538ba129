/* Field page, online: finds the position, sends a constat without leaving the page, and comes straight back for the next.
   When the network is dead nothing is lost: what was typed and the photo stay on the page, and the same sending again makes
   one constat only (client_uuid). Without this script the page is an ordinary form. */
(function () {
  "use strict";
  var formulaire = document.querySelector("form[data-terrain]");
  if (!formulaire || typeof window.fetch !== "function" || typeof FormData !== "function") { return; }
  var dit = formulaire.querySelector("[data-terrain-dit]");
  var position = formulaire.querySelector("[data-terrain-position]");
  var liste = formulaire.querySelector("[data-terrain-liste]");
  var bouton = formulaire.querySelector(".btn-terrain");
  var enCours = false;
  var veille = null;

  function champ(nom) { return formulaire.elements.namedItem(nom); }

  function dire(phrases, niveau) {
    var note = document.createElement("div");
    note.className = "note note-" + niveau;
    if (niveau === "error") { note.setAttribute("role", "alert"); }
    phrases.forEach(function (texte) {
      var phrase = document.createElement("p");
      phrase.textContent = texte;
      note.append(phrase);
    });
    dit.replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
  }

  /* Position: the best fix so far is kept; a doubtful one is said. */
  function montrerPosition(metres) {
    var precision = document.createElement("b");
    precision.textContent = "± " + metres + " m";
    if (metres > 30) { precision.className = "imprecise"; }
    position.replaceChildren("Position ", precision, metres > 30 ? " (GPS, peu précise)" : " (GPS)");
  }

  function recevoir(fix) {
    var metres = Math.round(fix.coords.accuracy);
    champ("lon").value = fix.coords.longitude.toFixed(6);
    champ("lat").value = fix.coords.latitude.toFixed(6);
    champ("precision_m").value = String(metres);
    champ("position_source").value = "gps";
    montrerPosition(metres);
  }

  function refuser(erreur) {
    position.textContent = erreur.code === 1
      ? "Position refusée par l’appareil : choisissez l’étape ou écrivez un repère."
      : "Position introuvable pour l’instant : choisissez l’étape ou écrivez un repère.";
  }

  function suivre() {
    if (!navigator.geolocation || veille !== null) { return; }
    position.textContent = "Recherche de la position…";
    veille = navigator.geolocation.watchPosition(recevoir, refuser, { enableHighAccuracy: true, maximumAge: 5000, timeout: 30000 });
  }

  function arreter() {
    if (veille !== null) { navigator.geolocation.clearWatch(veille); }
    veille = null;
  }

  /* The next constat starts clean; the stop stays. */
  function vider(uuid) {
    formulaire.querySelectorAll('input[name="theme"], input[name="sous_theme"], input[name="danger"]').forEach(function (c) { c.checked = false; });
    document.getElementById("nature-negatif").checked = true;
    ["description", "repere"].forEach(function (nom) { champ(nom).value = ""; });
    champ("photo").value = "";
    formulaire.querySelectorAll("[data-photo-apercu]").forEach(function (zone) {
      zone.querySelectorAll("img").forEach(function (image) { URL.revokeObjectURL(image.src); });
      zone.replaceChildren();
    });
    champ("client_uuid").value = uuid;
  }

  function ajouter(reponse) {
    var vide = liste.querySelector("[data-terrain-vide]");
    if (vide) { vide.remove(); }
    var ligne = document.createElement("li");
    var numero = document.createElement("span");
    numero.className = "fw-bold";
    numero.textContent = String(reponse.numero);
    var lien = document.createElement("a");
    lien.href = reponse.url;
    lien.textContent = reponse.titre;
    ligne.append(numero, lien, document.createElement("span"));
    liste.prepend(ligne);
  }

  function reussir(reponse) {
    if (!reponse.deja) { ajouter(reponse); }
    vider(reponse.uuid);
    dire([reponse.phrase], "success");
    window.scrollTo({ top: 0 });
  }

  /* Signing in again in another tab changes the token of the form: the cookie has the one of today. */
  function saisie() {
    var donnees = new FormData(formulaire);
    var jeton = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    if (jeton) { donnees.set("csrfmiddlewaretoken", jeton[1]); }
    return donnees;
  }

  async function envoyer() {
    var reponse;
    try {
      reponse = await fetch(formulaire.action, {
        method: "POST",
        body: saisie(),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      dire(["Pas de réseau : le constat n’est pas encore enregistré. Rien n’est perdu, il est toujours là avec sa photo ; réessayez."], "error");
      return;
    }
    if (reponse.status === 200 || reponse.status === 201) {
      reussir(await reponse.json());
    } else if (reponse.status === 422) {
      dire((await reponse.json()).erreurs, "error");
    } else if (reponse.type === "opaqueredirect" || reponse.status === 403) {
      dire(["Votre session a expiré. Votre saisie est toujours là : reconnectez-vous dans un autre onglet, puis enregistrez de nouveau."], "error");
    } else if (reponse.status === 413) {
      dire(["La photo est trop lourde : reprenez-la."], "error");
    } else {
      dire(["Le serveur n’a pas pu répondre. Votre saisie et la photo sont toujours là ; réessayez."], "error");
    }
  }

  formulaire.addEventListener("submit", async function (evenement) {
    evenement.preventDefault();
    if (enCours || formulaire.dataset.photoEnCours) { return; }
    enCours = true;
    bouton.setAttribute("aria-busy", "true");
    try {
      await envoyer();
    } catch (erreur) {
      console.error(erreur);
      dire(["La réponse du serveur est illisible. Votre saisie est toujours là ; réessayez."], "error");
    } finally {
      enCours = false;
      bouton.removeAttribute("aria-busy");
    }
  });

  /* A sub-theme belongs to its theme: another theme forgets it. */
  formulaire.addEventListener("change", function (evenement) {
    if (evenement.target.name === "theme") {
      formulaire.querySelectorAll('input[name="sous_theme"]').forEach(function (c) { c.checked = false; });
    }
  });

  window.addEventListener("beforeunload", function (evenement) {
    if (champ("photo").value || champ("description").value) { evenement.preventDefault(); }
  });
  document.addEventListener("visibilitychange", function () { if (document.hidden) { arreter(); } else { suivre(); } });
  suivre();
})();
