import { vi } from 'vitest';
import { PATIENCE } from '../../support/patience.js';
import type { Locator, Page } from './browser.js';

interface Credentials {
  user: string;
  password: string;
}

/** GraphiQL as a person uses it. */
export class Editor {
  constructor(readonly page: Page) {}

  async open(origin: string): Promise<void> {
    await this.page.goto(`${origin}/playground`);
    await this.waitUntilReady();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitUntilReady();
  }

  private async waitUntilReady(): Promise<void> {
    await this.operation.locator('.view-line').first().waitFor();
    await this.resultWindow.locator('.monaco-editor').first().waitFor();
  }

  private get resultWindow(): Locator {
    return this.page.getByRole('region', { name: 'Result Window' });
  }

  get operation(): Locator {
    return this.page.getByRole('region', { name: 'Operation Editor' }).locator('.monaco-editor').first();
  }

  get variables(): Locator {
    return this.page.getByRole('region', { name: 'Variables' }).locator('.monaco-editor').first();
  }

  async openTab(name: string): Promise<void> {
    await this.page.locator('[role=tab] button', { hasText: new RegExp(`^${name}$`) }).click();
    // GraphiQL learns a tab's operation a moment after showing it, and then stores it.
    await vi.waitUntil(async () => (await this.storedOperation()).includes(` ${name}`), PATIENCE);
  }

  private storedOperation(): Promise<string> {
    return this.page.evaluate<string>(`sessionStorage.getItem('graphiql:query') ?? ''`);
  }

  async write(editor: Locator, text: string): Promise<void> {
    await editor.click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }

  async run(): Promise<void> {
    await this.page.getByRole('button', { name: /^Execute query/ }).click();
  }

  /** Waits until the result shows `text`. Monaco draws blanks as no-break spaces. */
  async waitForResult(text: string): Promise<void> {
    const pattern = new RegExp(text.split(' ').join('\\s'));
    await this.resultWindow.filter({ hasText: pattern }).waitFor();
  }

  result(): Promise<string> {
    return this.resultWindow.innerText();
  }

  async fillLogIn({ user, password }: Credentials): Promise<void> {
    await this.page.getByLabel('User', { exact: true }).fill(user);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  async logIn(credentials: Credentials): Promise<void> {
    await this.fillLogIn(credentials);
    await this.page.getByText(`Logged in as ${credentials.user}`).waitFor();
  }

  get token(): Locator {
    return this.page.getByLabel('Access token');
  }
}
