// Puts the rows of [data-order] in order by dragging their grip, or by the arrow keys on it. The form saves itself on
// change. Without this file the buttons of each row do the same.
(() => {
  const showGrips = () => document.querySelectorAll('[data-order] .grip').forEach(grip => { grip.hidden = false; });
  const changed = row => row.dispatchEvent(new Event('change', { bubbles: true }));
  const rowOf = place => place?.closest?.('[data-order] > li');
  let held = null;

  document.addEventListener('keydown', event => {
    const grip = event.target.closest?.('.grip');
    if (!grip || !['ArrowUp', 'ArrowDown'].includes(event.key)) return;
    event.preventDefault();
    const row = rowOf(grip);
    const other = event.key === 'ArrowUp' ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (event.key === 'ArrowUp') other.before(row);
    else other.after(row);
    grip.focus();
    changed(row);
  });

  document.addEventListener('pointerdown', event => {
    const grip = event.target.closest?.('.grip');
    if (!grip) return;
    held = rowOf(grip);
    held.classList.add('is-held');
    grip.setPointerCapture(event.pointerId);
    held.dataset.from = [...held.parentElement.children].indexOf(held);
  });
  document.addEventListener('pointermove', event => {
    if (!held) return;
    const rows = [...held.parentElement.children].filter(row => row !== held);
    const below = rows.find(row => event.clientY < row.getBoundingClientRect().top + row.offsetHeight / 2);
    if (below ? held.nextElementSibling !== below : held.nextElementSibling) {
      if (below) below.before(held);
      else held.parentElement.append(held);
    }
  });
  const letGo = () => {
    if (!held) return;
    const row = held;
    held = null;
    row.classList.remove('is-held');
    if (Number(row.dataset.from) !== [...row.parentElement.children].indexOf(row)) changed(row);
    delete row.dataset.from;
  };
  document.addEventListener('pointerup', letGo);
  document.addEventListener('pointercancel', letGo);

  document.addEventListener('DOMContentLoaded', showGrips);
  document.addEventListener('htmx:after:swap', showGrips);
})();
