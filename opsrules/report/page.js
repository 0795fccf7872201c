sortable(document);

// A region that has nothing to scroll needs no tab stop.
for (const region of document.querySelectorAll(".scroll")) if (region.scrollWidth <= region.clientWidth) region.removeAttribute("tabindex");

// Copied figures paste into a spreadsheet as numbers: a plain hyphen for the minus, no thousands comma.
document.addEventListener("copy", event => {
  const selection = getSelection(), text = String(selection), node = selection.anchorNode;
  const place = node && (node.closest ? node : node.parentElement);
  if (!place || !place.closest("table,.scroll") || !/[\u2212\u00a0]|\d,\d{3}/.test(text)) return;
  const figures = text.replace(/\u2212/g, "-").replace(/\u00a0/g, " ").replace(/(\d),(?=\d{3}(\D|$))/g, "$1");
  event.clipboardData.setData("text/plain", figures);
  event.preventDefault();
});

// A link to what is folded unfolds it, and what it is folded in.
const unfold = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.matches("details")) return;
  for (let fold = target; fold; fold = fold.parentElement && fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
