import { element } from '../element.js';
import { onSessionChange, readToken } from '../session.js';
import { sessionBox } from '../sessionBox.js';
import { draw, lookAround } from './summary.js';

/** Milliseconds between two looks, while somebody sees the page. */
const EVERY = 10_000;

const place = element('summary');
const hint = place.textContent;

let drawn = '';
let looking = false;

async function show(): Promise<void> {
  if (looking || document.hidden) return;
  looking = true;
  try {
    const token = readToken();
    const seen = token === '' ? [] : await lookAround();
    // What somebody saw who has logged out meanwhile is nobody else's.
    const isCurrent = (token === '') === (readToken() === '');
    const content = isCurrent ? JSON.stringify([token === '', seen]) : drawn;
    if (content === drawn) return;
    drawn = content;
    if (token === '') place.textContent = hint;
    else place.replaceChildren(...draw(seen));
  } finally {
    looking = false;
  }
}

element('session').replaceChildren(sessionBox());
onSessionChange(() => {
  if (readToken() === '') place.textContent = hint;
  void show();
});
document.addEventListener('visibilitychange', () => void show());
setInterval(() => void show(), EVERY);
void show();
