import {
  type PGlite,
  type QueryOptions,
  type Results,
  messages,
  parse,
  protocol,
} from '@electric-sql/pglite';
import { StatementNames } from './statementNames.js';

const { serialize } = protocol;

type Messages = Parameters<typeof parse.parseResults>[0];
type Parsers = PGlite['parsers'];

/** What a statement takes and gives. */
interface Described {
  /** Of its parameters, by their numbers in the catalogue. */
  types: readonly number[];
  row: Messages;
  /** Of its columns; all that there are would be copied for each answer. */
  parsers: Parsers;
}

/**
 * Statements of the embedded database, prepared when they come again. Each message to it costs as much as a small statement:
 * it is asked once for a statement that it knows and twice for another, where PGlite asks six times.
 */
export class EmbeddedStatements {
  readonly #names = new StatementNames();
  readonly #known = new Map<string, Described>();
  #generation = 0;

  constructor(private readonly pglite: PGlite) {}

  /** In the transaction that is open, if one is. */
  async run<T>(text: string, values: readonly unknown[] = [], options?: QueryOptions): Promise<Results<T>> {
    return this.pglite.runExclusive(async () => {
      const name = this.#names.nameOf(text);
      if (this.#generation !== this.#names.generation) await this.#forget();
      const { types, row, parsers } = await this.#describe(text, name);
      const bind = serialize.bind({
        statement: name ?? '',
        values: values.map((value, index) => this.#textOf(value, types[index])),
      });
      const answer = await this.#ask(bind, serialize.execute(), serialize.sync());
      const [result] = parse.parseResults([...row, ...answer], parsers, options);
      return result as Results<T>;
    });
  }

  async #describe(text: string, name: string | undefined): Promise<Described> {
    const known = name === undefined ? undefined : this.#known.get(name);
    if (known) return known;
    const answer = await this.#ask(
      serialize.parse({ text, name: name ?? '' }),
      serialize.describe({ type: 'S', name: name ?? '' }),
      serialize.sync(),
    );
    const row = answer.filter((message) => message instanceof messages.RowDescriptionMessage);
    const columns = row.flatMap(({ fields }) => fields.map(({ dataTypeID }) => dataTypeID));
    const described = {
      types: parse.parseDescribeStatementResults(answer),
      row,
      parsers: Object.fromEntries(
        columns.flatMap((type) => {
          const parser = this.pglite.parsers[type];
          return parser ? [[type, parser]] : [];
        }),
      ),
    };
    if (name !== undefined) this.#known.set(name, described);
    return described;
  }

  #textOf(value: unknown, type = 0): string | null {
    if (value === null || value === undefined) return null;
    const serializer = this.pglite.serializers[type];
    return serializer ? serializer(value) : (value as { toString: () => string }).toString();
  }

  async #forget(): Promise<void> {
    this.#generation = this.#names.generation;
    this.#known.clear();
    await this.#ask(serialize.query('deallocate all'));
  }

  async #ask(...questions: Uint8Array[]): Promise<Messages> {
    return this.pglite.execProtocolStream(Buffer.concat(questions));
  }
}
