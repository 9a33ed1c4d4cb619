/** A number an account may not write to. */
export interface Suppression {
  /** E.164. */
  phone: string;
  /** The keyword its owner replied with, or what was said when it was put on the list. */
  reason: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}
