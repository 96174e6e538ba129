/* Maps: [data-carte] of templates/composants/carte.html. Our outlines and points stand without any tile; the background is
   an extra that may fail. Points carry a shape, a title and a link; the arrow keys move the map, Tab goes point by point.
   A map that picks a place writes two inputs and dispatches "carte:choix" {lon, lat}.
   quartiers.carte(id) gives {carte, recharger(url)} to other scripts. */
(function () {
  "use strict";
  var FORMES = { "a-traiter": "▲", "en-cours": "◐", fait: "✓", retard: "◆", neutre: "○", schema: "◇" };
  var TOURS = [47.385, 0.695];
  var CREDIT = '<a href="https://geoservices.ign.fr/">IGN, Géoplateforme</a>';
  var INJOIGNABLE = "Le fond de carte est injoignable : contours et points restent affichés.";
  var cartes = {};
  var sansFond = new Set();

  function etat(id, texte) {
    var zone = document.querySelector('[data-carte-etat="' + id + '"]');
    if (zone) { zone.textContent = [texte, sansFond.has(id) ? INJOIGNABLE : ""].filter(Boolean).join(" "); }
  }

  function icone(proprietes) {
    var nature = proprietes.etat || "neutre";
    var bulle = document.createElement("span");
    bulle.textContent = proprietes.lettre || FORMES[nature] || "●";
    var cote = nature === "etape" || nature === "choisi" ? 28 : 24;
    return L.divIcon({ className: "point point-" + nature, html: bulle, iconSize: [cote, cote], popupAnchor: [0, -cote / 2] });
  }

  function mots(proprietes) {
    var bloc = document.createElement("div");
    var titre = document.createElement("p");
    titre.className = "fw-bold";
    if (proprietes.url) {
      var lien = document.createElement("a");
      lien.href = proprietes.url;
      lien.textContent = proprietes.titre;
      titre.append(lien);
    } else {
      titre.textContent = proprietes.titre || "";
    }
    bloc.append(titre);
    if (proprietes.detail) {
      var detail = document.createElement("p");
      detail.textContent = proprietes.detail;
      bloc.append(detail);
    }
    return bloc;
  }

  function fonds(carte, element) {
    var couches = {};
    var echecs = 0;
    function couche(url, nom) {
      if (!url) { return null; }
      couches[nom] = L.tileLayer(url, { maxZoom: 19, attribution: CREDIT });
      couches[nom].on("tileerror", function () {
        echecs += 1;
        if (echecs === 3) {
          sansFond.add(element.id);
          etat(element.id, "");
        }
      });
      couches[nom].on("tileload", function () {
        if (echecs) {
          echecs = 0;
          sansFond.delete(element.id);
          etat(element.id, "");
        }
      });
      return couches[nom];
    }
    var plan = couche(element.dataset.plan, "Plan IGN");
    couche(element.dataset.ortho, "Vue aérienne IGN");
    couches["Sans fond"] = L.layerGroup();
    (plan || couches["Sans fond"]).addTo(carte);
    if (Object.keys(couches).length > 1) { L.control.layers(couches, null, { collapsed: true }).addTo(carte); }
  }

  function dessiner(carte, donnees) {
    var points = typeof L.markerClusterGroup === "function"
      ? L.markerClusterGroup({
        maxClusterRadius: 40, disableClusteringAtZoom: 18, showCoverageOnHover: false, animate: false,
        iconCreateFunction: function (grappe) {
          var compte = document.createElement("span");
          compte.textContent = String(grappe.getChildCount());
          return L.divIcon({ className: "grappe", html: compte, iconSize: [36, 36] });
        },
      })
      : L.featureGroup();
    var fixes = L.featureGroup();
    L.geoJSON(donnees, {
      style: function (objet) {
        var p = objet.properties || {};
        return { color: "#0b4f6c", weight: 2.5, fillOpacity: 0.06, dashArray: p.provisoire ? "7 6" : null, interactive: Boolean(p.titre) };
      },
      pointToLayer: function (objet, ou) {
        var p = objet.properties || {};
        return L.marker(ou, { icon: icone(p), alt: p.titre || "", title: p.titre || "", keyboard: true });
      },
      onEachFeature: function (objet, couche) {
        var p = objet.properties || {};
        if (p.titre) { couche.bindPopup(function () { return mots(p); }); }
        if (p.etiquette) { couche.bindTooltip(p.etiquette, { permanent: true, direction: "center", className: "etiquette-quartier" }); }
        var groupe = couche instanceof L.Marker && p.etat !== "etape" && p.etat !== "schema";
        (groupe ? points : fixes).addLayer(couche);
      },
    });
    fixes.addTo(carte);
    points.addTo(carte);
    return L.featureGroup([fixes, points]);
  }

  function choisir(carte, element) {
    var lon = document.getElementById(element.dataset.choisirLon);
    var lat = document.getElementById(element.dataset.choisirLat);
    if (!lon || !lat) { return; }
    var marque = null;
    function nombre(champ) {
      return champ.value.trim() === "" ? NaN : Number(champ.value.replace(",", "."));
    }
    function poser(ou, ecrire) {
      if (!marque) {
        marque = L.marker(ou, { icon: icone({ etat: "choisi", lettre: "✓" }), draggable: true, alt: "Lieu choisi", title: "Lieu choisi, à déplacer" }).addTo(carte);
        marque.on("dragend", function () { poser(marque.getLatLng(), true); });
      }
      marque.setLatLng(ou);
      if (!ecrire) { return; }
      lon.value = ou.lng.toFixed(6);
      lat.value = ou.lat.toFixed(6);
      [lon, lat].forEach(function (c) { c.dispatchEvent(new Event("change", { bubbles: true })); });
      etat(element.id, "Lieu choisi : " + lat.value.replace(".", ",") + " N, " + lon.value.replace(".", ",") + " E.");
      element.dispatchEvent(new CustomEvent("carte:choix", { bubbles: true, detail: { lon: ou.lng, lat: ou.lat } }));
    }
    function relire() {
      var x = nombre(lon), y = nombre(lat);
      if (Number.isFinite(x) && Number.isFinite(y) && Math.abs(y) <= 90 && Math.abs(x) <= 180) {
        poser(L.latLng(y, x), false);
        carte.setView([y, x], Math.max(carte.getZoom(), 17));
      }
    }
    carte.on("click", function (evenement) { poser(evenement.latlng, true); });
    element.addEventListener("keydown", function (evenement) {
      if (evenement.key === "Enter" && evenement.target === element) {
        evenement.preventDefault();
        poser(carte.getCenter(), true);
      }
    });
    [lon, lat].forEach(function (c) { c.addEventListener("change", function (e) { if (e.isTrusted) { relire(); } }); });
    relire();
    etat(element.id, marque ? "" : "Cliquez sur la carte pour choisir un lieu ; au clavier, déplacez-la avec les flèches puis Entrée prend son centre.");
  }

  function cadrer(carte, couches, element) {
    if (element.dataset.centre) {
      var c = element.dataset.centre.split(",").map(Number);
      carte.setView([c[1], c[0]], Number(element.dataset.zoom) || 16, { animate: false });
      return;
    }
    var emprise = couches.getBounds();
    if (emprise.isValid()) { carte.fitBounds(emprise, { padding: [18, 18], maxZoom: 17, animate: false }); } else { carte.setView(TOURS, 12); }
  }

  async function charger(url) {
    var reponse = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!reponse.ok) { throw new Error(String(reponse.status)); }
    return reponse.json();
  }

  // A page of a lower floor shows the points of a higher one by its address: its points join, its outlines do not.
  async function avecPoints(url, urlPoints) {
    if (!urlPoints) { return charger(url); }
    var tout = await Promise.all([charger(url), charger(urlPoints)]);
    var points = tout[1].features.filter(function (objet) { return objet.geometry && objet.geometry.type === "Point"; });
    return { type: "FeatureCollection", features: tout[0].features.concat(points) };
  }

  async function ouvrir(element) {
    if (element.dataset.ouverte) { return; }
    element.dataset.ouverte = "1";
    var carte = L.map(element, { zoomControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, scrollWheelZoom: false, zoomSnap: 0.5, minZoom: 3, maxZoom: 19 });
    L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(carte);
    L.control.scale({ imperial: false }).addTo(carte);
    carte.attributionControl.setPrefix(false);
    carte.setView(TOURS, 12);
    carte.on("focus", function () { carte.scrollWheelZoom.enable(); });
    carte.on("blur", function () { carte.scrollWheelZoom.disable(); });
    fonds(carte, element);
    var couches = null;
    function montrer(donnees) {
      if (couches) { couches.eachLayer(function (c) { carte.removeLayer(c); }); }
      couches = dessiner(carte, donnees);
      cadrer(carte, couches, element);
    }
    async function recharger(url) {
      etat(element.id, "Chargement de la carte…");
      try {
        montrer(await avecPoints(url, element.dataset.urlPoints));
        etat(element.id, "");
      } catch {
        etat(element.id, "Les points n’ont pas pu être chargés. La liste reste disponible ; rechargez la page pour réessayer.");
      }
    }
    cartes[element.id] = { carte: carte, recharger: recharger };
    var bloc = element.dataset.donnees && document.getElementById(element.dataset.donnees);
    if (bloc) { montrer(JSON.parse(bloc.textContent)); } else if (element.dataset.url) { await recharger(element.dataset.url); } else { cadrer(carte, L.featureGroup(), element); }
    choisir(carte, element);
  }

  function preparer() {
    if (typeof L === "undefined") { return; }
    document.querySelectorAll("[data-carte]").forEach(function (element) {
      ouvrir(element).catch(function (erreur) {
        console.error(erreur);
        etat(element.id, "La carte n’a pas pu s’ouvrir. La liste reste disponible.");
      });
    });
  }
  window.quartiers = Object.assign(window.quartiers || {}, { carte: function (id) { return cartes[id]; } });
  document.addEventListener("htmx:afterSettle", preparer);
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", preparer); } else { preparer(); }
})();
