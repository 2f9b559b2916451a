import { type ASTNode, Kind, type ValueNode, parse, visit } from 'graphql';
import { isSecretName } from './link.js';

/** Strings of what is no document, closed or not. */
const STRINGS = /"""[^]*?(?:"""|$)|"(?:[^"\\\n]|\\.)*"?/g;

const HOLDERS = new Set<string>([Kind.STRING, Kind.OBJECT, Kind.LIST]);

/** What is given for the name that a node has, where it may be a secret. */
function secretOf(node: ASTNode): ValueNode | undefined {
  if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD)
    return isSecretName(node.name.value) ? node.value : undefined;
  if (node.kind !== Kind.VARIABLE_DEFINITION || !isSecretName(node.variable.name.value)) return undefined;
  return node.defaultValue;
}

/** The document without what is written in it for secret names; without all strings when it cannot be read. */
export function withoutSecretLiterals(query: string): string {
  let shown = '';
  let from = 0;
  try {
    visit(parse(query), {
      enter: (node) => {
        const secret = secretOf(node);
        if (!secret?.loc || !HOLDERS.has(secret.kind)) return undefined;
        shown += `${query.slice(from, secret.loc.start)}""`;
        from = secret.loc.end;
        return false;
      },
    });
  } catch {
    return query.replaceAll(STRINGS, '""');
  }
  return shown + query.slice(from);
}
