import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { OpenedAccount } from '@ujumbe/core';
import { until } from '../../api/api-host.js';
import { describeOnDatabases } from '../../support/databases.js';
import { workbookMaker } from '../../support/workbooks.js';
import { openDialectHost, type DialectHost } from '../dialect-host.js';
import { ask, assertRefused, base, type Answer } from './mboa-client.js';

describeOnDatabases('MboaSMS: send-bulk', (open) => {
  let host: DialectHost;
  let opened: OpenedAccount;

  before(async () => {
    host = await openDialectHost(open, { limits: { 'mboasms.requests': null } });
  });
  beforeEach(async () => {
    opened = await host.open({ country: 'CM', currency: 'XAF', sender: 'MboaSMS' });
  });
  after(() => host.close());
  afterEach(() => assert.deepEqual(host.logged, []));
  afterEach('no file is left', () => {
    assert.deepEqual(
      readdirSync(host.uploadFolder).filter((name) => name !== 'folder-id'),
      [],
    );
  });

  function send(
    content: string | Buffer,
    query: Record<string, string> = {},
    fields: Record<string, string> = {},
  ): Promise<Answer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([content]), 'contacts.csv');
    const search = new URLSearchParams(query).toString();
    return ask(host, `${base}/send-bulk?${search}`, { 'x-api-key': opened.keys.mboa }, form);
  }

  /** What went out in the end, by number. */
  const sent = (count: number): Promise<string[][]> =>
    until(async () => {
      const { messages } = await host.sms.messages.list(opened.account.id, {}, { limit: 100, offset: 0 });
      if (messages.length !== count) return undefined;
      return messages.map(({ recipient, text }) => [recipient, text]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
    });

  const nothingMoved = async (): Promise<void> => {
    assert.equal((await host.sms.accounts.balance(opened.account.id)).available, 100_000);
    assert.equal((await host.sms.files.list(opened.account.id, { limit: 1, offset: 0 })).total, 0);
    await sent(0);
  };

  for (const [name, delimiter] of [
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
  ] as const) {
    it(`reads ${name}, and gives each row its own text`, async () => {
      const rows = [
        ['+237670000001', 'Bonjour Jean!'],
        ['670000002', `"Salut${delimiter} ""Marie"""`],
        ['237670000003', ''],
        ['00237670000004', '{{prenom}} {'],
      ];
      const file = `\ufeff${rows.map((row) => row.join(delimiter)).join('\r\n')}\r\n`;
      const { status, body, text } = await send(file, { message: 'Pour {{tous}}' });
      assert.equal(status, 200, text);
      assert.deepEqual(body.data, { totalSent: 4, totalFailed: 0, creditsUsed: 4 });
      assert.deepEqual(await sent(4), [
        ['+237670000001', 'Bonjour Jean!'],
        ['+237670000002', `Salut${delimiter} "Marie"`],
        ['+237670000003', 'Pour {{tous}}'],
        ['+237670000004', '{{prenom}} {'],
      ]);
    });
  }

  it('passes over a first row without a digit, and counts every other row', async () => {
    const { body } = await send('Abonné,Contenu\n670000001,a\n12,b\n,c\n670000002,\n\n222000000,d\n670000001,a\n');
    assert.deepEqual(body.data, { totalSent: 1, totalFailed: 5, creditsUsed: 1 });
    assert.equal(body.totalRecipients, 6);
    assert.deepEqual(await sent(1), [['+237670000001', 'a']]);
  });

  it('counts a first row with a number nobody can have', async () => {
    const { body } = await send('12,a\n670000001,b\n');
    assert.deepEqual(body.data, { totalSent: 1, totalFailed: 1, creditsUsed: 1 });
  });

  it('reads workbooks, and numbers that are numbers in them', async () => {
    const text = (said: string): string => `<c t="inlineStr"><is><t>${said}</t></is></c>`;
    const rows = [
      `<c><v>670000001</v></c>${text('Bonjour')}`,
      text('+237670000002'),
      `<c><v>2.37670000003E11</v></c>${text('Salut')}`,
    ];
    const made = (await workbookMaker()).workbook({ rows: rows.map((cells) => `<row>${cells}</row>`).join('') });
    const { status, body } = await send(made, { message: 'Pour tous' });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.data, { totalSent: 3, totalFailed: 0, creditsUsed: 3 });
    assert.deepEqual(await sent(3), [
      ['+237670000001', 'Bonjour'],
      ['+237670000002', 'Pour tous'],
      ['+237670000003', 'Salut'],
    ]);
  });

  it('takes text and sender from the query before the form', async () => {
    await host.sms.accounts.approveSender(opened.account.id, 'AUTRE');
    const query = await send(
      '670000001\n',
      { message: 'query', senderId: 'AUTRE' },
      { message: 'form', senderId: 'X' },
    );
    assert.equal(query.status, 200, query.text);
    const form = await send('670000002\n', { message: ' ' }, { message: 'form', senderId: 'AUTRE' });
    assert.equal(form.status, 200, form.text);
    assert.deepEqual(await sent(2), [
      ['+237670000001', 'query'],
      ['+237670000002', 'form'],
    ]);
  });

  it('holds the price of all rows at once, or of none', async () => {
    const file = (count: number): string =>
      Array.from({ length: count }, (_, at) => `+2376700${String(10_000 + at)}\n`).join('');
    assertRefused(await send(file(101), { message: 'x' }), 402, 'INSUFFICIENT_CREDITS', 'Required 101, available 100');
    await nothingMoved();
    const both = await Promise.all([send(file(60), { message: 'x' }), send(file(60), { message: 'x' })]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 402]);
    assert.equal((await host.sms.accounts.balance(opened.account.id)).available, 40_000);
    await sent(60);
  });

  it('refuses what is no file of messages, and charges nothing', async () => {
    const zeros = Buffer.alloc(11 * 1024 * 1024, '0');
    const many = '670000001,a\n'.repeat(50_001);
    for (const [name, content] of [
      ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n')],
      ['a ZIP that is no workbook', Buffer.from('504b0304140000000000', 'hex')],
      ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
      ['a picture', Buffer.from('89504e470d0a1a0a', 'hex')],
      ['eleven megabytes', zeros],
      ['one row too many', many],
      ['10,000 columns', `670000001${',x'.repeat(10_000)}\n`],
      ['a cell that does not end', `670000001,"${'x'.repeat(300_000)}`],
      ['zeros', Buffer.alloc(1_000)],
      ['a line break', '\n'],
    ] as const) {
      const answer = await send(content, { message: 'x' });
      assertRefused(answer, 400, 'INVALID_FILE');
      assert.doesNotMatch(answer.text, /670000001/, name);
    }
    await nothingMoved();
  });

  it('refuses forms without a file', async () => {
    const key = { 'x-api-key': opened.keys.mboa };
    const form = new FormData();
    form.set('message', 'x');
    assertRefused(await ask(host, `${base}/send-bulk`, key, form), 400, 'INVALID_FILE', /^file is required/);
    const two = new FormData();
    two.append('file', new Blob(['670000001']), 'a.csv');
    two.append('file', new Blob(['670000001']), 'b.csv');
    assertRefused(await ask(host, `${base}/send-bulk?message=x`, key, two), 400, 'INVALID_FILE');
    for (const type of ['text/csv', 'multipart/form-data', 'application/json']) {
      const answer = await ask(host, `${base}/send-bulk?message=x`, { ...key, 'content-type': type }, '670000001');
      assertRefused(answer, 400, 'INVALID_FILE');
    }
    assertRefused(await send('670000001', { message: 'x\0' }), 400, 'INVALID_REQUEST', /NUL/);
    assertRefused(
      await send('670000001', { message: 'x'.repeat(1_601) }),
      400,
      'INVALID_REQUEST',
      /longer than 10 segments/,
    );
    assertRefused(await send('670000001,x\0'), 400, 'INVALID_FILE', /^The file is neither text nor a workbook/);
    await nothingMoved();
  });

  const getJob = (key: string, id: string): Promise<Answer> =>
    ask(host, `${base}/jobs/${id}`, { 'x-api-key': key }, undefined, 'GET');

  it('says where a job can be asked for, and shows it to nobody else', async () => {
    const { jobId, statusUrl } = jobOf(await send('670000001,x\n'));
    assert.equal(statusUrl, `${host.url}${base}/jobs/${jobId}`);
    assert.equal((await getJob(opened.keys.mboa, jobId)).status, 200);
    const other = await host.open({ country: 'CM', currency: 'XAF' });
    assertRefused(await getJob(other.keys.mboa, jobId), 404, 'NOT_FOUND');
  });

  it('shows what waits, and that it was cancelled', async () => {
    const uploaded = await host.sms.uploads.receive(Readable.from([Buffer.from('670000001,x\n670000002,x\n')]));
    const scheduledAt = host.clock.now() + 3_600_000;
    const { file } = await host.sms.files.send(opened.account.id, uploaded, { scheduledAt, hasFixedColumns: true });
    await host.sms.uploads.release(uploaded);
    const waiting = jobOf(await getJob(opened.keys.mboa, file.id));
    assert.deepEqual([waiting.status, waiting.successCount, waiting.failedCount], ['PENDING', 0, 0]);
    await host.sms.files.cancel(opened.account.id, file.id);
    const cancelled = jobOf(await getJob(opened.keys.mboa, file.id));
    assert.deepEqual([cancelled.status, cancelled.successCount, cancelled.failedCount], ['FAILED', 0, 2]);
    assert.match(String(cancelled.errorMessage), /cancelled/);
  });

  it('counts what an operator did not deliver', async () => {
    const { jobId } = jobOf(await send('670000001,x\n670000901,x\n12,x\n'));
    const done = await until(async () => {
      const job = jobOf(await getJob(opened.keys.mboa, jobId));
      return job.status === 'PARTIAL' && job.failedCount === 2 ? job : undefined;
    });
    assert.deepEqual([done.totalRecipients, done.successCount], [3, 1]);
  });
});

interface Job {
  jobId: string;
  status: string;
  statusUrl: string;
  totalRecipients: number;
  successCount: number;
  failedCount: number;
  errorMessage?: string;
}

const jobOf = ({ body }: Answer): Job => body as unknown as Job;
