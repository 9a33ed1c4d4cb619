import { SmsError } from '../errors.js';
import { isUuid } from '../ids.js';
import { checkValidity } from '../messaging/prepare-messages.js';
import { laneNames } from '../queue/job.js';
import { parseMsisdn } from '../numbers/msisdn.js';
import { parseTemplate } from '../text/template.js';
import { mostAudienceLists, mostAudienceNumbers, type Campaign, type CampaignChanges } from './campaign.js';

const longestName = 100;
/** Ten segments of GSM-7 leave room for what places are filled with. */
const longestText = 4_000;
const farthestScheduleMs = 366 * 86_400_000;
const fastestPace = 100_000;

const invalid = (sentence: string): SmsError => new SmsError('invalid_request', sentence);

/** The part of a draft that needs no look into the database, checked. */
export type ReadChanges = Partial<
  Pick<Campaign, 'name' | 'text' | 'lane' | 'audience' | 'scheduledAt' | 'segmentsPerSecond' | 'validityMs'>
>;

/**
 * Reads what is given of a draft.
 *
 * @throws SmsError `invalid_request`, `message_empty`, `number_invalid`, `too_many_recipients`
 */
export function readCampaign(
  changes: CampaignChanges,
  before: Pick<Campaign, 'audience'>,
  { country, nowMs }: { country: string; nowMs: number },
): ReadChanges {
  const { name, text, lane, groupIds, segmentIds, numbers, scheduledAt, segmentsPerSecond, validityMs } = changes;
  const read: ReadChanges = {};
  if (name !== undefined) read.name = readName(name);
  if (text !== undefined) read.text = readText(text);
  if (lane !== undefined) {
    if (!laneNames.includes(lane)) throw invalid(`lane must be one of ${laneNames.join(', ')}`);
    read.lane = lane;
  }
  if (scheduledAt !== undefined) read.scheduledAt = readSchedule(scheduledAt, nowMs);
  if (segmentsPerSecond !== undefined) read.segmentsPerSecond = readPace(segmentsPerSecond);
  if (validityMs !== undefined) read.validityMs = validityMs === null ? null : checkValidity(validityMs);
  read.audience = {
    groupIds: groupIds === undefined ? before.audience.groupIds : readIds('group', groupIds),
    segmentIds: segmentIds === undefined ? before.audience.segmentIds : readIds('segment', segmentIds),
    numbers: numbers === undefined ? before.audience.numbers : readNumbers(numbers, country),
  };
  return read;
}

function readName(name: string): string {
  const read = name.trim();
  if (read === '' || read.length > longestName || /[\0\p{Cs}]/u.test(read)) {
    throw invalid(`name must be well-formed text of 1 to ${longestName} characters`);
  }
  return read;
}

function readText(text: string): string {
  if (text === '') throw new SmsError('message_empty', 'message is required');
  if (text.length > longestText)
    throw new SmsError('message_too_long', `message has at most ${longestText} characters`);
  if (/[\0\p{Cs}]/u.test(text)) throw invalid('message must be well-formed text without NUL characters');
  parseTemplate(text);
  return text;
}

function readSchedule(scheduledAt: number | null, nowMs: number): number | null {
  if (scheduledAt === null) return null;
  if (!Number.isSafeInteger(scheduledAt)) throw invalid('scheduled_at is not a time');
  if (scheduledAt > nowMs + farthestScheduleMs) throw invalid('scheduled_at is more than a year ahead');
  return scheduledAt;
}

function readPace(segmentsPerSecond: number | null): number | null {
  if (segmentsPerSecond === null) return null;
  if (!Number.isSafeInteger(segmentsPerSecond) || segmentsPerSecond < 1 || segmentsPerSecond > fastestPace) {
    throw invalid(`segments_per_second must be a whole number from 1 to ${fastestPace}`);
  }
  return segmentsPerSecond;
}

function readIds(thing: string, ids: readonly string[]): string[] {
  if (ids.length > mostAudienceLists) throw invalid(`a campaign has at most ${mostAudienceLists} ${thing}s`);
  const read = [...new Set(ids.map((id) => id.toLowerCase()))];
  if (!read.every(isUuid)) throw new SmsError('not_found', `${thing} not found`);
  return read;
}

function readNumbers(numbers: readonly string[], country: string): string[] {
  if (numbers.length > mostAudienceNumbers) {
    throw new SmsError(
      'too_many_recipients',
      `a campaign has at most ${mostAudienceNumbers} single numbers; put them into a group`,
    );
  }
  return [...new Set(numbers.map((number) => parseMsisdn(number, country)))];
}
