// The key "/" leads to the search in the header, unless somebody is typing or the key is part of a shortcut.
(() => {
  const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING)) return;
    const field = document.getElementById('head-q');
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
