import { databaseNames, sized, type Bench, type BenchContext, type DatabaseKind, type Row } from './bench.js';
import { runTask } from './child.js';
import type * as campaignTask from './tasks/campaign.js';
import type * as insertTask from './tasks/insert-rows.js';
import type * as besideTask from './tasks/otp-beside-campaign.js';

const leastRatio = 0.5;
const mostRssMb = 300;
/** More than a list makes messages of in one commit: what bare inserts are quick with. */
const group = 500;

export const campaignBench: Bench = {
  name: 'campaign',
  title: 'A campaign: its audience written down, its messages made, and an OTP of another account beside it',
  async run(context) {
    const rows: Row[] = [];
    for (const kind of context.databases) rows.push(...(await expand(context, kind)), ...(await beside(context, kind)));
    return rows;
  },
};

/** The rows of the messages are what has to be written, whoever writes them. */
async function expand(context: BenchContext, kind: DatabaseKind): Promise<Row[]> {
  const recipients = sized(context, 20_000, 200_000, 1_000_000);
  const database = await context.open(kind);
  const ours = await runTask<typeof campaignTask>('campaign', { database: database.options, recipients }, (line) =>
    context.say(line),
  );
  await database.dispose();
  const other = await context.open(kind);
  const input = { database: other.options, messages: recipients, group, form: 'json' } as const;
  const bare = await runTask<typeof insertTask>('insert-rows', input);
  await other.dispose();
  const of = `${recipients.toLocaleString('en')}, ${databaseNames[kind]}`;
  return [
    {
      what: `messages made of a list of ${of}`,
      ours: recipients / ours.output.expandSeconds,
      unit: 'messages/s',
      peer: { what: 'inserts of the rows, one JSON parameter a table', value: recipients / bare.output.seconds },
      target: { of: 'ratio', atLeast: leastRatio },
      peakRssMb: ours.peakRssMb,
    },
    {
      what: `peak RSS of it, with 1 contact a recipient`,
      ours: ours.peakRssMb,
      unit: 'MB',
      target: { of: 'ours', atMost: mostRssMb },
    },
    {
      what: `audience read, rendered, priced and written down, ${of}`,
      ours: recipients / ours.output.planSeconds,
      unit: 'recipients/s',
    },
    {
      what: `counted as a draft, ${of}`,
      ours: recipients / ours.output.countSeconds,
      unit: 'recipients/s',
    },
  ];
}

async function beside(context: BenchContext, kind: DatabaseKind): Promise<Row[]> {
  const seconds = sized(context, 3, 15, 20);
  const recipients = sized(context, 20_000, 150_000, 250_000);
  const rows: Row[] = [];
  let alone: number | undefined;
  for (const campaign of [false, true]) {
    const database = await context.open(kind);
    const input = { database: database.options, seconds, recipients: campaign ? recipients : 0 };
    const { output, peakRssMb } = await runTask<typeof besideTask>('otp-beside-campaign', input);
    await database.dispose();
    rows.push({
      what: `OTP accept → submit ${campaign ? 'beside' : 'without'} a campaign, ${databaseNames[kind]}`,
      ours: output.otp.p99,
      unit: 'ms p99',
      ...(alone === undefined ? {} : { peer: { what: 'without a campaign', value: alone } }),
      latency: output.otp,
      peakRssMb,
      note: campaign
        ? `${Math.round(output.campaignRate).toLocaleString('en')} messages/s of the campaign meanwhile`
        : '',
    });
    alone = output.otp.p99;
  }
  return rows;
}
