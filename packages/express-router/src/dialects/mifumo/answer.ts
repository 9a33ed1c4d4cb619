import type { ApiRequest, ApiResponse } from '../../endpoint.js';
import { modeOf, type Mode } from './mode.js';
import { timeView } from './fields.js';
import type { Settings } from './settings.js';

/** What an endpoint has to say, before it is put in one of the vendor's forms. */
export interface Said {
  status?: number;
  message: string;
  /** As the first guide has it, or a list; null when there is nothing. */
  data: object | null;
  /** What later versions add to it. */
  more?: object;
  /** The second guide's flat body; `{success, data}`, its other form, when absent. */
  flat?: Readonly<Record<string, unknown>>;
}

/**
 * An answer in the mode of its request. The superset has the flat names beside the envelope: the two never collide but
 * for `success`. Source: contracts/mifumo.md §0, rows 1 to 4.
 */
export function answer({ mode }: Settings, request: ApiRequest | 'public', said: Said): ApiResponse {
  const { status = 200 } = said;
  const access = request === 'public' ? undefined : request.access;
  return { status, body: JSON.stringify(bodies[modeOf(access, mode)](said)) };
}

const none = { error_code: null, details: null };
const now = (): string => timeView(Date.now());

const bodies: Readonly<Record<Mode, (said: Said) => object>> = {
  superset: (said) => {
    const { message, flat } = said;
    return { success: true, timestamp: now(), message, ...flat, data: wholeData(said), ...none };
  },
  v1: ({ message, data }) => ({ success: true, message, data, ...none }),
  v2: ({ data, flat }) => flat ?? { success: true, ...(data === null ? {} : { data }) },
  live2026: (said) => {
    const data = wholeData(said);
    return { success: true, timestamp: now(), message: said.message, ...(data === null ? {} : { data }) };
  },
};

/** A list has nothing beside it. */
const wholeData = ({ data, more }: Said): object | null =>
  data === null || more === undefined ? data : { ...data, ...more };

/** An error of the service of 2026 that is told with what it is about. */
export const failure = (status: number, code: string, message: string, data: object): ApiResponse => ({
  status,
  body: JSON.stringify({ success: false, timestamp: now(), message, error_code: code, data }),
});
