"use strict";
// Filters, sorting, and links that open the case they lead to. Without it the page still reads.
const table = document.querySelector(".cases");
const cases = [...table.tBodies];
const search = document.querySelector("input[type=search]");
const kind = document.querySelector("select");
let show = "all";

function update() {
  const wanted = search.value.trim().toLowerCase();
  let seen = 0;
  for (const one of cases) {
    one.hidden =
      (show !== "all" && one.dataset[show] !== "true") ||
      (kind !== null && kind.value !== "" && one.dataset.kind !== kind.value) ||
      !one.textContent.toLowerCase().includes(wanted);
    seen += one.hidden ? 0 : 1;
  }
  document.getElementById("none").hidden = seen > 0;
}

for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    show = button.dataset.show;
    for (const other of document.querySelectorAll("[data-show]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    update();
  });
}
search.addEventListener("input", update);
if (kind !== null) kind.addEventListener("change", update);

for (const button of table.querySelectorAll("[data-sort]")) {
  const head = button.parentElement;
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = (one) => one.rows[0].cells[head.cellIndex].textContent;
    const order = (a, b) => text(a).localeCompare(text(b), "en", { numeric: true });
    table.append(...cases.sort((a, b) => (down ? -order(a, b) : order(a, b))));
  });
}

function open() {
  const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = one && one.querySelector("details");
  if (details) details.open = true;
}
addEventListener("hashchange", open);
open();
