/* Table of actions: Enter saves the row and goes to the next, Ctrl+Enter saves all, nothing typed is left behind unseen. */
(function () {
  "use strict";
  var table = document.querySelector("table[data-actions]");
  if (!table) { return; }
  var compte = document.querySelector("[data-actions-compte]");
  var apres = null; /* where the focus goes once the row has come back */
  var toutes = false;

  function ligneDe(element) { return element.closest("tr[hx-post]"); }
  function changees() { return table.querySelectorAll("tr.ligne-changee"); }

  function compter() {
    var n = changees().length;
    if (compte) { compte.textContent = n === 0 ? "" : n === 1 ? "1 ligne changée, non enregistrée" : n + " lignes changées, non enregistrées"; }
  }

  function nomCourt(champ) { return champ && champ.name ? champ.name.split("-").pop() : "texte"; }

  function enregistrer(ligne, vers) {
    apres = vers;
    htmx.trigger(ligne, "enregistrer");
  }

  function suivante(ligne) {
    var lignes = Array.from(table.querySelectorAll("tr[hx-post]"));
    return lignes[lignes.indexOf(ligne) + 1] || ligne;
  }

  function aller(id, nom) {
    var ligne = document.getElementById(id);
    if (!ligne) { return; }
    var champ = ligne.querySelector('[name$="-' + nom + '"]') || ligne.querySelector('[name$="-texte"]');
    if (champ) { champ.focus(); }
  }

  table.addEventListener("input", function (evenement) {
    var ligne = ligneDe(evenement.target);
    if (ligne) { ligne.classList.add("ligne-changee"); compter(); }
  });

  table.addEventListener("click", function (evenement) {
    var bouton = evenement.target.closest("[data-enregistrer]");
    if (!bouton) { return; }
    evenement.preventDefault();
    var ligne = ligneDe(bouton);
    enregistrer(ligne, { id: ligne.id, nom: "texte" });
  });

  /* Before the general Ctrl+Enter of js/formulaire.js, which sends the whole form: that one is kept. */
  table.addEventListener("keydown", function (evenement) {
    if (evenement.key !== "Enter" || evenement.ctrlKey || evenement.metaKey || evenement.isComposing) { return; }
    var ligne = ligneDe(evenement.target);
    if (!ligne || !evenement.target.matches("input, select")) { return; }
    evenement.preventDefault();
    var nom = nomCourt(evenement.target);
    if (!ligne.classList.contains("ligne-changee")) { aller(suivante(ligne).id, nom); return; }
    enregistrer(ligne, { id: suivante(ligne).id, nom: nom });
  });

  document.addEventListener("htmx:afterSettle", function (evenement) {
    var ligne = evenement.detail.elt;
    if (!apres || !ligne || !ligne.id || ligne.id.indexOf("action-") !== 0) { return; }
    var refusee = ligne.classList.contains("ligne-refusee");
    if (refusee) { ligne.classList.add("ligne-changee"); }
    aller(refusee ? ligne.id : apres.id, refusee ? "texte" : apres.nom);
    apres = null;
    compter();
  });

  document.addEventListener("submit", function (evenement) { if (evenement.target.id === "maj") { toutes = true; } });
  window.addEventListener("pageshow", function () { toutes = false; });
  window.addEventListener("beforeunload", function (evenement) {
    if (!toutes && changees().length) { evenement.preventDefault(); }
  });
})();
