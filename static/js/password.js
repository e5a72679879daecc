// Shows a password while its button is pressed in, and hides it again before the form is sent: a browser would offer a
// visible field's text again, to whoever comes next.
(() => {
  const show = (button, isShown) => {
    document.getElementById(button.dataset.reveals).type = isShown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(isShown));
  };
  const buttons = () => document.querySelectorAll('[data-reveals]');
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-reveals]');
    if (button) show(button, button.getAttribute('aria-pressed') === 'false');
  });
  document.addEventListener('submit', () => buttons().forEach(button => show(button, false)), true);
  document.addEventListener('DOMContentLoaded', () => buttons().forEach(button => { button.hidden = false; }));
})();
