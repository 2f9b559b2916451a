import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { PERMISSIONS } from '../../../src/connectors/kubernetes/permissions.js';

const file = new URL('../../../src/connectors/kubernetes/account.yaml', import.meta.url);
const objects = parseAllDocuments(readFileSync(file, 'utf8')).map(
  (document) => document.toJS() as { kind: string },
);
const objectOf = (kind: string) => objects.find((object) => object.kind === kind);

test('the account that the guide hands out may do what the preflight asks for, and nothing else', () => {
  const rules = PERMISSIONS.map(({ apiGroup, resource, verbs }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs,
  }));
  expect(objectOf('ClusterRole')).toMatchObject({ metadata: { name: 'isthmus' }, rules });
});

test('its parts name each other', () => {
  const account = { name: 'isthmus', namespace: 'isthmus' };
  expect(objectOf('Namespace')).toMatchObject({ metadata: { name: account.namespace } });
  expect(objectOf('ServiceAccount')).toMatchObject({ metadata: account });
  expect(objectOf('Secret')).toMatchObject({
    metadata: { ...account, annotations: { 'kubernetes.io/service-account.name': account.name } },
  });
  expect(objectOf('ClusterRoleBinding')).toMatchObject({
    roleRef: { kind: 'ClusterRole', name: 'isthmus' },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
});
