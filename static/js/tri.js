/* Sorting desk: arrows, j and k go from one raw constat to the next; the body that the grid proposes is shown at once.
   Letters can be switched off (they may trouble a voice or a screen reader); the choice is kept on the device. */
(function () {
  "use strict";
  var CLE = "tri-lettres";
  var bloc = document.querySelector("[data-tri-raccourcis]");
  var bascule = document.querySelector("[data-tri-bascule]");

  function lire() {
    try { return localStorage.getItem(CLE) !== "non"; } catch { return true; }
  }
  var lettres = lire();

  function dire() {
    if (!bascule) { return; }
    bascule.setAttribute("aria-pressed", String(lettres));
  }

  function aller(sens) {
    var lien = document.querySelector('[data-tri="' + sens + '"]');
    if (lien) { lien.click(); }
  }

  document.addEventListener("keydown", function (evenement) {
    if (evenement.ctrlKey || evenement.altKey || evenement.metaKey || evenement.defaultPrevented) { return; }
    if (evenement.target.closest("input, select, textarea, button, summary, [data-carte]")) { return; }
    var touche = evenement.key;
    if (touche === "ArrowRight" || (lettres && touche === "j")) { aller("suivant"); }
    if (touche === "ArrowLeft" || (lettres && touche === "k")) { aller("precedent"); }
  });

  if (bloc) { bloc.hidden = false; }
  if (bascule) {
    bascule.addEventListener("click", function () {
      lettres = !lettres;
      try { localStorage.setItem(CLE, lettres ? "oui" : "non"); } catch { /* private mode: for this page only */ }
      dire();
    });
    dire();
  }

  /* The proposed body follows theme and domanialité until somebody chooses one. */
  var formulaire = document.querySelector("[data-tri-formulaire]");
  if (!formulaire) { return; }
  var regles = JSON.parse(document.getElementById("tri-regles").textContent);
  var organisme = formulaire.elements.organisme;
  var propose = proposer();
  var alaMain = organisme.value !== "" && organisme.value !== propose;

  function proposer() {
    var theme = formulaire.elements.theme.value;
    var trouve = (regles[theme] || {})[formulaire.elements.domanialite.value];
    return trouve ? String(trouve) : "";
  }

  formulaire.addEventListener("change", function (evenement) {
    if (evenement.target === organisme) { alaMain = organisme.value !== ""; }
    if (evenement.target === formulaire.elements.theme || evenement.target === formulaire.elements.domanialite) {
      propose = proposer();
      if (!alaMain) { organisme.value = propose; }
    }
  });
  if (!organisme.value && propose) { organisme.value = propose; }
})();
