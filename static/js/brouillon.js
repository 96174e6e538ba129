/* Long texts survive a crash: each form[data-brouillon="cle"] keeps what was typed in localStorage, under the key and the
   address of the page, and offers it back. The key should carry the object and its version ("constat-12-v3"). A draft is
   dropped when the form is sent and after 14 days. Passwords, files and hidden fields are never kept. */
(function () {
  "use strict";
  var PREFIXE = "brouillon:";
  var VIE = 14 * 24 * 3600 * 1000;
  var attente = new Map();

  function cle(formulaire) {
    return PREFIXE + formulaire.dataset.brouillon + ":" + location.pathname;
  }

  function champs(formulaire) {
    return Array.from(formulaire.elements).filter(function (c) {
      return c.name && !c.disabled && (c.matches("textarea, select") || (c.matches("input") &&
        !["hidden", "password", "file", "submit", "button", "checkbox", "radio"].includes(c.type)));
    });
  }

  function lire(nom) {
    try { return JSON.parse(localStorage.getItem(nom)); } catch { return null; }
  }

  function ecrire(formulaire) {
    var valeurs = {};
    champs(formulaire).forEach(function (c) {
      if (c.value !== depart(c)) { valeurs[c.name] = c.value; }
    });
    try {
      if (Object.keys(valeurs).length) {
        localStorage.setItem(cle(formulaire), JSON.stringify({ le: Date.now(), valeurs: valeurs }));
        dire(formulaire, "Brouillon gardé sur cet appareil à " + heure(Date.now()) + ".");
      } else {
        localStorage.removeItem(cle(formulaire));
        dire(formulaire, "");
      }
    } catch {
      dire(formulaire, "Cet appareil ne peut pas garder de brouillon : enregistrez souvent.");
    }
  }

  function depart(champ) {
    if (champ.matches("select")) {
      var option = Array.from(champ.options).find(function (o) { return o.defaultSelected; }) || champ.options[0];
      return option ? option.value : "";
    }
    return champ.defaultValue;
  }

  function heure(instant) {
    return new Date(instant).toLocaleString("fr-FR", { dateStyle: "short", timeStyle: "short" });
  }

  function dire(formulaire, texte) {
    var zone = formulaire.querySelector("[data-brouillon-dit]");
    if (zone) { zone.textContent = texte; }
    return zone;
  }

  function bouton(texte, geste) {
    var b = document.createElement("button");
    b.type = "button";
    b.className = "btn btn-sm btn-outline-secondary";
    b.textContent = texte;
    b.addEventListener("click", geste);
    return b;
  }

  function proposer(formulaire) {
    var garde = lire(cle(formulaire));
    if (!garde || !garde.valeurs || Date.now() - garde.le > VIE) { return; }
    var differents = champs(formulaire).filter(function (c) {
      return typeof garde.valeurs[c.name] === "string" && garde.valeurs[c.name] !== c.value;
    });
    if (!differents.length) { return; }
    var zone = dire(formulaire, "Un texte non enregistré du " + heure(garde.le) + " a été retrouvé. ");
    if (!zone) { return; }
    zone.append(
      bouton("Le reprendre", function () {
        differents.forEach(function (c) {
          c.value = garde.valeurs[c.name];
          c.dispatchEvent(new Event("input", { bubbles: true }));
        });
        dire(formulaire, "Texte repris : pensez à l’enregistrer.");
        if (differents[0]) { differents[0].focus(); }
      }), " ",
      bouton("L’oublier", function () {
        localStorage.removeItem(cle(formulaire));
        dire(formulaire, "");
      })
    );
  }

  document.addEventListener("input", function (evenement) {
    var formulaire = evenement.target.form;
    if (!formulaire || !formulaire.dataset.brouillon) { return; }
    clearTimeout(attente.get(formulaire));
    attente.set(formulaire, setTimeout(function () { ecrire(formulaire); }, 800));
  });

  /* Kept until the server has answered: a failed sending shows the same page again, with the same draft. */
  document.addEventListener("submit", function (evenement) {
    var formulaire = evenement.target;
    if (!formulaire.dataset.brouillon || evenement.defaultPrevented) { return; }
    clearTimeout(attente.get(formulaire));
    ecrire(formulaire);
    try { sessionStorage.setItem("brouillon-envoye", cle(formulaire)); } catch { /* private mode: the draft ages out */ }
  });

  window.addEventListener("pagehide", function () {
    attente.forEach(function (minuteur, formulaire) {
      clearTimeout(minuteur);
      if (formulaire.isConnected && sessionStorage.getItem("brouillon-envoye") !== cle(formulaire)) { ecrire(formulaire); }
    });
  });

  function preparer() {
    var envoye = null;
    try {
      envoye = sessionStorage.getItem("brouillon-envoye");
      sessionStorage.removeItem("brouillon-envoye");
    } catch { return; }
    var refuse = document.querySelector("main .is-invalid, main .conflit, main .note-error");
    /* The same form again without a word of success: the sending met an expired session, the draft is all there is. */
    var revenu = Array.from(document.querySelectorAll("form[data-brouillon]")).some(function (f) { return cle(f) === envoye; });
    var garde = refuse || (revenu && !document.querySelector("main .note-success"));
    if (envoye && !garde) { localStorage.removeItem(envoye); }
    document.querySelectorAll("form[data-brouillon]").forEach(proposer);
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", preparer); } else { preparer(); }
})();
