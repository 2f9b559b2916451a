import { useState, type FormEvent } from 'react';
import { run } from './graph.js';
import { readToken, writeToken } from './session.js';

const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { accessToken user { name } } }`;
const LOG_OUT = `mutation LogOut { logOut { loggedOut } }`;

interface LogIn {
  logIn: { accessToken: string; user: { name: string } };
}

interface Status {
  text: string;
  failed: boolean;
}

/** Logs in and out, and shows the token that requests carry; a token from elsewhere may be pasted. */
export function TokenBox() {
  const [token, setToken] = useState(readToken);
  const [status, setStatus] = useState<Status>({ text: '', failed: false });
  const [busy, setBusy] = useState(false);

  function keep(value: string): void {
    writeToken(value);
    setToken(readToken());
  }

  /** Runs `action` and shows what it says, or why it failed. */
  async function attempt(action: () => Promise<string>): Promise<void> {
    setBusy(true);
    try {
      setStatus({ text: await action(), failed: false });
    } catch (error) {
      setStatus({ text: error instanceof Error ? error.message : String(error), failed: true });
    } finally {
      setBusy(false);
    }
  }

  function logIn(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    void attempt(async () => {
      const input = { user: fields.get('user'), password: fields.get('password') };
      const answer = await run<LogIn>(LOG_IN, { input });
      keep(answer.logIn.accessToken);
      form.reset();
      return `Logged in as ${answer.logIn.user.name}`;
    });
  }

  function logOut(): void {
    void attempt(async () => {
      try {
        await run(LOG_OUT);
      } finally {
        keep('');
      }
      return 'Logged out';
    });
  }

  return (
    <div className="token-box">
      {token === '' && (
        <form onSubmit={logIn} aria-label="Log in">
          <input name="user" aria-label="User" placeholder="User" autoComplete="username" required />
          <input
            name="password"
            type="password"
            aria-label="Password"
            placeholder="Password"
            autoComplete="current-password"
            required
          />
          <button type="submit" disabled={busy}>
            Log in
          </button>
        </form>
      )}
      <input
        className="token"
        aria-label="Access token"
        placeholder="Access token"
        value={token}
        onChange={(event) => keep(event.target.value)}
        spellCheck={false}
        autoComplete="off"
      />
      {token !== '' && (
        <button type="button" onClick={logOut} disabled={busy}>
          Log out
        </button>
      )}
      <output className={status.failed ? 'failed' : ''}>{status.text}</output>
    </div>
  );
}
