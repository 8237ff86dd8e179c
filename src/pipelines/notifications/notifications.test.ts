import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { RunError } from '#contracts/primitives';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import {
  newId,
  type DataTestId,
  type PipelineId,
  type RunId,
  type SourceId,
  type StepId,
  type UserId,
} from '#platform/ids';
import { createTestDatabase } from '#testing/database';
import { startHookServer } from '#testing/hook-server';
import { startMailServer } from '#testing/mail-server';
import { createTestOrganization } from '#testing/organization';
import { pipelineContent } from '../pipeline-content.ts';
import { createRun } from '../runs/create-run.ts';
import { endRun } from '../runs/end-run.ts';
import { freezePlan } from '../runs/freeze-plan.ts';
import { lockRun } from '../runs/lock-run.ts';
import { createPipeline } from '../save-pipeline.ts';
import { tellOfDataTests } from './tell-of-data-tests.ts';
import { createChannel, listChannels, updateChannel } from './channels.ts';
import { openMessageSenders } from './messages/open-message-senders.ts';
import { sendDueMessages } from './messages/send-due-messages.ts';
import { getPreferences, setPreferences } from './preferences.ts';
import { listMyNotifications, markNotificationsRead } from './queries.ts';
import { testChannel, testEmail } from './send-test-message.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl);
const mail = await startMailServer();
const hooks = await startHookServer();
const services = {
  config: {
    ...testDatabase.config,
    publicUrl: 'https://data.example.org',
    smtpUrl: mail.url,
    outboundAllowedHosts: [hooks.host],
  },
  log: pino({ level: 'silent' }),
  clock: systemClock,
  newId,
  database,
};
const senders = openMessageSenders(services.config, systemClock);
const never = new AbortController().signal;
afterAll(async () => {
  await senders[Symbol.asyncDispose]();
  await mail[Symbol.asyncDispose]();
  await hooks[Symbol.asyncDispose]();
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

let actor: Actor & { readonly userId: UserId };
let sourceId: SourceId;
let pipelineId: PipelineId;

async function addPipeline(name: string): Promise<PipelineId> {
  const pipeline = await createPipeline(services, actor, {
    name,
    source_ids: [sourceId],
    transformation_ids: [],
  });
  return pipeline.id as PipelineId; // ids lose their brand in an answer
}

beforeEach(async () => {
  await database.withSystem((trx) => trx.deleteFrom('notification_messages').execute());
  const { userId, ...rest } = await createTestOrganization(database, testDatabase.config);
  if (userId === null) throw new Error('a test organization has an owner');
  actor = { ...rest, userId };
  sourceId = newId<SourceId>();
  await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('sources')
      .values({
        id: sourceId,
        organization_id: actor.organizationId,
        name: 'Visits',
        type: 'csv',
        config: '{}',
        warehouse_table_name: `source_${sourceId}`,
      })
      .execute(),
  );
  pipelineId = await addPipeline('Daily visits');
});

const broken: RunError = { code: 'file_empty', message: 'The file has no rows.', hint: 'Upload it again.' };

/** A run as the worker would have left it. */
async function run(of: PipelineId, error: RunError | null, changes: readonly unknown[] = []): Promise<RunId> {
  return database.withOrganization(actor.organizationId, async (trx) => {
    const pipeline = await trx
      .selectFrom('pipelines')
      .selectAll()
      .where('id', '=', of)
      .executeTakeFirstOrThrow();
    const content = await pipelineContent(trx, actor.organizationId, of);
    const plan = await freezePlan(trx, actor.organizationId, content, newId);
    const runId = await createRun(trx, newId, {
      organizationId: actor.organizationId,
      pipeline,
      trigger: 'schedule',
      plan,
      requestedBy: null,
    });
    await trx
      .updateTable('run_steps')
      .set({
        status: error === null ? 'succeeded' : 'failed',
        error: error === null ? null : JSON.stringify(error),
      })
      .where('run_id', '=', runId)
      .execute();
    await trx
      .updateTable('sync_runs')
      .set({ schema_changes: JSON.stringify(changes) })
      .where('run_id', '=', runId)
      .execute();
    const row = await lockRun(trx, actor.organizationId, runId);
    if (row === undefined) throw new Error('the run was just made');
    await endRun(trx, actor.organizationId, row);
    return runId;
  });
}

const inbox = () => listMyNotifications(services, actor, { limit: 50, unread: false });
const titles = async () => (await inbox()).items.map((item) => item.title);

/** Makes everything in the outbox due. */
async function letTimePass(): Promise<void> {
  await database.withSystem((trx) =>
    trx
      .updateTable('notification_messages')
      .set({ send_after: sql<Date>`now() - interval '1 second'` })
      .execute(),
  );
}
const send = () => sendDueMessages(services, senders, never);
const bodyOf = (index: number) => hooks.received.at(index)?.body ?? '';
const addChannel = (kind: 'slack' | 'discord' | 'webhook') =>
  createChannel(services, actor, {
    kind,
    name: kind,
    url: `${hooks.url}/${kind}/${actor.organizationId}`,
    kinds: ['failure', 'recovery', 'first_success', 'schema_change', 'data_test'],
    pipeline_ids: null,
  });
const mailsToMe = () => mail.mails.filter((each) => each.to.includes(`${actor.userId}@example.org`));
const hooksToUs = () => hooks.received.filter((each) => each.path.endsWith(actor.organizationId));

test('a failed run is told of with what, why, what is affected, what to do and where', async () => {
  const runId = await run(pipelineId, broken);
  const { items, unread_count: unread } = await inbox();
  expect(unread).toBe(1);
  expect(items).toMatchObject([
    {
      kind: 'failure',
      severity: 'error',
      title: '“Daily visits” failed',
      reason: '“Visits”: The file has no rows.',
      affected: ['Visits'],
      advice: 'Upload it again.',
      path: `/pipelines/${pipelineId}?run=${runId}`,
      read_at: null,
    },
  ]);
  const events = await database.withOrganization(actor.organizationId, (trx) =>
    trx.selectFrom('events').select('payload').execute(),
  );
  expect(events.map(({ payload }) => payload.type)).toContain('notification');
  expect(await markNotificationsRead(services, actor, [items[0]?.id ?? ''])).toEqual({ unread_count: 0 });
  expect((await listMyNotifications(services, actor, { limit: 5, unread: true })).items).toEqual([]);
});

test('the same failure again is counted, another one is told of, and so is the first success after', async () => {
  await run(pipelineId, null);
  await run(pipelineId, broken);
  await run(pipelineId, broken);
  await run(pipelineId, broken);
  expect((await inbox()).items).toMatchObject([{ kind: 'failure', times: 3 }]);
  await run(pipelineId, { code: 'disk_full', message: 'The disk is full.' });
  expect(await titles()).toEqual(['“Daily visits” failed', '“Daily visits” failed']);
  await run(pipelineId, null);
  await run(pipelineId, null);
  const { items } = await inbox();
  expect(items.map((item) => item.kind)).toEqual(['recovery', 'failure', 'failure']);
  expect(items[0]?.reason).toBe('Every step succeeded, after it had failed 4 times.');
  await run(pipelineId, broken);
  expect(await titles()).toHaveLength(4);
});

test('what had never worked works for the first time', async () => {
  await run(pipelineId, broken);
  await run(pipelineId, broken);
  await run(pipelineId, null);
  expect((await inbox()).items).toMatchObject([
    {
      kind: 'first_success',
      title: '“Daily visits” works for the first time',
      reason: 'Every step succeeded, after it had failed 2 times.',
    },
    { kind: 'failure', times: 2 },
  ]);
});

test('a data test that fails reaches people by mail and other programs by webhook, once a day', async () => {
  await addChannel('webhook');
  const testId = newId<DataTestId>();
  await database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('data_tests')
      .values({
        id: testId,
        organization_id: actor.organizationId,
        table_name: `source_${sourceId}`,
        source_id: sourceId,
        transformation_id: null,
        rule: JSON.stringify({ kind: 'not_null', columns: ['people'] }),
        severity: 'warn',
        created_by: null,
      })
      .execute(),
  );
  const testIt = async (severity: 'warn' | 'stop') => {
    const runId = await run(pipelineId, null);
    await database.withOrganization(actor.organizationId, async (trx) => {
      const step = await trx
        .selectFrom('run_steps')
        .select('id')
        .where('run_id', '=', runId)
        .executeTakeFirstOrThrow();
      await trx
        .insertInto('data_test_results')
        .values({
          organization_id: actor.organizationId,
          id: newId(),
          test_id: testId,
          run_id: runId,
          step_id: step.id,
          table_name: `source_${sourceId}`,
          severity,
          status: 'failed',
          title: '“people” is never empty',
          message: '3 of 40 rows are empty.',
          failing_rows: 3,
          sample: '[]',
        })
        .execute();
      await tellOfDataTests(trx, actor.organizationId, {
        id: runId,
        pipeline_id: pipelineId,
        pipeline_name: 'Daily visits',
        part: null,
        status: 'succeeded',
        error: null,
        steps: [],
      });
    });
  };
  await testIt('warn');
  await testIt('warn');
  await letTimePass();
  expect(await send()).toBe(2);
  expect(mailsToMe()).toHaveLength(1);
  expect(mailsToMe()[0]?.source).toContain('3 of 40 rows are empty.');
  const [hook, ...more] = hooksToUs();
  expect(more).toEqual([]);
  expect(JSON.parse(hook?.body ?? '{}')).toMatchObject({
    notifications: [
      {
        kind: 'data_test',
        title: 'A data test of “Visits” failed',
        reason: '“people” is never empty: 3 of 40 rows are empty.',
        times: 2,
      },
    ],
  });
});

