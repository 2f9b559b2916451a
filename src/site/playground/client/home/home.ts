import { element } from '../element.js';
import { onSessionChange, readToken, readUser } from '../session.js';
import { sessionBox } from '../sessionBox.js';
import { showHealth } from './health.js';
import { draw, lookAround } from './summary.js';

/** Milliseconds between two looks, while somebody sees the page. */
const EVERY = 10_000;

const place = element('summary');
const hint = place.textContent;

const NOBODY = '';

let drawn = '';
let shownTo = NOBODY;
let looking = false;

/** Who looks: a user through all renewals, else whoever has the token. */
const who = (): string => readUser() ?? readToken();

/** What there is for whoever is logged in; looked for anew when that is another one meanwhile, whom it is no business of. */
async function look(): Promise<Awaited<ReturnType<typeof lookAround>>> {
  const whose = who();
  const seen = whose === NOBODY ? undefined : await lookAround();
  return whose === who() ? seen : look();
}

/** In place of what was there, with the keyboard where it was. */
function put(content: readonly HTMLElement[]): void {
  const at = place.contains(document.activeElement) && document.activeElement?.getAttribute('href');
  place.replaceChildren(...content);
  if (at) place.querySelector<HTMLElement>(`a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
}

async function show(): Promise<void> {
  if (looking || document.hidden) return;
  looking = true;
  try {
    const seen = await look();
    const content = JSON.stringify(seen);
    // What a server that cannot be reached has told is the best that is known.
    if (!seen || content === drawn) return;
    drawn = content;
    put(draw(seen));
  } finally {
    looking = false;
  }
}

function heedSession(): void {
  if (who() !== shownTo) {
    drawn = '';
    shownTo = who();
    place.textContent = shownTo === NOBODY ? hint : 'Looking around …';
  }
  void show();
}

function heedTime(): void {
  if (document.hidden) return;
  void showHealth();
  void show();
}

element('session').replaceChildren(sessionBox());
onSessionChange(heedSession);
document.addEventListener('visibilitychange', heedTime);
setInterval(heedTime, EVERY);
heedSession();
