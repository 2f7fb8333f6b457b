"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const picture = document.getElementById("picture");
  const said = document.getElementById("said");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const ink = () => (dark.matches ? "#e8e8e8" : "#1a1a1a");
  const options = () => ({
    physics: false,
    interaction: { hover: true, keyboard: false, hideEdgesOnDrag: true },
    nodes: { font: { size: 14, color: ink(), strokeWidth: 4, strokeColor: dark.matches ? "#121212" : "#ffffff" } },
    edges: { color: { color: "#808080b0", highlight: ink() }, arrows: { to: { scaleFactor: 0.5 } }, smooth: false },
  });
  picture.hidden = false;

  // Fit the places to the screen: small networks fill it at full size, large ones keep room for their labels.
  const { clientWidth: width, clientHeight: height } = picture;
  const room = Math.max(1, Math.sqrt((data.nodes.length * 15000) / (width * height)));
  for (const node of data.nodes) {
    node.x = (node.x / 1000) * (width / 2 - 70) * room;
    node.y = (node.y / 1000) * (height / 2 - 40) * room;
    node.label = node.label.replace(/(.{12,}?) /g, "$1\n");
  }
  if (width < 600) {
    // On a phone only the best connected nodes keep their label; the list below names them all.
    const named = new Set([...data.nodes].sort((a, b) => b.size - a.size).slice(0, 10));
    for (const node of data.nodes) if (!named.has(node)) node.label = "";
  }
  const byRow = new Map(data.nodes.map((node) => [node.row, node]));
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const network = new vis.Network(picture, { nodes: data.nodes, edges: data.edges }, options());
  dark.addEventListener("change", () => network.setOptions(options()));
  const name = (id) => document.querySelector(`#n${byId.get(id).row} strong`).textContent;

  // The list stays in step: a node chosen in the picture is marked in the list, and the other way round.
  network.on("selectNode", ({ nodes }) => {
    said.textContent = name(nodes[0]);
    history.replaceState(null, "", `#n${byId.get(nodes[0]).row}`);
    document.getElementById(`n${byId.get(nodes[0]).row}`).scrollIntoView({ block: "nearest" });
    location.replace(location.hash);
    picture.scrollIntoView({ block: "nearest" });
  });
  const show = () => {
    const node = byRow.get(Number(location.hash.slice(2)));
    if (node && location.hash.startsWith("#n")) {
      network.selectNodes([node.id]);
      network.focus(node.id, { scale: 1, animation: still ? false : { duration: 400 } });
      said.textContent = name(node.id);
    }
  };
  addEventListener("hashchange", show);
  network.once("afterDrawing", () => {
    document.documentElement.dataset.drawn = "yes";
    show();
  });
})();
