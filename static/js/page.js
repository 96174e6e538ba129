/* Every page: errors of htmx said in a sentence, questions before an act, filter bar folded on a telephone. */
(function () {
  "use strict";

  function dire(texte, niveau) {
    var region = document.getElementById("messages");
    if (!region) { return; }
    var note = document.createElement("div");
    note.className = "note note-" + niveau;
    var phrase = document.createElement("p");
    phrase.textContent = texte;
    note.append(phrase);
    region.replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
  }
  window.quartiers = Object.assign(window.quartiers || {}, { dire: dire });

  document.addEventListener("htmx:responseError", function (evenement) {
    var etat = evenement.detail.xhr.status;
    var phrases = {
      403: "Ce geste n’est pas permis avec votre compte, ou la session a expiré : rechargez la page.",
      404: "Cet élément n’existe plus ou n’est pas dans votre périmètre.",
      413: "L’envoi est trop lourd.",
    };
    dire(phrases[etat] || "Le serveur n’a pas pu répondre (" + etat + "). Rien n’a été enregistré : réessayez.", "error");
  });
  document.addEventListener("htmx:sendError", function () {
    dire("Pas de réseau : rien n’a été enregistré. Votre saisie est toujours là, réessayez.", "error");
  });

  /* Signing out at the desk closes the field mode of this device too: its key goes, what it sealed stays (js/terrain/coffre.js). */
  document.addEventListener("submit", function (evenement) {
    if (!evenement.target.matches("form[data-deconnexion]") || !window.indexedDB) { return; }
    indexedDB.deleteDatabase("terrain-cle");
    if (typeof BroadcastChannel === "function") { new BroadcastChannel("terrain-cle").postMessage("fermer"); }
  });

  /* data-confirmer: a question asked in a <dialog> before a form goes. */
  document.addEventListener("submit", function (evenement) {
    var formulaire = evenement.target;
    var question = formulaire.dataset.confirmer;
    if (!question || formulaire.dataset.confirme) { return; }
    evenement.preventDefault();
    evenement.stopPropagation();
    var bouton = evenement.submitter;
    var dialogue = document.createElement("dialog");
    dialogue.className = "dialogue";
    var phrase = document.createElement("p");
    phrase.id = "question-confirmer";
    phrase.textContent = question;
    dialogue.setAttribute("aria-labelledby", phrase.id);
    var choix = document.createElement("form");
    choix.method = "dialog";
    choix.className = "gestes";
    [["oui", bouton ? bouton.textContent.trim() : "Confirmer", "btn btn-primary"], ["", "Annuler", "btn btn-outline-secondary"]].forEach(function (def) {
      var b = document.createElement("button");
      b.value = def[0];
      b.textContent = def[1];
      b.className = def[2];
      choix.append(b);
    });
    dialogue.append(phrase, choix);
    document.body.append(dialogue);
    dialogue.addEventListener("close", function () {
      var oui = dialogue.returnValue === "oui";
      dialogue.remove();
      if (oui) {
        formulaire.dataset.confirme = "1";
        formulaire.requestSubmit(bouton);
        delete formulaire.dataset.confirme;
      } else if (bouton) {
        bouton.focus();
      }
    });
    dialogue.showModal();
  }, true);

  function preparer() {
    /* On a telephone the filters are folded, unless one of them is in use. */
    if (window.matchMedia("(max-width: 61.99rem)").matches) {
      document.querySelectorAll("details[data-filtres]").forEach(function (barre) {
        var actif = Array.from(new URLSearchParams(location.search).values()).some(Boolean);
        if (!actif) { barre.open = false; }
      });
    }
    var menu = document.querySelector("details.menu");
    if (menu) {
      document.addEventListener("keydown", function (evenement) {
        if (evenement.key === "Escape" && menu.open) {
          menu.open = false;
          menu.querySelector("summary").focus();
        }
      });
    }
    document.querySelectorAll("[data-imprimer]").forEach(function (bouton) {
      bouton.hidden = false;
      bouton.addEventListener("click", function () { window.print(); });
    });
    document.querySelectorAll("select[data-envoi]").forEach(function (liste) {
      liste.addEventListener("change", function () { liste.form.requestSubmit(); });
    });
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", preparer); } else { preparer(); }
})();
