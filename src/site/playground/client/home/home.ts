import { element } from '../element.js';
import { onSessionChange, readToken, readUser } from '../session.js';
import { sessionBox } from '../sessionBox.js';
import { draw, lookAround } from './summary.js';

/** Milliseconds between two looks, while somebody sees the page. */
const EVERY = 10_000;

const place = element('summary');
const hint = place.textContent;

let drawn = '';
let looking = false;

const NOBODY = '';

/** Who looks: a user through all renewals, else whoever has the token. */
const who = (): string => readUser() ?? readToken();

/** What there is for whoever is logged in; looked for anew when that is another one meanwhile, whom it is no business of. */
async function look(): Promise<{ whose: string; seen: Awaited<ReturnType<typeof lookAround>> }> {
  const whose = who();
  const seen = whose === NOBODY ? [] : await lookAround();
  return whose === who() ? { whose, seen } : look();
}

async function show(): Promise<void> {
  if (looking || document.hidden) return;
  looking = true;
  try {
    const { whose, seen } = await look();
    const content = JSON.stringify([whose, seen]);
    if (content === drawn) return;
    drawn = content;
    if (whose === NOBODY) place.textContent = hint;
    else place.replaceChildren(...draw(seen));
  } finally {
    looking = false;
  }
}

element('session').replaceChildren(sessionBox());
onSessionChange(() => {
  if (who() === NOBODY) {
    drawn = '';
    place.textContent = hint;
  }
  void show();
});
document.addEventListener('visibilitychange', () => void show());
setInterval(() => void show(), EVERY);
void show();
