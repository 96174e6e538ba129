/* The viewfinder with a ghost: the old photo over what the camera sees, so that before and after have the same framing.
   Where the page may not use the camera, the ordinary photo field does the job. */
import { h, image, liberer } from "./dom.js";
import { depuisImage } from "./photo.js";

/** Tell whether the page can show what the camera sees. */
export const possible = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Open the viewfinder over an old photo (Blob); resolve to a photo of photo.js, null (given up) or "refus" (no camera). */
export async function viser(ancienne) {
  let flux;
  try {
    flux = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1440 } }, audio: false });
  } catch {
    return "refus";
  }
  return new Promise((suite) => {
    const video = h("video", { playsinline: true, muted: true, "aria-label": "Ce que voit l’appareil photo" });
    video.srcObject = flux;
    const fantome = image(ancienne, "Photo de la dernière fois, en transparence", { class: "fantome" });
    const regler = (part) => { fantome.style.opacity = String(part / 100); };
    regler(45);
    const finir = (valeur) => { dialogue.close(); suite(valeur); };
    const declencher = async () => {
      if (!video.videoWidth) { return; }
      bouton.disabled = true;
      const photo = await depuisImage(video).catch(() => null);
      finir(photo);
    };
    const bouton = h("button", { class: "bouton bouton-fort", type: "button", on: { click: declencher } }, "Prendre la photo");
    const dialogue = h("dialog", { class: "plein plein-noir", "aria-labelledby": "t-cadrage" },
      h("h2", { id: "t-cadrage" }, "Cadrez comme la dernière fois"),
      h("div", { class: "viseur" }, video, fantome),
      h("label", { class: "curseur" }, "Transparence de l’ancienne photo",
        h("input", { type: "range", min: 0, max: 100, value: "45", step: 5, on: { input: (e) => regler(Number(e.target.value)) } })),
      h("div", { class: "gestes" }, bouton, h("button", { class: "bouton", type: "button", on: { click: () => finir(null) } }, "Annuler")));
    document.body.append(dialogue);
    dialogue.showModal();
    video.play().catch(() => undefined);
    dialogue.addEventListener("cancel", () => suite(null));
    dialogue.addEventListener("close", () => {
      flux.getTracks().forEach((piste) => piste.stop());
      liberer(dialogue);
      dialogue.remove();
    });
  });
}
