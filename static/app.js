// What HTML cannot say by itself: a form is sent once, a question may come first, and the focus follows what changed.
// Everything works without this file.
(() => {
  const free = form => { form.removeAttribute('aria-busy'); delete form.dataset.sent; };
  const goTo = place => {
    const field = place?.matches('fieldset') ? place.querySelector('input') : place;
    if (!field) return;
    if (!field.matches('input, select, textarea, a, button')) field.tabIndex = -1;
    field.focus();
    field.scrollIntoView({ block: 'nearest' });
  };
  const tellOffline = () => {
    const flash = document.getElementById('flash');
    if (!flash) return;
    const line = Object.assign(document.createElement('p'), { className: 'notice notice-error', textContent: flash.dataset.offline });
    flash.replaceChildren(line);
    line.scrollIntoView({ block: 'nearest' });
  };

  // Before htmx and before the browser send it. The mark is on the form, so the button's own value is still sent.
  document.addEventListener('submit', event => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    const refused = form.dataset.sent || (question && !window.confirm(question));
    if (refused) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if ((event.submitter?.getAttribute('formmethod') ?? form.method) === 'get' && !form.matches('[hx-post]')) return;
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
    setTimeout(free, 8000, form);
  }, true);
  document.addEventListener('htmx:finally:request', event => {
    const form = event.target.closest?.('form');
    if (form) free(form);
  });
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(free));

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

  // A row in hand is left out of what is accepted together, and its field is ready to write in.
  const count = () => {
    const shown = document.querySelector('#bulk [data-count]');
    if (shown) shown.textContent = document.querySelectorAll('[form="bulk"]:checked').length;
  };
  document.addEventListener('change', count);
  window.addEventListener('pageshow', count);
  document.addEventListener('htmx:after:swap', count);
  document.addEventListener('click', event => {
    const fold = event.target.closest?.('.write > summary')?.parentElement;
    if (!fold || fold.open) return;
    event.preventDefault();
    fold.open = true;
    fold.closest('li').querySelectorAll('[form="bulk"]').forEach(tick => { tick.checked = false; });
    count();
    fold.querySelector('textarea').focus();
    fold.scrollIntoView({ block: 'nearest' });
  });

  // The network failed, or what answers is not the app but a proxy before it: say so where screen readers listen, and
  // leave what was written alone.
  document.addEventListener('htmx:error', event => event.detail.ctx && tellOffline());
  document.addEventListener('htmx:before:response', event => {
    const { status, headers } = event.detail.ctx.response;
    if (status < 400 || headers.has('X-Request-Id')) return;
    event.preventDefault();
    tellOffline();
  });

  document.addEventListener('DOMContentLoaded', () => {
    goTo(['main [aria-invalid="true"]', '#flash [data-focus]', 'main [data-focus]'].map(s => document.querySelector(s)).find(Boolean));
  });
})();
