import { onTestFinished } from 'vitest';
import { draftOf, register } from '../modelarts/support/world.js';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';
import { logIn } from '../support/server.js';
import { screenshot } from './support/browser.js';
import { test } from './support/test.js';

test('a new user finds the operations of ModelArts by typing, reads jobs with what they use, and makes a notebook', async ({
  page,
  editor,
  server,
  admin,
}) => {
  const fake = await FakeModelArts.start();
  onTestFinished(async () => fake.close());
  const token = await logIn(server.url, admin.user, admin.password);
  const id = await register(server, token, draftOf(fake));
  await editor.logIn(admin);

  const offered = (name: string) =>
    page.locator('.suggest-widget.visible .monaco-list-row', { hasText: name }).first().waitFor();
  await editor.write(editor.operation, `{ platform(id: "${id}") { modelArts { traini`);
  await offered('trainingJobs');
  await editor.write(editor.operation, `{ platform(id: "${id}") { modelArts { notebooks { list(status: RUNN`);
  await offered('RUNNING');
  await screenshot(page, 'playground-modelarts-completion');

  await editor.write(
    editor.operation,
    `{ platform(id: "${id}") { modelArts { trainingJobs { list(first: 2) { totalCount nodes { metadata { name } linkedAlgorithm { metadata { id } } } } } } } }`,
  );
  await editor.run();
  await editor.waitForResult('"id": "algorithm-1"');
  await screenshot(page, 'playground-modelarts');

  await editor.write(
    editor.operation,
    `mutation { modelArts(platformId: "${id}") { notebooks { create(input: {name: "mine", imageId: "image-0", volume: {category: EFS, ownership: MANAGED}}) { id name } } } }`,
  );
  await editor.run();
  await editor.waitForResult('"name": "mine"');

  await editor.write(
    editor.operation,
    `mutation { modelArts(platformId: "${id}") { notebooks { stop(id: "..") { id } } } }`,
  );
  await editor.run();
  await editor.waitForResult('must be neither . nor ..');
});
