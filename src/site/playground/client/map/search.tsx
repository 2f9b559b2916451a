import { useMemo, useState, type FocusEvent, type FormEvent } from 'react';
import { isInterfaceType, isObjectType } from 'graphql';
import { addressOfType } from './address.js';
import type { Graph } from './graphModel.js';

/** Answers that are shown at once. */
const MOST = 12;

interface Found {
  /** What is found, as it is written: a type, or a type's field. */
  text: string;
  type: string;
}

function entriesOf({ schema }: Graph): Found[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('_'));
  const fields = types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? [type] : []));
  return [
    ...types.map(({ name }) => ({ text: name, type: name })),
    ...fields.flatMap((type) =>
      Object.keys(type.getFields()).map((field) => ({ text: `${type.name}.${field}`, type: type.name })),
    ),
  ];
}

/** The best first: what it begins, then types before fields, then the shorter. */
function find(entries: readonly Found[], word: string): Found[] {
  const wanted = word.toLowerCase();
  const rank = ({ text }: Found): number => {
    const at = text.toLowerCase().indexOf(wanted);
    return (at === 0 ? 0 : 2) + (text.includes('.') ? 1 : 0);
  };
  return entries
    .filter(({ text }) => text.toLowerCase().includes(wanted))
    .toSorted((one, other) => rank(one) - rank(other) || one.text.length - other.text.length)
    .slice(0, MOST);
}

/** Finds types and fields by a part of their names. */
export function Search({ graph }: { graph: Graph }) {
  const [word, setWord] = useState('');
  const entries = useMemo(() => entriesOf(graph), [graph]);
  const found = useMemo(() => (word === '' ? [] : find(entries, word)), [entries, word]);

  function follow(event: FormEvent): void {
    event.preventDefault();
    if (!found[0]) return;
    location.hash = addressOfType(found[0].type);
    setWord('');
  }

  /** Answers cover what is drawn, which whoever turns to it wants to see. */
  function leave({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>): void {
    if (relatedTarget && !currentTarget.contains(relatedTarget)) setWord('');
  }

  return (
    <form className="search" role="search" onSubmit={follow} onBlur={leave}>
      <input
        type="search"
        aria-label="Find a type or a field"
        placeholder="Find a type or a field"
        autoComplete="off"
        spellCheck={false}
        value={word}
        onChange={(event) => setWord(event.target.value.trim())}
      />
      {word !== '' && (
        <ul aria-label="Found">
          {found.map(({ text, type }) => (
            <li key={text}>
              <a href={addressOfType(type)} onClick={() => setWord('')}>
                {text}
              </a>
            </li>
          ))}
          {found.length === 0 && <li>Nothing is called so</li>}
        </ul>
      )}
    </form>
  );
}
