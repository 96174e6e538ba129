/* What the measures of the field mode run inside the page; bench/terrain_navigateur.py calls these functions by name. */
const banc = {
  pause: (ms) => new Promise((suite) => { setTimeout(suite, ms); }),

  /* Milliseconds of a fixed computation: tells that the processor is slowed as asked. */
  calibre() {
    const durees = [];
    for (let tour = 0; tour < 5; tour += 1) {
      const depart = performance.now();
      let x = 1;
      for (let i = 0; i < 1_000_000; i += 1) { x = (x * 1103515245 + 12345) % 2147483648; }
      durees.push(performance.now() - depart + x * 0);
    }
    return Math.min(...durees);
  },

  /* Run at the start of every page: measures the one that opens on the capture screen. */
  ouvrir() {
    if (location.hash.endsWith("/relever")) { banc.depart = banc.demarrage(location.hash); }
  },

  /* From the start of the navigation until the capture screen answers a touch: its sentence is painted. */
  async demarrage(ecran) {
    const pret = () => document.getElementById("contenu")?.dataset.pret === ecran;
    while (!pret()) { await new Promise(requestAnimationFrame); }
    document.querySelector("#pied button").click();
    if (!document.getElementById("messages").textContent.includes("Touchez un thème")) { throw new Error("l’écran ne répond pas"); }
    await banc.peint();
    return performance.now();
  },
  peint: () => new Promise((suite) => { requestAnimationFrame(() => setTimeout(suite)); }),

  /* From the next touch to the sentence, painted; read with `await banc.duree`. */
  armer(phrase) {
    let depart = null;
    addEventListener("touchstart", (e) => { depart = e.timeStamp; }, { capture: true, once: true });
    banc.duree = new Promise((suite) => {
      const veille = new MutationObserver(async () => {
        if (depart === null || !document.getElementById("messages").textContent.includes(phrase)) { return; }
        veille.disconnect();
        await banc.peint();
        suite(performance.now() - depart);
      });
      veille.observe(document.getElementById("messages"), { childList: true, subtree: true });
    });
  },

  /* The bound of a saving: the same bytes put in an IndexedDB of one table. */
  async poser(octets, tours) {
    const base = await new Promise((suite, rate) => {
      const demande = indexedDB.open("banc", 1);
      demande.onupgradeneeded = () => demande.result.createObjectStore("photos", { keyPath: "cle" });
      demande.onsuccess = () => suite(demande.result);
      demande.onerror = () => rate(demande.error);
    });
    const durees = [];
    for (let tour = 0; tour < tours; tour += 1) {
      const rangee = { cle: tour, octets: crypto.getRandomValues(new Uint8Array(65536)).buffer };
      rangee.octets = new Blob(Array(Math.ceil(octets / 65536)).fill(rangee.octets)).slice(0, octets);
      rangee.octets = await rangee.octets.arrayBuffer();
      const depart = performance.now();
      await new Promise((suite, rate) => {
        const transaction = base.transaction("photos", "readwrite", { durability: "strict" });
        transaction.objectStore("photos").put(rangee);
        transaction.oncomplete = suite;
        transaction.onerror = () => rate(transaction.error);
      });
      durees.push(performance.now() - depart);
    }
    base.close();
    return durees;
  },

  /* The module of the page that reduces photos, and the browser's own reduction beside it. */
  async reduire(fichier, tours) {
    const adresse = performance.getEntriesByType("resource").map((r) => r.name).find((n) => /\/terrain\/photo\.[\w.]*js$/.test(n));
    const { reduire } = await import(adresse);
    const nous = [];
    const borne = [];
    let poids = 0;
    for (let tour = 0; tour < tours; tour += 1) {
      let depart = performance.now();
      poids = (await reduire(fichier)).poids;
      nous.push(performance.now() - depart);
      depart = performance.now();
      const image = await createImageBitmap(fichier, { resizeWidth: 1600, resizeHeight: 1200, resizeQuality: "high" });
      const toile = new OffscreenCanvas(1600, 1200);
      toile.getContext("bitmaprenderer").transferFromImageBitmap(image);
      await toile.convertToBlob({ type: "image/jpeg", quality: 0.82 });
      borne.push(performance.now() - depart);
    }
    return { nous, borne, poids };
  },

  /* A JPEG drawn here: a sky and noise. */
  async jpeg(largeur, hauteur, force, qualite = 0.82) {
    const toile = new OffscreenCanvas(largeur, hauteur);
    const dessin = toile.getContext("2d");
    const image = dessin.createImageData(largeur, hauteur);
    const points = new Uint32Array(image.data.buffer);
    let x = (Math.random() * 2 ** 32) | 1;
    for (let i = 0; i < points.length; i += 1) {
      x ^= x << 13; x ^= x >>> 17; x ^= x << 5;
      const gris = 128 + (((x & 255) - 128) * force);
      points[i] = 0xff000000 | (gris << 16) | (gris << 8) | gris;
    }
    dessin.putImageData(image, 0, 0);
    return (await toile.convertToBlob({ type: "image/jpeg", quality: qualite })).arrayBuffer();
  },

  async force(largeur, hauteur, mini, maxi) {
    let [bas, haut] = [0, 1];
    for (let tour = 0; tour < 14; tour += 1) {
      const force = (bas + haut) / 2;
      const poids = (await banc.jpeg(largeur, hauteur, force)).byteLength;
      if (poids >= mini && poids <= maxi) { return force; }
      if (poids < mini) { bas = force; } else { haut = force; }
    }
    throw new Error("aucune photo de ce poids");
  },

  /* Put records with their photos in the queue, as the capture screen does; return the hashes and the bytes. */
  async remplir({ marche, quartier, fiches, photos, largeur, hauteur, mini, maxi }) {
    const file = await terrain.module("file");
    const force = await banc.force(largeur, hauteur, mini, maxi);
    const faits = { shas: [], octets: 0 };
    for (let rang = 0; rang < fiches; rang += 1) {
      const prises = [];
      for (let n = 0; n < photos; n += 1) {
        const octets = await banc.jpeg(largeur, hauteur, force);
        const somme = new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
        const sha = Array.from(somme, (o) => o.toString(16).padStart(2, "0")).join("");
        prises.push({ sha, octets, poids: octets.byteLength, largeur, hauteur, prise_a: new Date().toISOString() });
        faits.shas.push(sha);
        faits.octets += octets.byteLength;
      }
      await file.ajouter({ genre: "constat", marche, photos: prises, contenu: banc.contenu(marche, quartier) });
    }
    return faits;
  },

  contenu: (diagnostic, quartier) => ({
    diagnostic, quartier, releve_a: new Date().toISOString(), nature: "negatif", theme: null, sous_theme: null, principe: null, etape: null,
    description: "Dépôt au pied du hall", proposition: "", repere: "", danger: false,
    position: { lon: 0.694, lat: 47.3861, precision_m: 8, source: "gps" },
  }),

  async recus() {
    const file = await terrain.module("file");
    const tous = await file.liste();
    return {
      fiches: tous.filter((e) => file.ficheRecue(e)).length,
      photos: tous.reduce((n, e) => n + e.photos.filter((p) => p.recue).length, 0),
      octets: tous.reduce((n, e) => n + e.photos.filter((p) => p.recue).reduce((m, p) => m + p.poids, 0), 0),
    };
  },

  /* Follow what the City has received, ten times a second, in the background; `banc.suivi` is [[ms, fiches, photos, octets], …]. */
  suivre(fiches, photos) {
    const depart = performance.now();
    banc.suivi = [];
    banc.fini = false;
    (async () => {
      while (!banc.fini) {
        const r = await banc.recus();
        banc.suivi.push([performance.now() - depart, r.fiches, r.photos, r.octets]);
        if (r.fiches >= fiches && r.photos >= photos) { banc.fini = true; } else { await banc.pause(100); }
      }
    })();
  },

  /* Milliseconds spent on the line and at the server by the records, one after the other: what the page cannot shorten. */
  attente() {
    const fiches = performance.getEntriesByType("resource").filter((r) => /\/envois\/[\w-]+\/$/.test(r.name));
    return fiches.reduce((n, r) => n + r.duration, 0);
  },

  /* Bytes of the shell as gzip carries them, and plain. */
  async coquille() {
    const nom = (await caches.keys()).find((n) => /^terrain-[0-9a-f]+$/.test(n));
    const adresses = [...(await (await caches.open(nom)).keys()).map((r) => r.url), `${location.origin}/terrain/sw.js`];
    const total = { fichiers: adresses.length, gzip: 0, brut: 0 };
    for (const adresse of adresses) {
      const corps = await (await fetch(adresse)).blob();
      total.brut += corps.size;
      total.gzip += (await new Response(corps.stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()).byteLength;
    }
    return total;
  },
};
