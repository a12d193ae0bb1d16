// Counts deadlines of the last day down, minute by minute. The exact time is in the title all along.
function update() {
  for (const time of document.querySelectorAll('time[data-countdown]')) {
    const minutes = Math.ceil((new Date(time.dateTime) - Date.now()) / 60000);
    if (minutes <= 0 || minutes > 1440) continue;
    const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
    let left = time.querySelector('.countdown');
    if (!left) {
      left = document.createElement('span');
      left.className = 'countdown figure';
      left.setAttribute('aria-hidden', 'true');
      time.append(left);
    }
    left.textContent = `${time.dataset.left} ${text}`;
  }
}
update();
setInterval(update, 30000);
