// On a shared computer: a page that nobody has touched for as long as a sign-in lasts is taken off the screen, and
// somebody who writes for long stays signed in.
(() => {
  const limit = Number(document.body.dataset.shared) * 60_000;
  let touched = Date.now(), told = touched;
  const touch = () => {
    touched = Date.now();
    if (touched - told < limit / 15) return;
    told = touched;
    fetch('/settings', { method: 'HEAD' }).catch(() => {});
  };
  ['keydown', 'pointerdown', 'scroll'].forEach(kind => document.addEventListener(kind, touch, { passive: true, capture: true }));
  setInterval(() => { if (Date.now() - touched >= limit) location.replace('/sign-in'); }, 10_000);
})();
