/* Serial entry: a new row appears when one writes in the last one, a row repeats the stop of the row above, and « Ajouter dix
   lignes » needs no round trip. Without this script the same button asks the server, which keeps what was typed. */
(function () {
  "use strict";
  var formulaire = document.querySelector("form[data-saisie]");
  if (!formulaire || !window.crypto || typeof crypto.randomUUID !== "function") { return; }
  var corps = formulaire.querySelector("[data-saisie-lignes]");
  var total = formulaire.elements["c-TOTAL_FORMS"];
  var maximum = Number(formulaire.dataset.saisie);

  function lignes() { return corps.querySelectorAll("[data-rangee]"); }

  function ajouter() {
    var rang = lignes().length;
    if (rang >= maximum) { return null; }
    var modele = corps.lastElementChild;
    var ligne = modele.cloneNode(true);
    ligne.classList.remove("erreur");
    ligne.querySelectorAll(".form-erreur").forEach(function (e) { e.remove(); });
    ligne.querySelectorAll("[name]").forEach(function (champ) {
      ["name", "id"].forEach(function (attribut) {
        var valeur = champ.getAttribute(attribut);
        if (valeur) { champ.setAttribute(attribut, valeur.replace(/c-\d+-/, "c-" + rang + "-")); }
      });
      if (champ.name.endsWith("client_uuid")) {
        champ.value = crypto.randomUUID();
      } else if (champ.matches("select")) {
        champ.selectedIndex = /-(nature|urgence)$/.test(champ.name) ? modele.querySelector("select[name$=" + champ.name.replace(/.*-/, "") + "]").selectedIndex : 0;
      } else {
        champ.value = "";
      }
      champ.classList.remove("is-invalid");
      champ.removeAttribute("aria-invalid");
    });
    var tete = ligne.querySelector("th").firstChild;
    tete.textContent = String(Number(tete.textContent) + 1);
    corps.append(ligne);
    total.value = String(rang + 1);
    return ligne;
  }

  corps.addEventListener("input", function (evenement) {
    if (evenement.target.closest("[data-rangee]") === corps.lastElementChild) { ajouter(); }
  });

  /* The stop rarely changes from one line of the paper to the next. */
  corps.addEventListener("focusin", function (evenement) {
    var ligne = evenement.target.closest("[data-rangee]");
    var etape = ligne && ligne.querySelector("select[name$=etape]");
    var avant = ligne && ligne.previousElementSibling;
    if (!etape || evenement.target !== etape || etape.value || !avant) { return; }
    etape.value = avant.querySelector("select[name$=etape]").value;
  });

  formulaire.querySelector("[data-saisie-plus]").addEventListener("click", function (evenement) {
    evenement.preventDefault();
    var premiere = null;
    for (var n = 0; n < 10; n += 1) {
      var ligne = ajouter();
      premiere = premiere || ligne;
    }
    if (premiere) { premiere.querySelector("select, input:not([type=hidden])").focus(); }
  });

  var erreur = corps.querySelector(".erreur input:not([type=hidden]), .erreur select");
  (erreur || corps.querySelector("select")).focus();
})();
