import { make } from './element.js';
import { hasSessionEnded, logIn, logOut, onSessionChange, readToken, readUser, useToken } from './session.js';

function field(attributes: Record<string, string>, label: string): HTMLInputElement {
  return make('input', { ...attributes, 'aria-label': label, placeholder: label });
}

/**
 * Logs in and out, and says as whom a page asks; with `hasToken` also by which token, in whose place one from elsewhere
 * may be pasted. Without a framework, so that every page can have it.
 */
export function sessionBox({ hasToken = false } = {}): HTMLElement {
  const user = field({ name: 'user', autocomplete: 'username', required: '' }, 'User');
  const password = field(
    { name: 'password', type: 'password', autocomplete: 'current-password', required: '' },
    'Password',
  );
  const form = make('form', { 'aria-label': 'Log in' }, user, password, make('button', {}, 'Log in'));
  const token = field({ class: 'token', spellcheck: 'false', autocomplete: 'off' }, 'Access token');
  const leave = make('button', { type: 'button' }, 'Log out');
  // Where the keyboard is when what it was at has gone.
  const status = make('output', { tabindex: '-1' });
  const box = make('div', { class: 'session-box' }, form, ...(hasToken ? [token] : []), status, leave);

  function say(text: string, isFailure = false): void {
    status.textContent = text;
    status.classList.toggle('failed', isFailure);
  }

  function show(): void {
    const isLoggedIn = readToken() !== '';
    const at = document.activeElement;
    const isLeft = isLoggedIn ? form.contains(at) : at === leave;
    form.hidden = isLoggedIn;
    leave.hidden = !isLoggedIn;
    if (token.value !== readToken()) token.value = readToken();
    const name = readUser();
    if (hasSessionEnded()) say('Your session has ended: log in again', true);
    else say(name === undefined ? '' : `Logged in as ${name}`);
    if (isLeft) status.focus();
  }

  let isBusy = false;

  /** Buttons that are pressed stay where the keyboard is. */
  function setBusy(next: boolean): void {
    isBusy = next;
    for (const button of box.querySelectorAll('button')) button.setAttribute('aria-disabled', String(next));
  }

  /** Runs `action`, unless another one runs, and says what it came to, or why it failed. */
  async function attempt(action: () => Promise<void>, outcome?: string): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    try {
      await action();
      if (outcome !== undefined) say(outcome);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), true);
    } finally {
      setBusy(false);
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(async () => {
      await logIn(user.value, password.value);
      form.reset();
    });
  });
  token.addEventListener('input', () => useToken(token.value));
  leave.addEventListener('click', () => void attempt(logOut, 'Logged out'));
  onSessionChange(show);
  show();
  return box;
}
