import { canonical } from '../api/index.js';
import type { Dialect } from '../dialect.js';
import { mobilesasaLegacy } from './mobilesasa-legacy/index.js';
import { kimisms, type KimismsOptions } from './kimisms/index.js';
import { mifumo, type MifumoOptions } from './mifumo/index.js';
import { mboasms, type MboasmsOptions } from './mboasms/index.js';

/** What a host may set of each vendor's API. */
export interface DialectOptions {
  mifumo?: MifumoOptions;
  kimisms?: KimismsOptions;
  mboasms?: MboasmsOptions;
}

/** Every API there is. Their paths do not collide. */
export const defaultDialects = (options: DialectOptions = {}): Dialect[] => [
  canonical(),
  mobilesasaLegacy(),
  ...mifumo(options.mifumo),
  kimisms(options.kimisms),
  mboasms(options.mboasms),
];