test('a failure that goes on for a day is told of again', async () => {
  await run(pipelineId, broken);
  await database.withSystem((trx) =>
    trx
      .updateTable('notifications')
      .set({ created_at: sql<Date>`now() - interval '25 hours'` })
      .execute(),
  );
  await run(pipelineId, broken);
  expect(await titles()).toHaveLength(2);
});

test('columns that changed are told of with who reads them', async () => {
  await run(pipelineId, null, [
    { kind: 'column_removed', column: 'district', from: 'text', to: null },
    { kind: 'column_added', column: 'age', from: null, to: 'integer' },
  ]);
  expect((await inbox()).items).toMatchObject([
    {
      kind: 'schema_change',
      severity: 'warning',
      title: 'The columns of “Visits” changed',
      reason: '“district” is gone; “age” is new.',
      path: `/sources/${sourceId}`,
    },
  ]);
});

test('a bad night is one message to each recipient, sent once however many workers send', async () => {
  await addChannel('slack');
  await addChannel('discord');
  const { secret } = await addChannel('webhook');
  const others = [await addPipeline('Second'), await addPipeline('Third')];
  for (const each of [pipelineId, ...others]) await run(each, broken);
  await run(pipelineId, broken);
  expect(await send()).toBe(0);
  await letTimePass();
  const sent = await Promise.all([send(), send(), send()]);
  expect(sent.reduce((sum, count) => sum + count)).toBe(4);
  await letTimePass();
  expect(await send()).toBe(0);

  const [letter, ...more] = mailsToMe();
  expect(more).toEqual([]);
  expect(letter?.source).toMatch(/^Subject: .*3_pipelines_failed/m);
  expect(letter?.source).toMatch(/^From: Dalgo Lite <dalgo@/m);
  expect(letter?.source).toContain('Auto-Submitted: auto-generated');
  expect(letter?.source.replaceAll(/=\r\n/g, '')).toContain(
    `https://data.example.org/pipelines/${pipelineId}?run`,
  );

  const got = new Map(hooksToUs().map((hook) => [hook.path.split('/')[1], hook]));
  expect(hooksToUs()).toHaveLength(3);
  expect(got.get('slack')?.body).toContain('3 pipelines failed');
  expect(got.get('slack')?.body).toContain('*What to do:* Upload it again.');
  expect(JSON.parse(got.get('discord')?.body ?? '{}')).toMatchObject({
    embeds: [{}, {}, {}],
    allowed_mentions: { parse: [] },
  });
  const hook = got.get('webhook');
  const payload = JSON.parse(hook?.body ?? '{}') as { notifications: { title: string; times: number }[] };
  expect(payload.notifications.map((each) => each.title)).toEqual([
    '“Daily visits” failed',
    '“Second” failed',
    '“Third” failed',
  ]);
  expect(payload.notifications[0]?.times).toBe(2);
  const key = Buffer.from((secret ?? '').slice('whsec_'.length), 'base64');
  const signed = `${String(hook?.headers['webhook-id'])}.${String(hook?.headers['webhook-timestamp'])}.${hook?.body}`;
  expect(hook?.headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  );
});

