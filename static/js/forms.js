// A form that posts is sent once, and a question may come first. Everything works without this file.
(() => {
  const free = form => { form.removeAttribute('aria-busy'); delete form.dataset.sent; };

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
})();
