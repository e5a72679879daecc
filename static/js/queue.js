// The queue of a team: a row in hand is left out of what is accepted together, and its field is ready to write in.
(() => {
  const count = () => {
    const shown = document.querySelector('#bulk [data-count]');
    if (shown) shown.textContent = document.querySelectorAll('[form="bulk"]:checked').length;
  };
  document.addEventListener('change', count);
  window.addEventListener('pageshow', count);
  document.addEventListener('htmx:after:swap', count);
  // also when what was half written comes back: see offline.js
  document.addEventListener('toggle', ({ target: fold }) => {
    if (!fold.matches('.write[open]') || ![...fold.querySelectorAll('textarea')].some(field => field.value.trim())) return;
    fold.closest('li').querySelectorAll('[form="bulk"]').forEach(tick => { tick.checked = false; });
    count();
  }, true);
  document.addEventListener('click', event => {
    const fold = event.target.closest?.('.write > summary')?.parentElement;
    if (!fold || fold.open) return;
    event.preventDefault();
    fold.open = true;
    fold.closest('li').querySelectorAll('[form="bulk"]').forEach(tick => { tick.checked = false; });
    count();
    fold.querySelector('input, textarea').focus();
    fold.scrollIntoView({ block: 'nearest' });
  });
})();
