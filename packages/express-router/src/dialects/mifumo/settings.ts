import type { Mode } from './mode.js';

/** What the endpoints know of where they are mounted. */
export interface Settings {
  mode: Mode;
  /** The longest message in characters, whatever its segments; undefined leaves it to the platform. */
  maxCharacters: number | undefined;
  /** What a credit is worth in each currency, for answers that speak of money. */
  unitPrices: Readonly<Record<string, number>>;
  /** What is said to carry the messages. */
  provider: string;
}

/** The first guide says 160; its readers get that limit with its answers. Source: contracts/mifumo.md §0, row 10. */
export const maxCharactersOf = ({ maxCharacters }: Settings, mode: Mode): number | undefined =>
  maxCharacters ?? (mode === 'v1' ? 160 : undefined);
