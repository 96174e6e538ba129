/* Forms: one submit only, Ctrl+Enter sends, a warning before typed text is left behind. */
(function () {
  "use strict";
  var modifies = new Set();

  function surveille(formulaire) {
    return formulaire && formulaire.method === "post" && !formulaire.hasAttribute("hx-post") && formulaire.hasAttribute("data-surveiller");
  }

  document.addEventListener("input", function (evenement) {
    var formulaire = evenement.target.form;
    if (surveille(formulaire)) { modifies.add(formulaire); }
  });

  document.addEventListener("submit", function (evenement) {
    var formulaire = evenement.target;
    if (formulaire.method !== "post" || evenement.defaultPrevented) { return; }
    if (Array.from(formulaire.attributes).some(function (a) { return a.name.indexOf("hx-") === 0; })) { return; }
    if (formulaire.getAttribute("aria-busy") === "true") {
      evenement.preventDefault();
      return;
    }
    modifies.delete(formulaire);
    formulaire.setAttribute("aria-busy", "true");
    /* Buttons are only marked: a disabled one would not send its name and value. */
    if (evenement.submitter) { evenement.submitter.setAttribute("aria-busy", "true"); }
  });

  /* Coming back with the browser's arrow finds a form that can be sent again. */
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[aria-busy]").forEach(function (element) { element.removeAttribute("aria-busy"); });
  });

  document.addEventListener("keydown", function (evenement) {
    if (evenement.key !== "Enter" || !(evenement.ctrlKey || evenement.metaKey)) { return; }
    var formulaire = evenement.target.form;
    if (formulaire && formulaire.method === "post") {
      evenement.preventDefault();
      formulaire.requestSubmit();
    }
  });

  window.addEventListener("beforeunload", function (evenement) {
    modifies.forEach(function (formulaire) { if (!formulaire.isConnected) { modifies.delete(formulaire); } });
    if (modifies.size) { evenement.preventDefault(); }
  });

  /* The first error takes the focus, so that a long form does not hide it. */
  function erreur() {
    var champ = document.querySelector("main .is-invalid");
    if (champ) { champ.focus(); }
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", erreur); } else { erreur(); }
})();