test('after a message the same kind of news waits for the next one, and worse news does not', async () => {
  await run(pipelineId, null, [{ kind: 'column_added', column: 'age', from: null, to: 'integer' }]);
  await setPreferences(services, actor, {
    in_app: [],
    email: ['failure', 'schema_change', 'recovery'],
    pipelines: [],
  });
  const waits = () =>
    database.withOrganization(actor.organizationId, async (trx) =>
      (
        await trx
          .selectFrom('notification_messages')
          .select(sql<number>`extract(epoch FROM send_after - now())::float8`.as('seconds'))
          .where('status', '=', 'collecting')
          .execute()
      ).map((row) => Math.round(row.seconds / 10) * 10),
    );
  await run(pipelineId, null, [{ kind: 'column_added', column: 'b', from: null, to: 'integer' }]);
  await letTimePass();
  await send();
  await run(pipelineId, null, [{ kind: 'column_added', column: 'c', from: null, to: 'integer' }]);
  expect(await waits()).toEqual([3600]);
  await run(pipelineId, broken);
  expect(await waits()).toEqual([20]);
  await letTimePass();
  await send();
  expect(mailsToMe()).toHaveLength(2);
  expect(mailsToMe()[1]?.source).toMatch(/failed.*and_1_more|and_1_more/);
});

