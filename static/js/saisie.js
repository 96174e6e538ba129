/* Serial entry: a new row appears when one writes in the last one, a row repeats the stop of the row above, the sub-themes
   follow the theme, « 1412 » becomes « 14:12 », and « Ajouter dix lignes » needs no round trip. Without this script the
   same button asks the server, which keeps what was typed, and every list stays whole. */
(function () {
  "use strict";
  var formulaire = document.querySelector("form[data-saisie]");
  if (!formulaire || !window.crypto || typeof crypto.randomUUID !== "function") { return; }
  var corps = formulaire.querySelector("[data-saisie-lignes]");
  var total = formulaire.elements["c-TOTAL_FORMS"];
  var maximum = Number(formulaire.dataset.saisie);
  var DEPART = { nature: "negatif", urgence: "3" };
  var ECRITS = ["theme", "sous_theme", "description", "repere", "principe", "photo_a"];
  var sousThemes = toutes(corps.querySelector('[name$="-sous_theme"]'));

  /* Every sub-theme, as the server wrote them, none chosen. */
  function toutes(liste) {
    var copie = liste.cloneNode(true);
    copie.querySelectorAll("[selected]").forEach(function (o) { o.removeAttribute("selected"); });
    return Array.from(copie.children);
  }

  function lignes() { return corps.querySelectorAll("[data-rangee]"); }
  function champ(ligne, nom) { return ligne.querySelector('[name$="-' + nom + '"]'); }
  function nomDe(element) { return (element.name || "").replace(/^c-\d+-/, ""); }

  function ajouter() {
    var rang = lignes().length;
    if (rang >= maximum) { return null; }
    var ligne = corps.lastElementChild.cloneNode(true);
    ligne.classList.remove("erreur");
    delete ligne.dataset.etape;
    ligne.querySelectorAll(".form-erreur").forEach(function (e) { e.remove(); });
    ligne.querySelectorAll("[name]").forEach(function (element) { vider(element, rang); });
    suivreLeTheme(ligne);
    var tete = ligne.querySelector("th").firstChild;
    tete.textContent = String(Number(tete.textContent) + 1);
    corps.append(ligne);
    total.value = String(rang + 1);
    return ligne;
  }

  function vider(element, rang) {
    ["name", "id", "aria-label"].forEach(function (attribut) {
      var valeur = element.getAttribute(attribut);
      if (valeur) { element.setAttribute(attribut, valeur.replace(/c-\d+-/, "c-" + rang + "-").replace(/ligne \d+$/, "ligne " + (rang + 1))); }
    });
    var nom = nomDe(element);
    element.value = nom === "client_uuid" ? crypto.randomUUID() : DEPART[nom] || "";
    element.classList.remove("is-invalid");
    element.removeAttribute("aria-invalid");
    element.removeAttribute("aria-describedby");
  }

  /* Keep the sub-themes of the theme: a letter or two then choose one. */
  function suivreLeTheme(ligne) {
    var theme = champ(ligne, "theme"), liste = champ(ligne, "sous_theme"), choisi = liste.value;
    var dit = theme.value ? theme.selectedOptions[0].text : "";
    liste.replaceChildren.apply(liste, sousThemes.filter(function (n) {
      return n.tagName === "OPTION" || !dit || n.label === dit;
    }).map(function (n) { return n.cloneNode(true); }));
    liste.value = choisi;
    if (liste.selectedIndex < 0) { liste.selectedIndex = 0; }
  }

  /* A sub-theme chosen alone gives its theme. */
  function donnerLeTheme(ligne) {
    var theme = champ(ligne, "theme"), option = champ(ligne, "sous_theme").selectedOptions[0];
    if (theme.value || !option || option.parentNode.tagName !== "OPTGROUP") { return; }
    var sien = Array.from(theme.options).find(function (o) { return o.text === option.parentNode.label; });
    if (sien) { theme.value = sien.value; }
  }

  function vierge(ligne) {
    return ECRITS.every(function (nom) { var element = champ(ligne, nom); return !element || !element.value; });
  }

  /* The stop rarely changes from one line of the paper to the next: a row still blank takes that of the row above. */
  function repeterEtape(ligne) {
    var avant = ligne.previousElementSibling, etape = champ(ligne, "etape");
    if (avant && !ligne.dataset.etape && !etape.value && vierge(ligne)) { etape.value = champ(avant, "etape").value; }
  }

  corps.addEventListener("input", function (evenement) {
    var ligne = evenement.target.closest("[data-rangee]"), nom = nomDe(evenement.target);
    if (nom === "etape") { ligne.dataset.etape = "choisie"; }
    if (nom === "theme") { suivreLeTheme(ligne); }
    if (nom === "sous_theme") { donnerLeTheme(ligne); }
    if (ligne === corps.lastElementChild) { ajouter(); }
  });

  corps.addEventListener("focusin", function (evenement) {
    var ligne = evenement.target.closest("[data-rangee]");
    if (ligne) { repeterEtape(ligne); }
  });

  corps.addEventListener("change", function (evenement) {
    var parts = nomDe(evenement.target) === "photo_a" && evenement.target.value.trim().match(/^(\d{1,2})\s?[:hH.]?\s?(\d{2})$/);
    if (parts) { evenement.target.value = parts[1].padStart(2, "0") + ":" + parts[2]; }
  });

  formulaire.querySelector("[data-saisie-plus]").addEventListener("click", function (evenement) {
    evenement.preventDefault();
    var premiere = null;
    for (var n = 0; n < 10; n += 1) {
      var ligne = ajouter();
      premiere = premiere || ligne;
    }
    if (premiere) { champ(premiere, "etape").focus(); }
  });

  /* photo.js reduces the photos one after the other: say when they are ready to go. */
  var dit = formulaire.querySelector("[data-saisie-photos]");
  formulaire.addEventListener("change", function (evenement) {
    if (evenement.target.type === "file" && evenement.target.files.length) { dit.textContent = "Les photos se préparent…"; }
  });
  formulaire.addEventListener("photo:prete", function (evenement) {
    var nombre = evenement.detail.fichiers.length;
    dit.textContent = !nombre ? "" : nombre > 1 ? nombre + " photos sont prêtes." : "1 photo est prête.";
  });

  lignes().forEach(suivreLeTheme);
  var erreur = corps.querySelector(".erreur [aria-invalid=true]") || corps.querySelector(".erreur input:not([type=hidden]), .erreur select");
  (erreur || corps.querySelector("select")).focus();
})();
