// The key "/" leads to the search in the header, unless somebody is typing or the key is part of a shortcut.
(() => {
  const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPING)) return;
    const inHead = document.getElementById('head-q');
    if (!inHead) return;
    event.preventDefault();
    // Where the header has no room for the field, the page of the search has one.
    const field = [inHead, document.querySelector('main #q')].find(one => one?.checkVisibility());
    if (!field) return location.assign(inHead.form.action);
    field.focus();
    field.select();
  });
})();