test('what is not confirmed is sent again with the same id, what is refused for good is not', async () => {
  const { channel } = await addChannel('webhook');
  hooks.answerNext(503, 0, 429);
  await run(pipelineId, broken);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await letTimePass();
    await send();
  }
  const ids = hooksToUs().map((hook) => hook.headers['webhook-id']);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(1);
  expect(await listChannels(services, actor)).toMatchObject([{ last_error: null, id: channel.id }]);

  hooks.answerNext(404);
  await run(pipelineId, null);
  await letTimePass();
  await send();
  await letTimePass();
  await send();
  expect(hooksToUs()).toHaveLength(5);
  expect(await listChannels(services, actor)).toMatchObject([{ last_error: { code: 'message_refused' } }]);
});

test('a mail server that is busy is asked again, and a message that it refuses is given up', async () => {
  mail.refuseNext(451);
  await run(pipelineId, broken);
  await letTimePass();
  await send();
  expect(mailsToMe()).toHaveLength(0);
  await letTimePass();
  await send();
  expect(mailsToMe()).toHaveLength(1);
  mail.refuseNext(550);
  await run(pipelineId, null);
  await letTimePass();
  await send();
  await letTimePass();
  await send();
  expect(mailsToMe()).toHaveLength(1);
});

test('a worker that dies while it sends leaves the message to another one', async () => {
  await addChannel('webhook');
  await run(pipelineId, broken);
  await letTimePass();
  const stopped = new AbortController();
  const sending = sendDueMessages(
    services,
    {
      ...senders,
      post: () => {
        stopped.abort(new Error('killed'));
        return Promise.reject(new Error('killed'));
      },
    },
    stopped.signal,
  );
  await sending;
  await send();
  expect(hooksToUs()).toHaveLength(0);
  await database.withSystem((trx) =>
    trx
      .updateTable('notification_messages')
      .set({ claimed_until: sql<Date>`now() - interval '1 s'` })
      .execute(),
  );
  await letTimePass();
  await send();
  expect(hooksToUs()).toHaveLength(1);
});

