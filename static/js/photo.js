/* Photo fields: reduced on the device to a JPEG of 1600 px before sending, shown at once. [data-photo] holds one file input
   and a [data-photo-apercu]. Where the browser cannot decode (HEIC elsewhere than Safari) the file goes as it is.
   The date and the position of the camera (Exif) are carried over to the reduced file: the server reads them, then cleans
   and checks everything again.
   quartiers.reduirePhoto(file) -> Promise<File> is used by the field mode too. */
(function () {
  "use strict";
  var COTE = 1600;
  var QUALITE = 0.85;
  var INTACT = 600 * 1024; /* a light JPEG is sent as it is, with its date and position */

  /* Return the Exif segment of a JPEG with its orientation set to "upright" (the drawing has turned it), or null. */
  async function exif(fichier) {
    if (fichier.type !== "image/jpeg") { return null; }
    var octets = new Uint8Array(await fichier.slice(0, 256 * 1024).arrayBuffer());
    var vue = new DataView(octets.buffer);
    for (var i = 2; i + 10 < octets.length && octets[i] === 0xff && octets[i + 1] !== 0xda;) {
      var longueur = vue.getUint16(i + 2) + 2;
      if (octets[i + 1] === 0xe1 && vue.getUint32(i + 4) === 0x45786966 && i + longueur <= octets.length) {
        return redresser(octets.slice(i, i + longueur));
      }
      i += longueur;
    }
    return null;
  }

  function redresser(segment) {
    try {
      var vue = new DataView(segment.buffer);
      var petit = vue.getUint16(10) === 0x4949;
      var table = 10 + vue.getUint32(14, petit);
      for (var n = vue.getUint16(table, petit), j = 0; j < n; j += 1) {
        var ligne = table + 2 + 12 * j;
        if (vue.getUint16(ligne, petit) === 0x0112) { vue.setUint16(ligne + 8, 1, petit); }
      }
      return segment;
    } catch {
      return null; /* a broken table is left behind */
    }
  }

  async function reduire(fichier) {
    if (!/^image\//.test(fichier.type) || typeof createImageBitmap !== "function") { return fichier; }
    if (fichier.type === "image/jpeg" && fichier.size <= INTACT) { return fichier; }
    var image;
    try {
      image = await createImageBitmap(fichier, { imageOrientation: "from-image" });
    } catch {
      return fichier;
    }
    var echelle = Math.min(1, COTE / Math.max(image.width, image.height));
    var toile = document.createElement("canvas");
    toile.width = Math.max(1, Math.round(image.width * echelle));
    toile.height = Math.max(1, Math.round(image.height * echelle));
    var dessin = toile.getContext("2d");
    if (!dessin) { return fichier; }
    dessin.fillStyle = "#fff";
    dessin.fillRect(0, 0, toile.width, toile.height);
    dessin.drawImage(image, 0, 0, toile.width, toile.height);
    image.close();
    var jpeg = await new Promise(function (suite) { toile.toBlob(suite, "image/jpeg", QUALITE); });
    toile.width = toile.height = 0;
    if (!jpeg || jpeg.size >= fichier.size) { return fichier; }
    var segment = await exif(fichier).catch(function () { return null; });
    var morceaux = segment ? [jpeg.slice(0, 2), segment, jpeg.slice(2)] : [jpeg];
    return new File(morceaux, fichier.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg", lastModified: fichier.lastModified });
  }

  function poids(octets) {
    return octets < 999500
      ? Math.round(octets / 1000) + " ko"
      : (octets / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 }) + " Mo";
  }

  function montrer(zone, fichiers) {
    if (!zone) { return; }
    zone.querySelectorAll("img").forEach(function (i) { URL.revokeObjectURL(i.src); });
    zone.replaceChildren.apply(zone, fichiers.map(function (fichier) {
      var figure = document.createElement("figure");
      var image = document.createElement("img");
      image.alt = "Photo choisie : " + fichier.name;
      image.src = URL.createObjectURL(fichier);
      image.addEventListener("error", function () { image.remove(); });
      var legende = document.createElement("figcaption");
      legende.textContent = "Photo prête, " + poids(fichier.size);
      figure.append(image, legende);
      return figure;
    }));
  }

  document.addEventListener("change", async function (evenement) {
    var champ = evenement.target;
    var bloc = champ.closest ? champ.closest("[data-photo]") : null;
    if (!bloc || champ.type !== "file" || !champ.files) { return; }
    var choisis = Array.from(champ.files);
    var formulaire = champ.form;
    var tache = (bloc.tache || 0) + 1;
    bloc.tache = tache;
    if (formulaire) { formulaire.dataset.photoEnCours = "1"; }
    try {
      var reduits = [];
      for (var fichier of choisis) { reduits.push(await reduire(fichier)); } /* one at a time: memory of a telephone */
      if (bloc.tache !== tache) { return; }
      if (typeof DataTransfer === "function") {
        var transfert = new DataTransfer();
        reduits.forEach(function (f) { transfert.items.add(f); });
        champ.files = transfert.files;
      }
      montrer(bloc.querySelector("[data-photo-apercu]"), Array.from(champ.files));
      bloc.dispatchEvent(new CustomEvent("photo:prete", { bubbles: true, detail: { fichiers: Array.from(champ.files) } }));
    } finally {
      if (formulaire && bloc.tache === tache) {
        delete formulaire.dataset.photoEnCours;
        if (formulaire.dataset.photoEnvoyer) {
          delete formulaire.dataset.photoEnvoyer;
          formulaire.requestSubmit();
        }
      }
    }
  });

  /* A form sent while a photo is being reduced waits for it, then goes by itself. */
  document.addEventListener("submit", function (evenement) {
    if (evenement.target.dataset.photoEnCours) {
      evenement.preventDefault();
      evenement.stopImmediatePropagation();
      evenement.target.dataset.photoEnvoyer = "1";
    }
  }, true);

  window.quartiers = Object.assign(window.quartiers || {}, { reduirePhoto: reduire });
})();
