import { canonical } from '../api/index.js';
import type { Dialect } from '../dialect.js';
import { kimisms } from './kimisms/index.js';
import { mifumo } from './mifumo/index.js';

/** Every API there is, each with its usual options. Their paths do not collide. */
export const defaultDialects = (): Dialect[] => [canonical(), ...mifumo(), kimisms()];
