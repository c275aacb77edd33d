// Tables that are sorted by a column; the page is complete without it.
"use strict";
(function () {
  function key(row, place) {
    var cell = row.cells[place], number = cell.getAttribute("data-sort");
    return number === null ? cell.textContent.trim() : Number(number);
  }
  function compare(one, other) {
    if (typeof one === "number" && typeof other === "number") { return one - other; }
    if (typeof one !== typeof other) { return typeof one === "number" ? -1 : 1; }
    return one.localeCompare(other, document.documentElement.lang, { numeric: true });
  }
  function sort(head) {
    var table = head.closest("table"), place = head.cellIndex;
    var up = head.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("thead th").forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    var rows = Array.from(table.tBodies[0].rows);
    rows.sort(function (one, other) { return (up ? 1 : -1) * compare(key(one, place), key(other, place)); });
    table.tBodies[0].append.apply(table.tBodies[0], rows);
  }
  document.querySelectorAll("thead th").forEach(function (head) {
    if (head.closest("table").tBodies[0].rows.length < 3) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.append.apply(button, Array.from(head.childNodes));
    button.addEventListener("click", function () { sort(head); });
    head.append(button);
  });
})();
