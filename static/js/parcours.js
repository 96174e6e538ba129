/* Route editor: a click on the map fills the list below, and the list moves the map. The list is what is sent: without this
   script it is an ordinary form. At the keyboard, the arrows move the map and Enter takes its centre. */
(function () {
  "use strict";
  var formulaire = document.querySelector("form[data-parcours]");
  if (!formulaire) { return; }
  var dit = formulaire.querySelector("[data-parcours-dit]");
  var trajet = formulaire.elements.trajet;
  var outil = "etape";
  var fini = [];
  var couche = null;
  var carte = null;

  function rangees() { return Array.from(formulaire.querySelectorAll("[data-etape]")); }
  function champ(rangee, nom) { return rangee.querySelector('[name$="-' + nom + '"]'); }
  function nombre(texte) { return texte.trim() === "" ? NaN : Number(texte.replace(",", ".")); }

  function place(rangee) {
    var lon = nombre(champ(rangee, "lon").value), lat = nombre(champ(rangee, "lat").value);
    return Number.isFinite(lon) && Number.isFinite(lat) ? [lat, lon] : null;
  }

  function sommets() {
    return trajet.value.split("\n").map(function (ligne) {
      var lus = ligne.trim().split(/[;\s]+/).map(nombre);
      return lus.length === 2 && lus.every(Number.isFinite) ? [lus[1], lus[0]] : null;
    }).filter(Boolean);
  }

  function vives() { return rangees().filter(function (r) { return !champ(r, "retirer").checked; }); }

  /* Same order as the server: the numbers typed first, then the place in the list. */
  function ordonnees() {
    return vives().map(function (r, rang) { return { r: r, ordre: nombre(champ(r, "ordre").value) || 100, rang: rang }; })
      .sort(function (a, b) { return a.ordre - b.ordre || a.rang - b.rang; })
      .map(function (e) { return e.r; });
  }

  function dessiner() {
    couche.clearLayers();
    var placees = ordonnees().filter(place);
    var ligne = sommets();
    if (ligne.length < 2) { ligne = placees.map(place); }
    if (ligne.length > 1) { L.polyline(ligne, { color: "#13242d", weight: 4, dashArray: "2 8", lineCap: "round", interactive: false }).addTo(couche); }
    placees.forEach(function (rangee, rang) {
      var bulle = document.createElement("span");
      bulle.textContent = String(rang + 1);
      var nom = champ(rangee, "libelle").value || "Étape à nommer";
      var marque = L.marker(place(rangee), {
        icon: L.divIcon({ className: "point point-etape", html: bulle, iconSize: [28, 28] }),
        draggable: true, title: nom, alt: nom,
      }).addTo(couche);
      marque.on("dragend", function () { ecrire(rangee, marque.getLatLng()); });
    });
  }

  function ecrire(rangee, ou) {
    champ(rangee, "lon").value = ou.lng.toFixed(6);
    champ(rangee, "lat").value = ou.lat.toFixed(6);
    champ(rangee, "lat").dispatchEvent(new Event("input", { bubbles: true }));
  }

  function ajouter() {
    var modele = rangees().slice(-1)[0];
    var rang = rangees().length;
    var ligne = modele.cloneNode(true);
    ligne.querySelectorAll(".form-erreur").forEach(function (e) { e.remove(); });
    ligne.querySelectorAll("[name]").forEach(function (c) {
      ["name", "id"].forEach(function (a) { if (c.getAttribute(a)) { c.setAttribute(a, c.getAttribute(a).replace(/e-\d+-/, "e-" + rang + "-")); } });
      if (c.type === "checkbox") { c.checked = false; } else { c.value = ""; }
    });
    modele.after(ligne);
    formulaire.elements["e-TOTAL_FORMS"].value = String(rang + 1);
    return ligne;
  }

  function poser(ou) {
    if (outil === "trajet") {
      trajet.value = (trajet.value.trim() ? trajet.value.trim() + "\n" : "") + ou.lng.toFixed(6) + " " + ou.lat.toFixed(6);
      trajet.dispatchEvent(new Event("input", { bubbles: true }));
      fini.push("trajet");
      dit.textContent = "Trajet de " + sommets().length + " points.";
      return;
    }
    var libre = vives().find(function (r) { return !place(r); });
    if (!libre && rangees().length >= 30) { dit.textContent = "Une marche a au plus 30 étapes."; return; }
    var rangee = libre || ajouter();
    if (!champ(rangee, "libelle").value) { champ(rangee, "libelle").value = "Étape " + (ordonnees().indexOf(rangee) + 1); }
    ecrire(rangee, ou);
    fini.push(rangee);
    dit.textContent = "« " + champ(rangee, "libelle").value + " » est posée. Nommez-la dans la liste.";
  }

  function defaire() {
    var dernier = fini.pop();
    if (!dernier) { dit.textContent = "Rien à défaire."; return; }
    if (dernier === "trajet") {
      trajet.value = trajet.value.trim().split("\n").slice(0, -1).join("\n");
    } else {
      champ(dernier, "lon").value = champ(dernier, "lat").value = "";
    }
    dit.textContent = "Le dernier point est retiré.";
    dessiner();
  }

  function commencer() {
    carte = window.quartiers.carte("carte-parcours").carte;
    couche = L.layerGroup().addTo(carte);
    carte.on("click", function (evenement) { poser(evenement.latlng); });
    carte.getContainer().addEventListener("keydown", function (evenement) {
      if (evenement.key === "Enter" && evenement.target === carte.getContainer()) {
        evenement.preventDefault();
        poser(carte.getCenter());
      }
    });
    formulaire.addEventListener("input", dessiner);
    formulaire.querySelector("[data-parcours-outils]").hidden = false;
    formulaire.querySelectorAll("[data-outil]").forEach(function (bouton) {
      bouton.addEventListener("click", function () {
        if (bouton.dataset.outil === "defaire") { defaire(); return; }
        outil = bouton.dataset.outil;
        formulaire.querySelectorAll("[data-outil][aria-pressed]").forEach(function (b) { b.setAttribute("aria-pressed", String(b === bouton)); });
        dit.textContent = outil === "etape" ? "Cliquez pour poser la prochaine étape sans position." : "Cliquez pour ajouter un point au trajet.";
      });
    });
    dessiner();
  }

  function attendre(essais) {
    if (window.quartiers && window.quartiers.carte && window.quartiers.carte("carte-parcours")) { commencer(); return; }
    if (essais) { setTimeout(attendre, 50, essais - 1); }
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", function () { attendre(60); }); } else { attendre(60); }
})();
