// Paper cannot be tapped: folds are open in print, and closed again afterwards. Newer browsers do it by print.css alone.
(() => {
  const opened = new Set();
  window.addEventListener('beforeprint', () => document.querySelectorAll('details:not([open])').forEach(fold => {
    fold.open = true;
    opened.add(fold);
  }));
  window.addEventListener('afterprint', () => {
    opened.forEach(fold => { fold.open = false; });
    opened.clear();
  });
})();
