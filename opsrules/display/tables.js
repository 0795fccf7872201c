// Sort, find and filter every table[data-sort] below a node: all of it is made here, so that one without script
// shows no dead control.
const sortable = root => {
  const make = (name, parts) => Object.assign(document.createElement(name), parts || {});
  const labelled = (text, control) => { const label = make("label"); label.append(text, control); return label; };
  const words = cell => cell.textContent.trim();
  for (const table of root.querySelectorAll("table[data-sort]")) {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
    const tools = make("div", {className: "tools"}), count = make("output"), find = make("input", {type: "search"});
    const filters = [], by = make("select");
    let order = "";
    const key = (row, at) => "v" in row.cells[at].dataset ? Number(row.cells[at].dataset.v) : words(row.cells[at]).toLowerCase();
    const facet = (row, at) => row.cells[at].dataset.f || words(row.cells[at]);
    const show = () => {
      const sought = find.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        const fits = row.textContent.toLowerCase().includes(sought)
          && filters.every(([at, pick]) => !pick.value || facet(row, at) === pick.value);
        row.hidden = !fits;
        shown += fits;
      }
      count.textContent = `${shown} of ${rows.length} ${table.dataset.sort} shown${order}`;
    };
    const sort = (at, direction) => {
      heads.forEach(head => head.removeAttribute("aria-sort"));
      order = "";
      let sorted = rows;
      if (at >= 0) {
        const turn = direction === "ascending" ? 1 : -1;
        const compare = (a, b) => { const x = key(a, at), y = key(b, at); return (x < y ? -1 : x > y ? 1 : 0) * turn; };
        sorted = [...rows].sort(compare);
        heads[at].setAttribute("aria-sort", direction);
        order = `, sorted by ${heads[at].querySelector("button").textContent}, ${direction}`;
      }
      body.append(...sorted);
      by.value = at;
      show();
    };
    const natural = at => rows.length && typeof key(rows[0], at) === "number" ? "descending" : "ascending";
    const other = direction => direction === "ascending" ? "descending" : "ascending";
    count.setAttribute("aria-live", "polite");
    by.append(make("option", {value: -1, textContent: "Importance"}));
    heads.forEach((head, at) => {
      const name = words(head);
      if (head.dataset.filter) {
        const pick = make("select");
        pick.append(make("option", {value: "", textContent: "All"}));
        for (const value of [...new Set(rows.map(row => facet(row, at)))].sort()) pick.append(make("option", {value, textContent: value}));
        pick.onchange = show;
        filters.push([at, pick]);
      }
      if ("nosort" in head.dataset) return;
      const button = make("button", {type: "button", textContent: name});
      // A button inside a repeated header is not painted again on paper: plain text stands in for it there.
      head.replaceChildren(button, make("span", {className: "plain", textContent: name}));
      by.append(make("option", {value: at, textContent: name}));
      button.onclick = () => { const now = head.getAttribute("aria-sort"); sort(at, now ? other(now) : natural(at)); };
    });
    by.onchange = () => sort(Number(by.value), Number(by.value) < 0 ? "" : natural(Number(by.value)));
    find.oninput = show;
    const sorting = labelled("Sort by", by);
    sorting.className = "onphone";
    tools.append(labelled("Find in the table", find), ...filters.map(([at, pick]) => labelled(heads[at].dataset.filter, pick)), sorting, count);
    table.before(tools);
    show();
  }
};
