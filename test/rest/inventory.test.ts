import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../src/domains/identity/index.js';
import { UNBUILT } from '../../src/modules.js';
import { restSystems } from '../../src/surfaces.js';

const systems = Object.entries(restSystems(UNBUILT, { ADMIN_AUTO_DEPLOY: false, SIGN_AUTO_APPROVE: false }));

describe.each(systems)('%s', (name, { rows, endpoints }) => {
  const text = readFileSync(new URL(`./${name}/inventory.json`, import.meta.url), 'utf8');
  const documented = (JSON.parse(text) as { route: string }[]).map(({ route }) => route);

  test('serves every documented endpoint and no other', () => {
    expect(rows.map(({ route }) => route).toSorted()).toEqual(documented.toSorted());
  });

  test('asks for a permission that exists, or is public', () => {
    const known = ['public', ...Object.keys(PERMISSIONS)];
    expect(endpoints.filter(({ access }) => !known.includes(access))).toEqual([]);
  });
});
