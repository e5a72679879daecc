// The focus follows what a person did: to the field to mend, to what a link named, to what changed.
(() => {
  const goTo = place => {
    const field = (place?.matches('fieldset') && place.querySelector('input')) || place;
    if (!field) return;
    if (!field.matches('input, select, textarea, a, button, summary')) field.tabIndex = -1;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: 'nearest' });
  };

  // After a swap a person caused: to the field to mend, else to what the page names, else to its heading.
  document.addEventListener('htmx:after:swap', event => {
    const { target, sourceEvent } = event.detail.ctx;
    const told = document.querySelector('[data-told]');
    if (told) document.getElementById('told').textContent = told.textContent;
    if (!['submit', 'click'].includes(sourceEvent?.type)) return;
    // what was said before is over, unless this answer is what is said
    const flash = document.getElementById('flash');
    if (flash && !(typeof target === 'string' ? target === '#flash' : target === flash)) flash.replaceChildren();
    const asked = typeof target === 'string' ? document.querySelector(target) : target;
    const fresh = asked?.isConnected ? asked : document.getElementById(asked?.id);
    if (fresh !== document.body) goTo(['[aria-invalid="true"]', '[data-focus]', 'h1, h2, h3'].map(s => fresh?.querySelector(s)).find(Boolean));
  });

  // A link may name a place in a closed fold, or a field: the fold opens, and one can write at once.
  const reveal = () => {
    // not ':target', which is not yet known when the page has just been read
    const place = document.getElementById(location.hash.slice(1));
    if (!place) return;
    for (let fold = place.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    const field = place.matches('details') && place.querySelector('input:not([type="hidden"]), select, textarea');
    // the browser itself goes to the place again once the page has loaded: so the address has to name the field
    if (field?.id) location.replace(`#${field.id}`);
    else if (place.matches('input, select, textarea, fieldset')) goTo(place);
  };
  window.addEventListener('hashchange', reveal);

  document.addEventListener('DOMContentLoaded', () => {
    reveal();
    goTo(['main [aria-invalid="true"]', '#flash [data-focus]', 'main [data-focus]'].map(s => document.querySelector(s)).find(Boolean));
  });
})();