test('people choose what they hear of, for all and for each pipeline', async () => {
  expect(await getPreferences(services, actor)).toMatchObject({
    email: ['failure', 'recovery', 'first_success', 'late', 'did_not_run', 'data_test'],
    email_available: true,
  });
  const quiet = await addPipeline('Quiet');
  await setPreferences(services, actor, {
    in_app: ['failure', 'recovery'],
    email: [],
    pipelines: [{ pipeline_id: quiet, in_app: [], email: ['failure'] }],
  });
  await run(quiet, broken);
  expect(await titles()).toEqual([]);
  await run(pipelineId, broken);
  expect(await titles()).toEqual(['“Daily visits” failed']);
  await letTimePass();
  await send();
  expect(mailsToMe()).toHaveLength(1);
  expect(mailsToMe()[0]?.source).toContain('Quiet');
  await expect(
    setPreferences(services, actor, {
      in_app: [],
      email: [],
      pipelines: [{ pipeline_id: 'nosuch', in_app: [], email: [] }],
    }),
  ).rejects.toMatchObject({ code: 'invalid_input', errors: [{ path: 'pipelines.0.pipeline_id' }] });
});

test('what was rolled back is never told of', async () => {
  await expect(
    database.withOrganization(actor.organizationId, async (trx) => {
      const pipeline = await trx
        .selectFrom('pipelines')
        .selectAll()
        .where('id', '=', pipelineId)
        .executeTakeFirstOrThrow();
      const plan = await freezePlan(
        trx,
        actor.organizationId,
        { sourceIds: [sourceId], transformationIds: [] },
        newId,
      );
      const runId = await createRun(trx, newId, {
        organizationId: actor.organizationId,
        pipeline,
        trigger: 'manual',
        plan,
        requestedBy: null,
      });
      await trx
        .updateTable('run_steps')
        .set({ status: 'failed' })
        .where('id', '=', plan.steps[0]?.id as StepId)
        .execute();
      const row = await lockRun(trx, actor.organizationId, runId);
      if (row !== undefined) await endRun(trx, actor.organizationId, row);
      throw new Error('the commit failed');
    }),
  ).rejects.toThrow('the commit failed');
  expect(await titles()).toEqual([]);
  await letTimePass();
  expect(await send()).toBe(0);
});

test('the test button says whether a message arrives, and never reaches inside', async () => {
  const { channel } = await addChannel('slack');
  expect(await testChannel(services, actor, channel.id, never)).toMatchObject({ ok: true });
  expect(bodyOf(-1)).toContain('This is a test');
  await updateChannel(services, actor, channel.id, { url: 'http://169.254.169.254/latest/meta-data' });
  const blocked = await testChannel(services, actor, channel.id, never);
  expect(blocked).toMatchObject({ ok: false, code: 'outbound_blocked' });
  expect(await listChannels(services, actor)).toMatchObject([
    { url_host: '169.254.169.254', last_error: { code: 'outbound_blocked' } },
  ]);
  expect(JSON.stringify(await listChannels(services, actor))).not.toContain('meta-data');
  expect(await testEmail(services, actor, never)).toMatchObject({ ok: true });
  expect(mailsToMe()[0]?.source).toContain('This is a test');
  const without = { ...services, config: { ...services.config, smtpUrl: undefined } };
  expect(await testEmail(without, actor, never)).toMatchObject({ ok: false, code: 'mail_not_configured' });
  const elsewhere = await createTestOrganization(database, testDatabase.config);
  await expect(testChannel(services, elsewhere, channel.id, never)).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('names cannot forge markup, mentions or mail headers', async () => {
  const nasty = await addPipeline('<!channel> <b>x</b> @everyone');
  await addChannel('slack');
  await addChannel('discord');
  await run(nasty, { code: 'internal', message: 'A\r\nBcc: evil@example.org <script>alert(1)</script>' });
  await letTimePass();
  await send();
  for (const hook of hooksToUs().filter((each) => each.path.includes('slack'))) {
    expect(hook.body).not.toContain('<!channel>');
  }
  const [letter] = mailsToMe();
  expect(letter?.source).not.toMatch(/^Bcc:/m);
  expect(letter?.source.split('Content-Type: text/html')[1]).not.toContain('<script>');
});
