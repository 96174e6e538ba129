/* Photos: drawn again on the device (long side 1600 px, about 500 kB at most), so that nothing of the camera's metadata is
   left, and named by the SHA-256 of their bytes. What the browser cannot decode goes as it is: the server can. */
const COTE = 1600;
const POIDS = 500 * 1024;
const QUALITES = [0.82, 0.7, 0.55, 0.4];

/** Return the SHA-256 of an ArrayBuffer in hexadecimal. */
export async function empreinte(octets) {
  const somme = new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
  return Array.from(somme, (o) => o.toString(16).padStart(2, "0")).join("");
}

function dessiner(image, largeur, hauteur) {
  let source = image;
  let l = image.width || image.videoWidth;
  let h = image.height || image.videoHeight;
  /* Halved step by step: a single jump makes thin lines flicker. */
  while (l > largeur * 2) {
    source = tracer(source, (l = Math.round(l / 2)), (h = Math.round(h / 2)));
  }
  return tracer(source, largeur, hauteur);
}

function tracer(source, largeur, hauteur) {
  const toile = document.createElement("canvas");
  toile.width = largeur;
  toile.height = hauteur;
  const dessin = toile.getContext("2d");
  dessin.fillStyle = "#fff";
  dessin.fillRect(0, 0, largeur, hauteur);
  dessin.imageSmoothingQuality = "high";
  dessin.drawImage(source, 0, 0, largeur, hauteur);
  return toile;
}

async function enJpeg(toile) {
  let jpeg = null;
  for (const qualite of QUALITES) {
    jpeg = await new Promise((suite) => { toile.toBlob(suite, "image/jpeg", qualite); });
    if (!jpeg || jpeg.size <= POIDS) { break; }
  }
  return jpeg;
}

async function decrire(octets, largeur, hauteur) {
  return { sha: await empreinte(octets), octets, poids: octets.byteLength, largeur, hauteur, prise_a: new Date().toISOString() };
}

/** Draw a canvas, a video or an ImageBitmap as one of our photos. */
export async function depuisImage(image) {
  const l = image.width || image.videoWidth;
  const h = image.height || image.videoHeight;
  const echelle = Math.min(1, COTE / Math.max(l, h));
  const largeur = Math.max(1, Math.round(l * echelle));
  const hauteur = Math.max(1, Math.round(h * echelle));
  const toile = dessiner(image, largeur, hauteur);
  const jpeg = await enJpeg(toile);
  toile.width = toile.height = 0; /* memory of a telephone */
  if (!jpeg) { throw new Error("JPEG impossible"); }
  return decrire(await jpeg.arrayBuffer(), largeur, hauteur);
}

/** Reduce a chosen file; return {sha, octets, poids, largeur, hauteur, prise_a}. */
export async function reduire(fichier) {
  let image;
  try {
    image = await createImageBitmap(fichier, { imageOrientation: "from-image" });
  } catch {
    return decrire(await fichier.arrayBuffer(), 0, 0);
  }
  try {
    return await depuisImage(image);
  } finally {
    image.close();
  }
}
