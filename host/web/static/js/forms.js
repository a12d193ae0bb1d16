// Comfort for forms: drafts are saved while one types, fields that do not apply are hidden, characters are counted, chosen
// files are listed, and the error summary is read out. The server decides all of this again; without this file every form works.
const SAVE_AFTER = 1500;
const GIVE_UP_AFTER = 10000;

function autosave(form) {
  const status = form.querySelector('.autosave');
  let waiting = 0;
  // One save after the other: each names the version that the one before it made.
  let last = Promise.resolve();
  let running = 0;
  const save = async () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    body.append('_intent', 'autosave');
    status.textContent = form.dataset.saving;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(GIVE_UP_AFTER), headers: { accept: 'application/json' },
      });
      if (!answer.ok) {
        // The server says why in words for people.
        const problem = await answer.json().catch(() => ({}));
        status.textContent = problem.detail ?? form.dataset.unsaved;
        return;
      }
      // A saved draft has a new version: the next save and the final sending must name it.
      const version = answer.headers.get('x-version');
      const field = form.elements.namedItem('_version');
      if (version && field) field.value = version;
      status.textContent = form.dataset.saved;
    } catch {
      status.textContent = form.dataset.unsaved;
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      running += 1;
      last = last.then(save).finally(() => { running -= 1; });
    }, SAVE_AFTER);
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(waiting);
    if (running === 0) return;
    // What is being saved has a new version in a moment; sent now, the form would name the old one and be refused.
    event.preventDefault();
    const button = event.submitter;
    last.then(() => form.requestSubmit(button));
  });
}

function showIf(form) {
  const conditional = [...form.querySelectorAll('[data-show-if]')];
  if (conditional.length === 0) return;
  const update = () => {
    const data = new FormData(form);
    for (const field of conditional) {
      const given = data.getAll(field.dataset.showIf);
      const wanted = field.dataset.showIfValue;
      const shown = wanted === 'false' && given.length === 0 ? true : given.includes(wanted);
      field.hidden = !shown;
      for (const input of field.querySelectorAll('input, select, textarea')) input.disabled = !shown;
    }
  };
  form.addEventListener('change', update);
  update();
}

function count(area) {
  const line = document.createElement('p');
  line.className = 'counter figure';
  const update = () => {
    line.textContent = `${[...area.value].length} / ${area.maxLength} ${area.dataset.count}`;
  };
  area.addEventListener('input', update);
  area.after(line);
  update();
}

// Files are chosen one after the other, as a phone offers them: each choice adds to the list, and each can be taken out again.
function chosenFiles(input) {
  const most = Number(input.dataset.most);
  const bytes = Number(input.dataset.bytes);
  let files = [];
  const list = document.createElement('ul');
  list.className = 'chosen-files';
  const said = document.createElement('p');
  said.className = 'error';
  said.setAttribute('role', 'alert');
  said.hidden = true;
  const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
  const show = () => {
    const kept = new DataTransfer();
    for (const file of files) kept.items.add(file);
    input.files = kept.files;
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement('li');
      const name = document.createElement('span');
      name.className = 'chosen-name';
      name.textContent = file.name;
      const size = document.createElement('span');
      size.className = 'figure';
      size.textContent = file.size < 1 << 20 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / (1 << 20)).toFixed(1)} MB`;
      const remove = document.createElement('button');
      remove.type = 'button';
      remove.className = 'btn';
      remove.textContent = input.dataset.remove;
      remove.setAttribute('aria-label', `${input.dataset.remove} ${file.name}`);
      remove.addEventListener('click', () => {
        files = files.filter((other) => other !== file);
        said.hidden = true;
        show();
        (list.querySelector('button') ?? input).focus();
      });
      item.append(name, size, remove);
      return item;
    }));
    list.hidden = files.length === 0;
  };
  input.addEventListener('change', () => {
    const fresh = [...input.files].filter((file) => !files.some((other) => same(file, other)));
    const small = fresh.filter((file) => file.size <= bytes);
    const refused = small.length < fresh.length ? input.dataset.large : '';
    const over = files.length + small.length > most ? input.dataset.many : '';
    files = [...files, ...small].slice(0, most);
    said.textContent = [refused, over].filter(Boolean).join(' ');
    said.hidden = !said.textContent;
    show();
  });
  input.closest('.input-row').after(said, list);
  show();
}

// A click on a blank puts it where the cursor was last; in the first text of the page where nobody has written yet.
function blanks(list) {
  const texts = [...document.querySelectorAll('form.form textarea')];
  let last = texts[0];
  for (const text of texts) text.addEventListener('focus', () => { last = text; });
  if (!last) return;
  for (const code of list.querySelectorAll('code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-link blank';
    button.title = list.dataset.insert;
    button.textContent = code.textContent;
    button.addEventListener('click', () => {
      last.setRangeText(code.textContent, last.selectionStart, last.selectionEnd, 'end');
      last.dispatchEvent(new Event('input', { bubbles: true }));
      last.focus();
    });
    code.replaceWith(button);
  }
}

document.querySelectorAll('form.form').forEach((form) => {
  showIf(form);
  if (form.dataset.autosave) autosave(form);
});
document.querySelectorAll('textarea[data-count]').forEach(count);
document.querySelectorAll('input[type="file"][multiple]').forEach(chosenFiles);
document.querySelectorAll('[data-blanks]').forEach(blanks);
document.querySelector('[data-focus]')?.focus();
