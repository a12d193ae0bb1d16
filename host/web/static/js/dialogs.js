// Turns every confirmation that opens below its button into a real dialog, and closes open menus on Escape or a click elsewhere.
// Without this file the confirmations and menus still open and work.
function asDialog(details) {
  const body = details.querySelector('.confirm-body');
  const summary = details.querySelector('summary');
  if (!body || typeof HTMLDialogElement === 'undefined') return;
  const dialog = document.createElement('dialog');
  const heading = body.querySelector('h2');
  heading.id ||= `dialog-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  dialog.setAttribute('aria-labelledby', heading.id);
  dialog.className = 'confirm-dialog';
  const close = document.createElement('button');
  close.type = 'button';
  close.className = 'btn';
  close.textContent = details.dataset.close;
  close.addEventListener('click', () => dialog.close());
  body.querySelector('form').append(close);
  dialog.append(body);
  details.after(dialog);
  summary.setAttribute('aria-haspopup', 'dialog');
  summary.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => summary.focus());
  details.dataset.confirm = 'ready';
}

function enhance(root) {
  root.querySelectorAll('details[data-confirm=""]').forEach(asDialog);
}

document.addEventListener('click', (event) => {
  document.querySelectorAll('details.menu[open]').forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  document.querySelectorAll('details.menu[open]').forEach((menu) => {
    menu.open = false;
    menu.querySelector('summary').focus();
  });
});
document.addEventListener('htmx:after:swap', () => enhance(document));
enhance(document);
