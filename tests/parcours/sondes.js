/* What the journeys measure in a page; each function returns the faults as sentences. */
const sondes = {
  /* What one touches and that is under 44 px in one direction (links inside a sentence are let alone: WCAG 2.5.8). */
  cibles() {
    const vue = (e) => (e.type === "checkbox" ? e.closest("label") : e).getBoundingClientRect();
    return [...document.querySelectorAll("a, button, select, input, summary, textarea")]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".leaflet-control-attribution, .point"))
      .map((e) => [e, vue(e)])
      .filter(([, r]) => r.width > 0 && (r.width < 43.5 || r.height < 43.5))
      .map(([e, r]) => `${e.tagName} ${e.textContent.trim().slice(0, 20)} ${Math.round(r.width)}×${Math.round(r.height)}`);
  },

  /* Main texts whose contrast with their own ground is under 7 (the quiet ones follow the ordinary rule of 4.5, which axe checks). */
  contrastes() {
    const TUS = ".doux, .etat, .vide, .terrain-position b, dt, .invisible, figcaption, .verdict";
    const canal = (v) => { const c = v / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    const lire = (t) => (t.match(/[\d.]+/g) || []).map(Number);
    const clarte = ([r, g, b]) => 0.2126 * canal(r) + 0.7152 * canal(g) + 0.0722 * canal(b);
    const fond = (e) => {
      for (let f = e; f; f = f.parentElement) {
        const c = lire(getComputedStyle(f).backgroundColor);
        if (c.length === 3 || c[3] === 1) { return c; }
      }
      return [255, 255, 255];
    };
    const fautes = [];
    for (const e of document.querySelectorAll("#terrain *")) {
      const direct = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!direct || !e.checkVisibility() || e.closest(TUS)) { continue; }
      const [a, b] = [clarte(lire(getComputedStyle(e).color)), clarte(fond(e))].sort((x, y) => y - x);
      if ((a + 0.05) / (b + 0.05) < 7) { fautes.push(`${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 20)}`); }
    }
    return fautes;
  },

  /* Bytes of these files as gzip carries them (fonts and pictures are compressed already). */
  async poids(adresses) {
    let total = 0;
    for (const adresse of adresses) {
      const corps = (await fetch(adresse)).body.pipeThrough(new CompressionStream("gzip"));
      total += (await new Response(corps).arrayBuffer()).byteLength;
    }
    return total;
  },

  /* Addresses that the service worker keeps for the shell. */
  async coquille() {
    const nom = (await caches.keys()).find((n) => /^terrain-[0-9a-f]+$/.test(n));
    return (await (await caches.open(nom)).keys()).map((r) => r.url);
  },
};
