import {
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Json } from '../../support/modelarts/samples.js';
import { camel, quoted } from './fields.js';

/** Where what GraphQL answers is not what the upstream sent. */
export function differences(
  sent: Json | undefined,
  got: unknown,
  type: GraphQLOutputType,
  at: string,
  within: readonly string[] = [],
): string[] {
  const own = getNullableType(type);
  if (isListType(own)) {
    if (!Array.isArray(sent) || !Array.isArray(got) || sent.length !== got.length)
      return [`${at}: not as long`];
    return sent.flatMap((item, index) =>
      differences(item, got[index], own.ofType, `${at}[${index}]`, within),
    );
  }
  if (isEnumType(own)) {
    const value = own.getValue(String(got));
    return value?.description === quoted(sent) ? [] : [`${at}: ${quoted(sent)} became ${String(got)}`];
  }
  if (!isObjectType(own))
    return sameLeaf(sent, got) ? [] : [`${at}: ${JSON.stringify(sent)} became ${JSON.stringify(got)}`];
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return [`${at}: was no object`];
  const fields = own.getFields();
  const inner = [...within, own.name];
  return Object.entries(sent).flatMap(([name, value]) => {
    const field = fields[camel(name)];
    if (!field) return [`${at}: ${own.name} has no ${name}`];
    // Not selected, since it would never end.
    if (inner.includes(getNamedType(field.type).name)) return [];
    return differences(
      value,
      (got as Record<string, unknown> | null)?.[field.name],
      field.type,
      `${at}.${name}`,
      inner,
    );
  });
}

/** Whole numbers may be written as text, where JavaScript would change them. */
const sameLeaf = (sent: Json | undefined, got: unknown): boolean =>
  typeof sent === 'number' ? String(sent) === String(got) : JSON.stringify(sent) === JSON.stringify(got);
