// What every part of the page uses: its elements, times, and the list of events.

export const $ = (id) => document.getElementById(id);

export function clock(date = new Date()) {
  const time = document.createElement('time');
  time.dateTime = date.toISOString();
  time.textContent = date.toLocaleTimeString();
  return time;
}

// plain copies what the SDK reports: its objects have their properties behind getters.
function plain(value, depth = 0) {
  if (value === null || typeof value !== 'object' || depth > 4) {
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => plain(item, depth + 1));
  }
  const copy = {};
  for (let level = value; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (!name.includes('_') && !name.startsWith('$') && name !== 'constructor' && (property.get || level === value)) {
        copy[name] ??= plain(value[name], depth + 1) ?? undefined; // which JSON leaves out
      }
    }
  }
  return copy;
}

// note adds to the list of events.
export function note(name, ...details) {
  const text = details.map((detail) => (typeof detail === 'string' ? detail : JSON.stringify(plain(detail)))).filter(Boolean);
  const item = document.createElement('li');
  item.append(clock(), ` ${name}${text.length ? ` ${text.join(' ')}` : ''}`);
  $('events').prepend(item);
  while ($('events').children.length > 500) {
    $('events').lastChild.remove();
  }
}

// reason is what an error of the SDK or of this page says.
export function reason(error) {
  return error?.message || error?.type || error?.code || String(error);
}
