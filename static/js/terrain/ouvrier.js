/* Service worker of the field mode, served at /terrain/sw.js behind two lines that the server adds: VERSION and COQUILLE (the
   addresses of the shell). Nothing of a person is ever cached here: the API, the photos and the desk go straight to the network.
   A new version waits until the page asks for it. */
const CACHE = `terrain-${VERSION}`;
const TUILES = "terrain-tuiles";
const TUILES_MAX = 400;
const PAGE = "/terrain/";

self.addEventListener("install", (evenement) => {
  evenement.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(COQUILLE.map((url) => new Request(url, { cache: "reload" })))));
});

self.addEventListener("activate", (evenement) => {
  evenement.waitUntil((async () => {
    const perimes = (await caches.keys()).filter((nom) => nom.startsWith("terrain-") && ![CACHE, TUILES, "terrain-reserve"].includes(nom));
    await Promise.all(perimes.map((nom) => caches.delete(nom)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (evenement) => {
  if (evenement.data === "prendre la main") { self.skipWaiting(); }
});

async function tuile(requete) {
  const cache = await caches.open(TUILES);
  const connue = await cache.match(requete);
  if (connue) { return connue; }
  const reponse = await fetch(requete);
  if (reponse.ok) {
    await cache.put(requete, reponse.clone());
    const cles = await cache.keys();
    await Promise.all(cles.slice(0, Math.max(0, cles.length - TUILES_MAX)).map((cle) => cache.delete(cle)));
  }
  return reponse;
}

self.addEventListener("fetch", (evenement) => {
  const { request } = evenement;
  if (request.method !== "GET") { return; }
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) {
    if (FONDS.includes(url.origin) && request.mode === "cors") { evenement.respondWith(tuile(request)); }
    return;
  }
  if (request.mode === "navigate" && url.pathname === PAGE) {
    evenement.respondWith(caches.open(CACHE).then((cache) => cache.match(PAGE)).then((page) => page || fetch(request)));
  } else if (COQUILLE.includes(url.pathname)) {
    evenement.respondWith(caches.open(CACHE).then((cache) => cache.match(url.pathname)).then((copie) => copie || fetch(request)));
  }
});
