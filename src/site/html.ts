/** Text that is markup already. */
class Markup {
  constructor(readonly text: string) {}
}

export type { Markup };

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markup(value: string | Markup | readonly Markup[]): string {
  if (typeof value === 'string')
    return value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
  return value instanceof Markup ? value.text : value.map(({ text }) => text).join('');
}

/** A template of markup: texts put into it are escaped, pieces made by this same function are not. */
export function html(
  strings: TemplateStringsArray,
  ...values: (string | Markup | readonly Markup[])[]
): Markup {
  return new Markup(strings.map((text, index) => text + markup(values[index] ?? '')).join(''));
}
