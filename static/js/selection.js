/* Bulk choice in a table: "tout", Shift+click for a range, the count said aloud.
   <form data-selection id="f"> with <input data-selection-tout> and <input name="selection">; the bar is
   [data-selection-barre] whose buttons point to the form. Works on rows swapped by htmx. */
(function () {
  "use strict";
  var derniere = null;

  function cases(formulaire) {
    return Array.from(formulaire.querySelectorAll('input[type="checkbox"][name="selection"]'));
  }

  function barres(formulaire) {
    return Array.from(document.querySelectorAll("[data-selection-barre]")).filter(function (barre) {
      return formulaire.contains(barre) || barre.querySelector('[form="' + formulaire.id + '"]');
    });
  }

  function compter(formulaire) {
    var toutes = cases(formulaire);
    var choisies = toutes.filter(function (c) { return c.checked; }).length;
    var tout = formulaire.querySelector("[data-selection-tout]");
    if (tout) {
      tout.checked = choisies > 0 && choisies === toutes.length;
      tout.indeterminate = choisies > 0 && choisies < toutes.length;
    }
    barres(formulaire).forEach(function (barre) {
      var compte = barre.querySelector("[data-selection-compte]");
      if (compte) {
        compte.textContent = choisies ? choisies + (choisies > 1 ? " lignes choisies" : " ligne choisie") : "Choisissez des lignes.";
      }
      barre.querySelectorAll("button").forEach(function (bouton) {
        bouton.disabled = choisies === 0;
      });
    });
  }

  document.addEventListener("click", function (evenement) {
    var cible = evenement.target;
    if (!cible.matches || !cible.matches('input[type="checkbox"]')) { return; }
    var formulaire = cible.closest("[data-selection]");
    if (!formulaire) { return; }
    if (cible.hasAttribute("data-selection-tout")) {
      cases(formulaire).forEach(function (c) { c.checked = cible.checked; });
    } else if (cible.name === "selection") {
      var toutes = cases(formulaire);
      if (evenement.shiftKey && derniere && toutes.includes(derniere)) {
        var bornes = [toutes.indexOf(derniere), toutes.indexOf(cible)].sort(function (a, b) { return a - b; });
        toutes.slice(bornes[0], bornes[1] + 1).forEach(function (c) { c.checked = cible.checked; });
      }
      derniere = cible;
    }
    compter(formulaire);
  });

  function preparer() {
    document.querySelectorAll("[data-selection]").forEach(compter);
  }
  document.addEventListener("htmx:afterSettle", preparer);
  window.addEventListener("pageshow", preparer);
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", preparer); } else { preparer(); }
})();
