import { isExactNumber, readExactly } from './exactJson.js';
import { type Operation, isSecretName } from './link.js';

/** What stands between single quotes of a shell. */
const inQuotes = (text: string): string => text.replaceAll("'", String.raw`'\''`);

/** A word for a shell, whatever it holds. */
export const quoted = (word: string): string => `'${inQuotes(word)}'`;

interface Asked extends Operation {
  url: string;
  isSubscription: boolean;
  hasToken: boolean;
}

export interface Command {
  text: string;
  /** Variables of the shell that it takes secrets from. */
  secrets: readonly string[];
}

/** Of the shell, none that it knows already, such as PWD. */
const shellVariable = (name: string): string =>
  `MY_${name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/\W+/g, '_')
    .toUpperCase()}`;

/** Variables of an operation in which marked names of the shell's variables stand for texts that are secret. */
class Masked {
  readonly #secrets = new Map<string, string>();

  constructor(private readonly mark: string) {}

  get secrets(): string[] {
    return [...this.#secrets.keys()];
  }

  /** `name` is that of the secret which the value is or belongs to, if any. */
  of(value: unknown, name?: string): unknown {
    if (typeof value === 'string')
      return name === undefined || value === '' ? value : this.mark + this.#variable(name, value) + this.mark;
    if (Array.isArray(value)) return value.map((each) => this.of(each, name));
    if (typeof value !== 'object' || value === null || isExactNumber(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const own = isSecretName(key) ? key : undefined;
        return [key, this.of(inner, name === undefined ? own : `${name}_${key}`)];
      }),
    );
  }

  /** One of its own for each secret. */
  #variable(name: string, secret: string): string {
    const first = shellVariable(name);
    for (let variable = first, count = 2; ; variable = `${first}_${count}`, count += 1) {
      const known = this.#secrets.get(variable);
      if (known !== undefined && known !== secret) continue;
      this.#secrets.set(variable, secret);
      return variable;
    }
  }
}

/** Characters that the text does not hold. */
function unusedIn(text: string): string {
  let mark = '$';
  while (text.includes(mark)) mark += '$';
  return mark;
}

/**
 * The operation as a command, which takes the token and what is secret among the variables from the shell: a copied line gives
 * none of them away. Throws for variables that are no JSON.
 */
export function curlOf({ url, query, variables, isSubscription, hasToken }: Asked): Command {
  const typed = variables?.trim() ? readExactly(variables) : undefined;
  const mark = unusedIn(JSON.stringify({ query, typed }));
  const masked = new Masked(mark);
  const body = JSON.stringify({ query, ...(typed !== undefined && { variables: masked.of(typed) }) });
  // Each second part is the name of a variable.
  const parts = body.split(mark).map((part, index) => (index % 2 === 0 ? inQuotes(part) : `'"$${part}"'`));
  const text = [
    `curl -s${isSubscription ? 'N' : ''} ${quoted(url)}`,
    ...(hasToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(isSubscription ? [`-H 'Accept: text/event-stream'`] : []),
    `-H 'Content-Type: application/json'`,
    `-d '${parts.join('')}'`,
  ].join(' \\\n  ');
  return { text, secrets: masked.secrets };
}
