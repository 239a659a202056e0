// Alliage : donne à chaque cadre la hauteur qu’il annonce. Ne lit rien d’autre, ne garde rien.
(() => {
  const { origin } = new URL(document.currentScript.src);
  const frames = () => [...document.querySelectorAll("iframe")].filter((each) => each.src.startsWith(`${origin}/integrer/`));
  addEventListener("message", ({ origin: from, source, data }) => {
    const height = Math.ceil(Number(data?.alliage));
    if (from !== origin || !(height > 0 && height < 20000)) return;
    for (const each of frames()) if (each.contentWindow === source) each.style.height = `${height}px`;
  });
  for (const each of frames()) each.contentWindow.postMessage("alliage", "*");
})();
