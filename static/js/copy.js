// Copies the text of a field. Without a clipboard (plain http, an old browser) it selects the text, to be copied by hand.
(() => {
  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copies]');
    if (!button) return;
    const field = document.getElementById(button.dataset.copies);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand('copy')) return;
    }
    document.getElementById(`${field.id}-done`).textContent = button.dataset.done;
  });
  const show = () => document.querySelectorAll('[data-copies]').forEach(button => { button.hidden = false; });
  document.addEventListener('DOMContentLoaded', show);
  document.addEventListener('htmx:after:swap', show);
})();
